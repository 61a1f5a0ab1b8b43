using NodaTime;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>What has to be recorded so that a line is as a later document says it. Pure.</summary>
internal static class DocumentRevision
{
    /// <summary>
    /// Nothing where that is what stands; a correction where another quantity does, or where it did not occur; otherwise corrections by which what stands did
    /// not occur, and the movement that does.
    /// </summary>
    /// <param name="wanted">What the document says, by the id of the line.</param>
    /// <param name="known">What is recorded of it; null when nothing is.</param>
    /// <param name="now">When the corrections are made.</param>
    public static IReadOnlyList<ResolvedMove> Of(ResolvedMove wanted, KnownMovement? known, Instant now)
    {
        if (known is null)
        {
            return [wanted];
        }

        var movement = wanted.Movement;
        var said = StockDecider.Reported(StockDecider.Fact(movement, movement.Position)) with { Id = known.Reported.Id };
        if (known.At == movement.Position && StockDecider.IsRepeat(known.Reported with { Quantity = said.Quantity }, said))
        {
            var (_, quantity, stated) = known.Standing.Peek();
            return quantity == said.Quantity || (quantity is not null && said.AsStated is not null && stated == said.AsStated) ? []
                : [new ResolvedMove(Correction(movement.Name, known, now, said.Quantity) with { AsStated = said.AsStated }, wanted.Unit, null)];
        }

        var undone = Undone(movement.Name, known, now);
        var id = KnownMovements.Revision(movement.Name.Id, known.Revisions + undone.Count + 1);
        return [.. undone, wanted with { Movement = movement with { Name = movement.Name with { Id = id } } }];
    }

    /// <summary>A transfer of which the other end was not mapped yet when it was reported stays what was recorded of it.</summary>
    public static ResolvedMove AsKnown(ResolvedMove wanted, KnownMovement? known) =>
        known is not null && wanted.Alone is { Movement: var movement } alone && known.At == movement.Position
        && StockDecider.Reported(StockDecider.Fact(movement, movement.Position)) with { Id = known.Reported.Id, Quantity = 0 } is var said
        && StockDecider.IsRepeat(known.Reported with { Quantity = 0 }, said) ? alone : wanted;

    /// <summary>
    /// What stands did not occur: corrections are undone, the newest first, until one is left by which it did not occur, or the movement itself is corrected.
    /// </summary>
    public static IReadOnlyList<ResolvedMove> Undone(MovementId line, KnownMovement known, Instant now)
    {
        List<ResolvedMove> moves = [];
        while (!known.IsGone)
        {
            var correction = Correction(line, known, now, quantity: null);
            moves.Add(new ResolvedMove(correction, null, null));
            known = known.With((MovementCorrected)StockDecider.Fact(correction, correction.Position), known.Revisions + 1);
        }

        return moves;
    }

    private static Correction Correction(MovementId line, KnownMovement known, Instant now, decimal? quantity) => new(
        line with { Id = KnownMovements.Revision(line.Id, known.Revisions + 1) }, known.At, now, known.Reported.Document, known.Newest, quantity);
}
