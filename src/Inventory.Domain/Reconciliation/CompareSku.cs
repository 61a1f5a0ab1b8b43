using RetailSync.Inventory.Domain.Reconciliation.Evidence;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>
/// Compares like with like and names the documents that make the difference. Pure: equal books give no drift, and the parts of every drift add up to it.
/// </summary>
public static class CompareSku
{
    /// <returns>Ordered by location, then field.</returns>
    public static IReadOnlyList<Drift> Compare(SkuBooks books, ComparisonTerms terms)
    {
        var sides = books.Positions
            .OrderBy(position => position.Count.Position.Location.Value, StringComparer.Ordinal)
            .Select(position => (position.Count, Ours: new OurSide(position.Events, terms.TakenAt)))
            .ToList();
        var booked = new BookedLocations(books.Documents, books.Elsewhere, sides.Select(side => (side.Count.Position.Location, side.Ours)));
        var drifts = new List<Drift>();
        foreach (var (count, ours) in sides)
        {
            foreach (var (field, theirs) in count.Fields())
            {
                var difference = ours.Value(field) - theirs;
                if (difference == 0)
                {
                    continue;
                }

                var view = new FieldBooks(count.Position.Location, field, ours, books.Documents, booked, terms);
                if (!InFlightMovements.Makes(difference, view))
                {
                    drifts.Add(new Drift(count.Position, field, ours.Value(field), theirs, Explain(difference, view)));
                }
            }
        }

        return WrongLocationPairing.Pair(drifts, sides.ToDictionary(side => side.Count.Position, side => side.Ours));
    }

    private static IReadOnlyList<Attribution> Explain(decimal difference, FieldBooks books)
    {
        if (books.Field == DriftField.Reserved)
        {
            var holds = HoldEvidence.Of(books);
            return DriftAttribution.Of(difference, holds.Evidence, [], holds.Hints);
        }

        var movements = MovementEvidence.Of(books);
        return DriftAttribution.Of(difference, movements.Evidence, movements.Doubtful, movements.Hints);
    }
}
