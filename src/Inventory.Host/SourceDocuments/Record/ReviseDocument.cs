using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>
/// A document that replaces, changes or cancels an earlier one: each line that is known becomes a correction of its newest movement, and what is new a new
/// movement. Documents of one identity are revised one after the other, on whichever host.
/// </summary>
public sealed class ReviseDocument(
    NpgsqlDataSource database, RecordLines lines, DocumentStore store, KnownMovements ledger, SkuUnits units, IClock clock)
{
    /// <summary>Each holds a connection for its lock while it records on others.</summary>
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _slots = new(AtOnce);

    /// <returns>False where the whole document has to wait: it cancels what is not known, and names no lines.</returns>
    public async Task<bool> Revise(FileTake take, OpenDocument open, CancellationToken cancellation)
    {
        var key = $"document/{open.Source}/{open.Document.Kind}:{open.Number}";
        await _slots.WaitAsync(cancellation);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await SessionLock.Take(connection, key, cancellation);
            try
            {
                return await ReviseAlone(take, open, cancellation);
            }
            finally
            {
                await SessionLock.GiveBack(connection, key);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<bool> ReviseAlone(FileTake take, OpenDocument open, CancellationToken cancellation)
    {
        var document = open.Document;
        if (document.Revision is { } revision && open.Number is { } named && !await store.Advance(open.Source, document.Kind, named, revision, cancellation))
        {
            foreach (var _ in document.Lines)
            {
                open.Tally.CountNoStock("older revision");
            }

            return true;
        }

        var earlier = open.Number is { } number ? await store.MovementsOf(open.Source, document.Kind, number, cancellation) : [];
        await take.Names.Load([.. document.Lines.Select(open.ToResolve)], cancellation);
        var wanted = new List<(DocumentLine Line, string? Identity, ResolvedLine Resolved)>();
        foreach (var line in document.Lines)
        {
            var identity = open.IdentityOf(line);
            wanted.Add((line, identity, LineMovements.Of(open.ToResolve(line), take.Names, identity)));
        }

        var reported = wanted.SelectMany(line => line.Resolved.Moves).Select(move => move.Movement.Name.Id);
        var cancelled = document.Function != DocumentFunction.Cancel ? [] : wanted.SelectMany(line => Ids(line.Line, line.Identity));
        var known = await ledger.Read(open.Source, [.. earlier.Concat(reported).Concat(cancelled)], cancellation);
        if (document.Function == DocumentFunction.Cancel && document.Lines.Count == 0 && known.Count == 0)
        {
            // Lines that wait for a mapping are what is known of it, where nothing is recorded.
            return open.Number is { } waiting
                && await DismissWaiting(open, waiting, take.Provenance.By, cancellation) > 0;
        }

        var rest = known.Keys.ToHashSet(StringComparer.Ordinal);
        var moves = document.Function == DocumentFunction.Cancel ? Cancelled(take, open, wanted, known, rest)
            : await Replaced(take, open, wanted, known, rest, cancellation);
        if (document.Function != DocumentFunction.Change)
        {
            // What is known of the document and not in this one.
            moves.AddRange(rest.Order(StringComparer.Ordinal).Where(id => !known[id].IsGone).Select(id => new LineMoves(
                open, new DocumentLine { Key = id, OwnIdentity = id, Position = document.Position, Outcome = new Moved(StockMove.Correction(id)) },
                Undone(open, id, known[id]))));
        }

        await lines.Submit(take, moves, cancellation);
        if (document is { Function: DocumentFunction.Cancel, Lines.Count: 0 } && open.Number is { } gone)
        {
            await DismissWaiting(open, gone, take.Provenance.By, cancellation);
        }

        return true;
    }

    /// <summary>Lines of a cancelled document that wait for a name to be mapped: mapping must not record them any more.</summary>
    /// <returns>How many there were.</returns>
    private async Task<int> DismissWaiting(OpenDocument open, string number, Actor by, CancellationToken cancellation)
    {
        // Not locked while they are read: a mapping that replays at this moment passes over what others have locked.
        await using var read = database.CreateCommand(
            $"select id, line from {OperationsTables.Quarantine} where source = $1 and waits_for is not null and state = '{QuarantineStore.Open}'");
        read.Parameters.AddWithValue(open.Source);
        List<Guid> waiting = [];
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (DocumentJson.ReadLine(reader.GetString("line")) is { } kept && kept.Document.Kind == open.Document.Kind && kept.Document.Number == number)
                {
                    waiting.Add(reader.GetGuid("id"));
                }
            }
        }

        return waiting.Count == 0 ? 0 : await QuarantineStore.DismissOpen(database, waiting, "Its document was cancelled.", by, cancellation);
    }

    /// <summary>The lines that a cancellation names: known ones did not occur, unknown ones wait for the original, which may be late.</summary>
    private List<LineMoves> Cancelled(
        FileTake take, OpenDocument open, List<(DocumentLine Line, string? Identity, ResolvedLine Resolved)> wanted,
        Dictionary<string, KnownMovement> known, HashSet<string> rest)
    {
        List<LineMoves> moves = [];
        foreach (var (line, identity, _) in wanted)
        {
            if (line.Outcome is not Moved)
            {
                lines.Classify(take, open, line, line.Outcome is Rejected bad ? ResolvedLine.Refused(bad.Code, bad.Detail) : ResolvedLine.Nothing("cancelled"));
                continue;
            }

            var ids = Ids(line, identity).Where(known.ContainsKey).ToList();
            rest.ExceptWith(ids);
            if (ids.Count == 0)
            {
                take.Reject(open, line, new LineRefusal("unknown-movement", $"It cancels line '{line.Key}', of which nothing is recorded yet."));
            }
            else if (ids.TrueForAll(id => known[id].IsGone))
            {
                open.Tally.Duplicates++;
            }
            else
            {
                moves.Add(new LineMoves(open, line, [.. ids.SelectMany(id => Undone(open, id, known[id]))]));
            }
        }

        return moves;
    }

    private async Task<List<LineMoves>> Replaced(
        FileTake take, OpenDocument open, List<(DocumentLine Line, string? Identity, ResolvedLine Resolved)> wanted,
        Dictionary<string, KnownMovement> known, HashSet<string> rest, CancellationToken cancellation)
    {
        var kept = await units.Of(
            wanted.SelectMany(line => line.Resolved.Moves).Where(move => move.Unit is not null && UnitOfMeasure.Find(move.Unit) is not null)
                .Select(move => (move.Movement.Position.Sku, UnitOfMeasure.Find(move.Unit!)!)), cancellation);
        var now = clock.GetCurrentInstant();
        List<LineMoves> moves = [];
        foreach (var (line, identity, resolved) in wanted)
        {
            var mine = rest.Where(id => id == identity || id.StartsWith($"{identity}:", StringComparison.Ordinal)).ToList();
            rest.ExceptWith(mine);
            if (resolved.Refusal is not null || resolved.Level is not null || (resolved.Moves.Count == 0 && !mine.Exists(id => !known[id].IsGone)))
            {
                lines.Classify(take, open, line, resolved);
                continue;
            }

            List<ResolvedMove> actions = [];
            LineRefusal? refusal = null;
            foreach (var stated in resolved.Moves)
            {
                var id = stated.Movement.Name.Id;
                var move = DocumentRevision.AsKnown(stated, known.GetValueOrDefault(id));
                open.Movements.Add(id);
                mine.Remove(id);
                var (movement, refused) = SkuUnits.InKept(move.Movement, move.Unit, kept, resolved.Article);
                refusal ??= refused is null ? null : new LineRefusal(refused.Code, refused.Detail);
                if (movement is not null)
                {
                    actions.AddRange(DocumentRevision.Of(move with { Movement = movement, Unit = null }, known.GetValueOrDefault(id), now));
                }
            }

            actions.AddRange(mine.SelectMany(id => Undone(open, id, known[id])));
            if (refusal is not null)
            {
                take.Reject(open, line, refusal);
            }
            else if (actions.Count == 0 && resolved.Rest is null)
            {
                open.Tally.Duplicates++;
            }
            else
            {
                moves.Add(new LineMoves(open, line, actions, resolved.Rest));
            }
        }

        return moves;
    }

    private IReadOnlyList<ResolvedMove> Undone(OpenDocument open, string id, KnownMovement known) =>
        DocumentRevision.Undone(new MovementId(open.Source, id), known, clock.GetCurrentInstant());

    private static IEnumerable<string> Ids(DocumentLine line, string? identity) =>
        identity is null || line.Outcome is not Moved moved ? [] : moved.Moves.Select(move => move.Part.Length == 0 ? identity : $"{identity}:{move.Part}");
}
