using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>A line, and the movements that are to be recorded for it.</summary>
/// <param name="Rest">Those of its movements that wait, as a line of their own.</param>
public sealed record LineMoves(
    OpenDocument Document, DocumentLine Line, IReadOnlyList<ResolvedMove> Moves, (DocumentLine Line, LineRefusal Refusal)? Rest = null);

/// <summary>Records lines of new documents; every line ends in the tally of its document, and a bad one in quarantine too.</summary>
public sealed class RecordLines(RecordMovements record, KnownMovements ledger, IClock clock, TimeProvider time)
{
    /// <summary>While the lanes are full a file waits: its sender would only send all of it again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private const int PausesAtMost = 60;

    public async Task Record(FileTake take, IReadOnlyList<PendingLine> lines, CancellationToken cancellation)
    {
        await take.Names.Load([.. lines.Select(pending => pending.Document.ToResolve(pending.Line))], cancellation);
        List<LineMoves> moving = [];
        foreach (var (document, line) in lines)
        {
            var resolved = LineMovements.Of(document.ToResolve(line), take.Names, document.IdentityOf(line));
            if (Classify(take, document, line, resolved) is { Count: > 0 } moves)
            {
                moving.Add(new LineMoves(document, line, moves, resolved.Rest));
            }
        }

        await Submit(take, await Named(take, moving, cancellation), cancellation);
    }

    /// <summary>Counts a line that reports no movement; the movements of one that does.</summary>
    public IReadOnlyList<ResolvedMove> Classify(FileTake take, OpenDocument document, DocumentLine line, ResolvedLine resolved)
    {
        if (resolved.NoStock is { } reason)
        {
            document.Tally.CountNoStock(reason);
        }
        else if (resolved.Level is { } level)
        {
            if (take.Levels.Add(document, level, take.Caller, clock.GetCurrentInstant()) is { } refused)
            {
                take.Reject(document, line, refused);
            }
        }
        else if (resolved.Refusal is { } refusal)
        {
            take.Reject(document, line, refusal);
        }

        document.Movements.AddRange(resolved.Moves.Select(move => move.Movement.Name.Id));
        return resolved.Moves;
    }

    /// <summary>Records movements that are ready, and counts their lines by what became of them.</summary>
    public async Task Submit(FileTake take, IReadOnlyList<LineMoves> lines, CancellationToken cancellation)
    {
        foreach (var ofSource in lines.GroupBy(line => line.Document.Source))
        {
            List<MovementOutcome> outcomes = [];
            var moves = ofSource.SelectMany(line => line.Moves).ToList();
            foreach (var batch in moves.Chunk(MovementBatch.MaxLines))
            {
                var decided = await Decide(take, ofSource.Key, batch, cancellation);
                outcomes.AddRange(await OrAlone(take, ofSource.Key, batch, decided, cancellation));
            }

            var first = 0;
            foreach (var line in ofSource)
            {
                Count(take, line, outcomes.GetRange(first, line.Moves.Count));
                first += line.Moves.Count;
            }

            take.Sequence = Math.Max(take.Sequence, outcomes.Select(outcome => outcome.Sequence).DefaultIfEmpty().Max());
        }
    }

    /// <summary>A transfer that was recorded before its other end was mapped is what was recorded of it then.</summary>
    private async Task<MovementOutcome[]> OrAlone(
        FileTake take, string source, ResolvedMove[] moves, MovementOutcome[] outcomes, CancellationToken cancellation)
    {
        int[] reused = [.. Enumerable.Range(0, moves.Length).Where(index =>
            moves[index].Alone is not null && outcomes[index] is { Outcome: Outcome.Rejected, Code: StockRefusal.IdReused })];
        if (reused.Length > 0)
        {
            var alone = await Decide(take, source, [.. reused.Select(index => moves[index].Alone!)], cancellation);
            foreach (var (place, index) in reused.Index())
            {
                outcomes[index] = alone[place];
            }
        }

        return outcomes;
    }

    private static void Count(FileTake take, LineMoves line, List<MovementOutcome> outcomes)
    {
        var tally = line.Document.Tally;
        if (outcomes.FindIndex(outcome => outcome.Outcome == Outcome.Rejected) is var bad and >= 0)
        {
            take.Reject(line.Document, line.Line, new LineRefusal(outcomes[bad].Code ?? MovementLine.Invalid, outcomes[bad].Detail ?? ""));
        }
        else if (line.Rest is { } rest)
        {
            take.Reject(line.Document, rest.Line, rest.Refusal, isRest: true);
        }
        else if (line.Moves.Zip(outcomes).Any(one => one.First.Movement is Correction && one.Second.Outcome != Outcome.Duplicate))
        {
            tally.Corrected++;
        }
        else if (outcomes.Exists(outcome => outcome.Outcome == Outcome.Accepted))
        {
            tally.Accepted++;
        }
        else if (outcomes.Exists(outcome => outcome.Outcome == Outcome.Absorbed))
        {
            tally.Absorbed++;
        }
        else
        {
            tally.Duplicates++;
        }
    }

