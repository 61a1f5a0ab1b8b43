using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <param name="Run">The run that found it.</param>
/// <param name="N">Its number in the run, from 1.</param>
public sealed record DriftName(Guid Run, int N);

/// <param name="Decision"><c>approve</c> or <c>dismiss</c>.</param>
/// <param name="Reason">Why, for all of them: 1 to 1,000 characters.</param>
/// <param name="Drifts">1 to 500.</param>
public sealed record SettleDriftsBody(string Decision, string Reason, IReadOnlyList<DriftName> Drifts);

/// <param name="N">Its number in the run, from 1.</param>
/// <param name="Outcome"><c>settled</c> now; <c>unchanged</c> where it was decided like this before; <c>refused</c>.</param>
/// <param name="Code">Why it was refused: the code with which the drift alone would be answered; null otherwise.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record DriftOutcome(Guid Run, int N, string Outcome, string? Code, string? Detail)
{
    public const string Settled = "settled";
    public const string Unchanged = "unchanged";
    public const string Refused = "refused";
}

/// <param name="Settled">How many were decided now.</param>
/// <param name="Unchanged">How many were decided like this before.</param>
/// <param name="Results">In the order of the request.</param>
/// <param name="Sequence">The newest event after it, for <c>?minSequence=</c>.</param>
public sealed record SettleDriftsAnswer(int Settled, int Unchanged, int Refused, IReadOnlyList<DriftOutcome> Results, long Sequence);

/// <summary>A person decides about many drifts with one reason. Each is decided by itself, as if it were alone.</summary>
public static class SettleDrifts
{
    private const int Most = 500;

    [WolverinePost("/v1/reconciliations/drifts/settle")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Decide about many drifts", "Approves or dismisses up to 500 drifts with one reason, by the rules of one, each with an outcome. Sent again, "
        + "what was decided stays as it is and is `unchanged`.",
        Body = typeof(SettleDriftsBody), Problems = ["400 invalid-request"])]
    public static async Task<Ok<SettleDriftsAnswer>> Post(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] CorrectDrift correct, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        var request = Read(fields);
        var by = Caller.Of(http).Actor;
        List<DriftOutcome> results = [];
        foreach (var (run, n) in request.Drifts)
        {
            try
            {
                await (request.Decision == "approve"
                    ? correct.Correct(run, n, Settlement.Approved, request.Reason, by, http.RequestAborted)
                    : correct.Dismiss(run, n, request.Reason, by, http.RequestAborted));
                results.Add(new DriftOutcome(run, n, DriftOutcome.Settled, null, null));
            }
            catch (ApiProblemException refused)
            {
                var isSame = refused.Code == "drift-already-settled" && await IsSettled(database, run, n, request.Decision, http.RequestAborted);
                results.Add(isSame ? new DriftOutcome(run, n, DriftOutcome.Unchanged, null, null)
                    : new DriftOutcome(run, n, DriftOutcome.Refused, refused.Code, refused.Message));
            }
        }

        return TypedResults.Ok(new SettleDriftsAnswer(
            Count(DriftOutcome.Settled), Count(DriftOutcome.Unchanged), Count(DriftOutcome.Refused), results,
            await writes.NewestSequence(http.RequestAborted)));

        int Count(string outcome) => results.Count(result => result.Outcome == outcome);
    }

    internal static Fields NewFields() => new("decision", "reason", "drifts");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static SettleDriftsBody Read(Fields fields)
    {
        var (decision, reason) = (fields.Choice("decision", required: true, "approve", "dismiss"), fields.Words("reason", required: true));
        List<DriftName> drifts = [];
        if (fields.Nested("drifts", '[') is { } json)
        {
            using var document = JsonDocument.Parse(json);
            var line = new Fields("run", "n");
            foreach (var (index, element) in document.RootElement.EnumerateArray().Take(Most + 1).Index())
            {
                line.ReadJson(JsonSerializer.SerializeToUtf8Bytes(element));
                if (line.Refusals.Count == 0 && Name(line) is { } name)
                {
                    drifts.Add(name);
                }

                foreach (var (field, why) in line.Refusals)
                {
                    fields.Refuse(field == "line" ? $"drifts[{index}]" : $"drifts[{index}].{field}", why);
                }
            }
        }

        if (drifts.Count is 0 or > Most)
        {
            fields.Refuse("drifts", $"must be 1 to {Most}");
        }

        fields.ThrowIfRefused();
        return new SettleDriftsBody(decision!, reason!, drifts);
    }

    private static DriftName? Name(Fields line)
    {
        if (!Guid.TryParse(line.Text("run", required: true), out var run))
        {
            line.Refuse("run", "must be the id of a comparison");
        }

        var n = line.Number("n", required: true);
        if (n is not null && (n != decimal.Truncate(n.Value) || n is < 1 or > int.MaxValue))
        {
            line.Refuse("n", "must be a whole number from 1");
        }

        return line.Refusals.Count == 0 ? new DriftName(run, (int)n!.Value) : null;
    }

    private static async Task<bool> IsSettled(NpgsqlDataSource database, Guid run, int n, string decision, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select exists (select from {ReconciliationTables.Drifts} where run = $1 and n = $2 and settled = $3 and reverted is null)");
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(n);
        command.Parameters.AddWithValue(decision == "approve" ? Settlement.Approved : Settlement.Dismissed);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
