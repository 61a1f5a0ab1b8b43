namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>Movements that one system has and the other does not have yet are no drift, as long as they alone make the difference.</summary>
internal static class InFlightMovements
{
    public static bool Makes(decimal difference, FieldBooks books)
    {
        var (takenAt, grace) = (books.Terms.TakenAt, books.Terms.Grace);
        if (grace <= NodaTime.Duration.Zero)
        {
            return false;
        }

        var ours = books.Entries
            .Where(entry => entry.OccurredAt > takenAt - grace && entry.OccurredAt <= takenAt + grace && !books.AreKnownToThem(entry))
            .Select(entry => entry.OccurredAt > takenAt ? -entry.Effect : entry.Contribution);
        var theirs = books.Documents
            .Where(document => document.OccurredAt > takenAt - grace && document.OccurredAt <= takenAt && books.Matching(document.Id).Count == 0)
            .Select(document => -books.Contribution(document));
        return SubsetSums.Smallest([.. ours.Concat(theirs).Where(quantity => quantity != 0)], quantity => quantity, difference, atMost: 1).Count > 0;
    }
}