    private async Task<MovementOutcome[]> Decide(FileTake take, string source, ResolvedMove[] moves, CancellationToken cancellation)
    {
        var batch = new MovementBatch(
            source,
            [.. moves.Select(move => new MovementLine(move.Movement.Name.Id, move.Movement, null, Unit: move.Unit) { KnownFrom = move.KnownFrom })],
            _ => "");
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await record.Decide(batch, take.Caller, take.Provenance, cancellation);
            }
            catch (LaneFullException) when (take.Pauses < PausesAtMost)
            {
                take.Pauses++;
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    /// <summary>
    /// A correction names a line, and corrects what stands of it now. One that has been made is not made again. What is of the time at which it is received is
    /// of the time at which it was, where it is recorded already.
    /// </summary>
    private async Task<IReadOnlyList<LineMoves>> Named(FileTake take, List<LineMoves> lines, CancellationToken cancellation)
    {
        var known = new Dictionary<(string Source, string Id), KnownMovement>();
        foreach (var ofSource in lines.GroupBy(line => line.Document.Source))
        {
            var ids = ofSource.SelectMany(line => line.Moves, ToLookUp).SelectMany(id => id).ToList();
            if (ids.Count == 0)
            {
                continue;
            }

            foreach (var (id, movement) in await ledger.Read(ofSource.Key, ids, cancellation))
            {
                known[(ofSource.Key, id)] = movement;
            }
        }

        List<LineMoves> named = [];
        foreach (var line in lines)
        {
            var (moves, refusal) = Named(line, known);
            if (refusal is not null)
            {
                take.Reject(line.Document, line.Line, refusal);
            }
            else if (moves.Count == 0)
            {
                line.Document.Tally.Duplicates++;
            }
            else
            {
                named.Add(line with { Moves = moves });
            }
        }

        return named;
    }

    private static string[] ToLookUp(LineMoves line, ResolvedMove move) =>
        move.Movement is Correction correction ? [correction.Corrects, correction.Name.Id]
        : line.Line.Time is TimeOfReceipt ? [move.Movement.Name.Id] : [];

    private static (IReadOnlyList<ResolvedMove> Moves, LineRefusal? Refusal) Named(LineMoves line, Dictionary<(string Source, string Id), KnownMovement> known)
    {
        List<ResolvedMove> moves = [];
        var isKnown = line.Moves.Any(move => move.Movement is Correction { Corrects: var id } && known.ContainsKey((line.Document.Source, id)));
        foreach (var move in line.Moves)
        {
            if (move.Movement is not Correction correction)
            {
                moves.Add(line.Line.Time is TimeOfReceipt && known.TryGetValue((line.Document.Source, move.Movement.Name.Id), out var recorded)
                    ? move with { Movement = move.Movement with { OccurredAt = recorded.Reported.OccurredAt } } : move);
            }
            else if (known.ContainsKey((correction.Name.Source, correction.Name.Id)))
            {
                continue;
            }
            else if (known.TryGetValue((correction.Name.Source, correction.Corrects), out var wrong))
            {
                moves.AddRange(Naming(move, correction, wrong));
            }
            else if (move.Otherwise is { } otherwise)
            {
                // A line that was recorded has no more movements than those that are known.
                if (!isKnown)
                {
                    moves.Add(otherwise);
                }
            }
            else
            {
                return ([], new LineRefusal("unknown-movement", $"The source has recorded no movement '{correction.Corrects}'."));
            }
        }

        return (moves, null);
    }

    /// <summary>The correction, of what stands now; behind those that undo earlier corrections, where the line did not occur at all.</summary>
    private static IEnumerable<ResolvedMove> Naming(ResolvedMove move, Correction correction, KnownMovement wrong)
    {
        if (correction.Quantity is not null)
        {
            return [move with { Movement = correction with { Position = wrong.At, Corrects = wrong.Newest } }];
        }

        var undone = DocumentRevision.Undone(correction.Corrected, wrong, correction.OccurredAt);
        return undone.Count == 0 ? []
            : [.. undone.SkipLast(1), move with { Movement = (Correction)undone[^1].Movement with { Name = correction.Name, Document = correction.Document } }];
    }
}
