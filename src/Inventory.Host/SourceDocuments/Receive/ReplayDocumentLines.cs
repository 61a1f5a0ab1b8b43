using System.Data;
using Npgsql;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>Takes lines and whole documents of files out of quarantine again, from what was kept of them.</summary>
public sealed class ReplayDocumentLines(TakeDocuments documents, DocumentStore store, QuarantineStore quarantine, NpgsqlDataSource database)
{
    private const int EntriesAtOnce = 500;

    /// <summary>Replays an entry as it was sent.</summary>
    /// <param name="isOverridden">Whether a document whose control totals do not fit is to be taken in all the same.</param>
    /// <param name="provenance">Stored with its events.</param>
    /// <returns>As a batch; rejected, where the entry has to stay open.</returns>
    public async Task<BatchResult> Replay(
        string source, Guid entry, string kept, bool isOverridden, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var take = documents.Begin(caller, provenance);
        if (DocumentJson.ReadLine(kept) is { } line)
        {
            var tally = await documents.Again(take, DocumentOf(line), line.Document.Format, source, line.File, cancellation);
            var rejected = take.TakeRejected();
            return rejected.Count > 0 ? Rejected(rejected[0].Line.Code, rejected[0].Line.Detail) : Result(tally, take.Sequence);
        }

        if (DocumentJson.ReadDocument(kept) is not { } held || await store.ReadHeld(entry, cancellation) is not { } content)
        {
            return Rejected("invalid-line", "It was not kept whole: it has to be sent again.");
        }

        var document = DocumentJson.Decompress(content);
        if (!isOverridden && (document.Function != DocumentFunction.Cancel || document.Lines.Count > 0))
        {
            return Rejected(DocumentFault.ControlTotalMismatch, "It is taken in with { \"override\": true } only.");
        }

        var result = await documents.Again(take, document, held.Document.Format, source, held.File, cancellation);
        var again = take.TakeRejected();
        if (again.Any(one => DocumentJson.ReadDocument(one.Line.Line) is not null))
        {
            return Rejected(again[0].Line.Code, again[0].Line.Detail);
        }

        // Lines that are rejected now are entries of their own; the document is no longer one.
        foreach (var ofSource in again.GroupBy(one => one.Source, one => one.Line))
        {
            await quarantine.Keep(ofSource.Key, ofSource, provenance, CancellationToken.None);
        }

        return Result(result, take.Sequence);
    }

    /// <summary>
    /// Replays all that waits for names of the source to be mapped, also for a part of them (<c>1710/171A</c> where <c>1710</c> is mapped), the oldest first.
    /// What is replayed when it is cancelled stays so; the next call goes on.
    /// </summary>
    /// <returns>How many lines are recorded now.</returns>
    public async Task<int> ReplayWaiting(
        string source, IReadOnlyCollection<string> waitFor, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var replayed = 0;
        (NodaTime.Instant At, int Index, Guid Id)? after = null;
        while (true)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var entries = await Waiting(connection, source, waitFor, after, cancellation);
            if (entries.Count == 0)
            {
                break;
            }

            after = (entries[^1].At, entries[^1].Index, entries[^1].Id);
            List<Guid> closed = [];
            List<(Guid Entry, string Name)> waiting = [];
            foreach (var entry in entries)
            {
                if (DocumentJson.ReadLine(entry.Line) is not { } line)
                {
                    continue; // it was too long to be kept whole
                }

                var take = documents.Begin(SenderOf(source, entry.By, caller), provenance);
                await documents.Again(take, DocumentOf(line), line.Document.Format, source, line.File, cancellation);
                var rejected = take.TakeRejected();
                if (rejected.FirstOrDefault(one => one.Line.WaitsFor is not null && one.Line.Code == entry.Code).Line.WaitsFor is { } another)
                {
                    waiting.Add((entry.Id, another)); // the same entry: it names another place that is not mapped
                    continue;
                }

                // What is wrong with it besides, or what else it waits for, is an entry of its own.
                await quarantine.Keep(source, rejected.Select(one => one.Line with { File = entry.File }), provenance, CancellationToken.None);
                closed.Add(entry.Id);
                replayed += rejected.Count == 0 ? 1 : 0;
            }

            await QuarantineStore.Await(connection, waiting);
            await QuarantineStore.Close(connection, closed, QuarantineStore.Replayed, provenance.By);
            await transaction.CommitAsync(CancellationToken.None);
        }

        return replayed;
    }

    /// <summary>Who maps a name lends nobody rights: what a store has sent under its own source is recorded at that store only.</summary>
    private static Caller SenderOf(string source, string? by, Caller mapping) =>
        MovementSources.StoreOf(source) is { } store && Actor.Parse(by)?.Role.Split('+').Contains(Role.Ops) == false
            ? mapping with { Roles = new HashSet<string> { Role.Store }, Locations = new HashSet<string> { store } } : mapping;

    private static async Task<List<(Guid Id, NodaTime.Instant At, int Index, string Line, string Code, Guid? File, string? By)>> Waiting(
        NpgsqlConnection connection, string source, IReadOnlyCollection<string> waitFor, (NodaTime.Instant At, int Index, Guid Id)? after,
        CancellationToken cancellation)
    {
        // What somebody else replays at this moment is left to him.
        await using var command = new NpgsqlCommand(
            $"""
             select id, at, index, line, code, file, by from {OperationsTables.Quarantine}
             where source = $1 and waits_for is not null and (waits_for = any($2) or split_part(waits_for, '/', 1) = any($2))
              and state = '{QuarantineStore.Open}' and ($3::timestamptz is null or (at, index, id) > ($3, $4, $5))
             order by at, index, id limit {EntriesAtOnce} for update skip locked
             """,
            connection);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(waitFor.ToArray());
        command.Parameters.Add(SqlValue.OrNull(after?.At));
        command.Parameters.AddWithValue(after?.Index ?? 0);
        command.Parameters.AddWithValue(after?.Id ?? Guid.Empty);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(Guid, NodaTime.Instant, int, string, string, Guid?, string?)> entries = [];
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add((
                reader.GetGuid("id"), reader.GetFieldValue<NodaTime.Instant>("at"), reader.GetInt32("index"), reader.GetString("line"),
                reader.GetString("code"), reader.ValueOrNull<Guid>("file"), reader.TextOrNull("by")));
        }

        return entries;
    }

    /// <summary>A line alone says nothing of the lines beside it: it changes its document, and does not replace it.</summary>
    private static SourceDocument DocumentOf(KeptLine kept) => new(kept.Document.Kind, kept.Document.Number)
    {
        Position = kept.Line.Position,
        Function = kept.Document.Function == DocumentFunction.Replace ? DocumentFunction.Change : kept.Document.Function,
        Revision = kept.Document.Revision,
        Lines = [kept.Line],
    };

    private static BatchResult Result(DocumentTally tally, long sequence) =>
        new(tally.Accepted + tally.Corrected, tally.Absorbed, tally.Duplicates, 0, sequence, []);

    private static BatchResult Rejected(string code, string detail) => new(0, 0, 0, 1, 0, [new LineResult(0, null, "rejected", code, detail)]);
}
