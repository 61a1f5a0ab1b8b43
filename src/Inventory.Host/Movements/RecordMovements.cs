using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Movements;

/// <summary>The outcome of a line. <paramref name="Id"/> is null where it could not be read.</summary>
public sealed record LineResult(int Index, string? Id, string Outcome, string? Code, string? Detail);

/// <summary>The outcomes of the lines of a call.</summary>
/// <param name="Accepted">Lines that changed a position.</param>
/// <param name="Absorbed">Lines that a later count already includes: recorded, on-hand unchanged.</param>
/// <param name="Duplicates">Lines that had been recorded before: nothing happened.</param>
/// <param name="Rejected">Lines that were kept in quarantine instead.</param>
/// <param name="Sequence">The newest event among them, for <c>?minSequence=</c>; 0 when nothing was recorded.</param>
/// <param name="Results">An entry for each line that was not plainly accepted, or for all of them with <c>?results=all</c>.</param>
public sealed record BatchResult(int Accepted, int Absorbed, int Duplicates, int Rejected, long Sequence, IReadOnlyList<LineResult> Results);

/// <summary>Stock facts come in: a bad line is kept in quarantine and never stops its neighbours.</summary>
public sealed class RecordMovements(
    WriteLanes lanes, CheckMovements check, QuarantineStore quarantine, DatabaseWatch watch, ILogger<RecordMovements> log)
{
    /// <summary>The code of a line whose source belongs to another caller.</summary>
    public const string ForbiddenSource = "forbidden-source";

    [WolverinePost("/v1/movements")]
    [Authorize(Roles = $"{Role.Store},{Role.Ops}")]
    [Describes("Record movements", "Facts from ERP, WMS and tills. Each line is recorded once by its source and id; a bad line is kept in quarantine and "
        + "never stops its neighbours. A key may report for its own sources "
        + "only (a store for `pos/{location}` and what begins with `pos/{location}/`): under another's name every line is rejected, `forbidden-source`.",
        Body = typeof(MovementsBody), BodyTypes = [RequestBody.Json, RequestBody.Csv, RequestBody.Ndjson], RecordsEvents = true,
        Query = ["results: `all` to have an entry for every line", "source: who reports; only with text/csv and application/x-ndjson"],
        Problems = ["400 invalid-request", "413 batch-too-large", "413 body-too-large", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<BatchResult>> Post(HttpContext http, [NotBody] RecordMovements record)
    {
        var query = new QueryText(http.Request, "results", "source");
        var all = query.Choice("results", "all") is not null;
        var mediaType = RequestBody.MediaType(http.Request, RequestBody.Json, RequestBody.Csv, RequestBody.Ndjson);
        var source = query.Text("source");
        if (mediaType == RequestBody.Json && source is not null)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("source", "belongs in the body"));
        }

        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        var batch = mediaType switch
        {
            RequestBody.Csv => MovementBatch.OfCsv(source, body.Memory),
            RequestBody.Ndjson => MovementBatch.OfNdjson(source, body.Memory),
            _ => MovementBatch.OfJson(body.Memory),
        };
        return TypedResults.Ok(await record.Record(batch, Caller.Of(http), Provenance.Of(http), all, http.RequestAborted));
    }

    /// <summary>
    /// Records what can be recorded and quarantines the rest. The lanes' exceptions pass through: nothing was answered, and sending it again is safe.
    /// </summary>
    public async Task<BatchResult> Record(MovementBatch batch, Caller caller, Provenance provenance, bool all, CancellationToken cancellation) =>
        await await Enqueue(batch, caller, provenance, all, cancellation);

    /// <summary>
    /// <see cref="Record"/> in two steps, for who has more to record in an order: once the first is taken the movements stand in their lanes, behind all that
    /// was enqueued before; the second is the result, committed.
    /// </summary>
    public async Task<Task<BatchResult>> Enqueue(MovementBatch batch, Caller caller, Provenance provenance, bool all, CancellationToken cancellation)
    {
        return Finish(await EnqueueLines(batch, caller, provenance, cancellation));

        async Task<BatchResult> Finish(Task<MovementOutcome[]> recording)
        {
            var outcomes = await recording;

            // After the commit the rest is completed also when the caller has disconnected.
            await quarantine.Keep(batch.Source, Rejected(batch, outcomes), provenance, CancellationToken.None).WaitAsync(watch.GivenUp);
            return Summary(batch, outcomes, all);
        }
    }

    /// <summary>Records what can be recorded; one outcome for each line, nothing quarantined.</summary>
    public async Task<MovementOutcome[]> Decide(MovementBatch batch, Caller caller, Provenance provenance, CancellationToken cancellation) =>
        await await EnqueueLines(batch, caller, provenance, cancellation);

    private async Task<Task<MovementOutcome[]>> EnqueueLines(MovementBatch batch, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var lines = await check.Check(batch, caller, cancellation);
        var outcomes = new MovementOutcome[lines.Length];
        List<Movement> movements = new(outcomes.Length);
        List<int> indexes = new(outcomes.Length);
        for (var index = 0; index < outcomes.Length; index++)
        {
            if (lines[index].Movement is { } movement)
            {
                movements.Add(movement);
                indexes.Add(index);
            }
            else
            {
                outcomes[index] = lines[index].Refusal;
            }
        }

        var recording = movements.Count > 0 ? lanes.Record(movements, provenance, cancellation) : Task.FromResult<MovementOutcome[]>([]);
        if (recording.IsFaulted)
        {
            await recording; // the lanes are full, or the database is given up: nothing was taken
        }

        return Finish();

        async Task<MovementOutcome[]> Finish()
        {
            var recorded = await recording;
            for (var index = 0; index < recorded.Length; index++)
            {
                outcomes[indexes[index]] = recorded[index];
            }

            Log(batch, movements, outcomes);
            return outcomes;
        }
    }

    public static BatchResult Summary(MovementBatch batch, MovementOutcome[] outcomes, bool all)
    {
        List<LineResult> results = [];
        for (var index = 0; index < outcomes.Length; index++)
        {
            var (outcome, code, detail, _) = outcomes[index];
            if (all || outcome != Outcome.Accepted || code is not null)
            {
                results.Add(new LineResult(index, batch.Lines[index].Id, Word(outcome), code, detail));
            }
        }

        return new BatchResult(Number(Outcome.Accepted), Number(Outcome.Absorbed), Number(Outcome.Duplicate), Number(Outcome.Rejected),
            outcomes.Select(outcome => outcome.Sequence).DefaultIfEmpty().Max(), results);

        int Number(Outcome wanted) => outcomes.Count(outcome => outcome.Outcome == wanted);
    }

    private static IEnumerable<RejectedLine> Rejected(MovementBatch batch, MovementOutcome[] outcomes)
    {
        for (var index = 0; index < outcomes.Length; index++)
        {
            if (outcomes[index] is { Outcome: Outcome.Rejected } rejected)
            {
                yield return new RejectedLine(index, batch.Raw(index), rejected.Code ?? "invalid-line", rejected.Detail ?? "");
            }
        }
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "accepted",
        Outcome.Absorbed => "absorbed",
        Outcome.Duplicate => "duplicate",
        _ => "rejected",
    };

    private void Log(MovementBatch batch, List<Movement> movements, MovementOutcome[] outcomes)
    {
        const int positionsNamed = 3;
        if (outcomes.Length > 0 && log.IsEnabled(LogLevel.Information))
        {
            log.LogInformation("Recorded {Lines} lines of {Source}, {Rejected} rejected, at {Positions}", outcomes.Length, batch.Source,
                outcomes.Count(outcome => outcome.Outcome == Outcome.Rejected), movements.Take(positionsNamed)
                .Select(movement => $"{movement.Type} {movement.Position}"));
        }
    }
}
