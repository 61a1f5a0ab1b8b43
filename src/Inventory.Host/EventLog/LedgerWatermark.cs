namespace RetailSync.Inventory.Host.EventLog;

/// <summary>Neighbouring sequences, both ends included.</summary>
/// <param name="Last">The highest; not below <paramref name="First"/>.</param>
public readonly record struct SequenceRange(long First, long Last);

/// <summary>
/// Which events a follower has processed: all up to <paramref name="Newest"/> but for those that are missing. A sequence below the newest says nothing by
/// itself, since sequences are taken in another order than transactions commit in. Immutable.
/// </summary>
/// <param name="Newest">The highest sequence that was seen; 0 for none.</param>
/// <param name="Missing">Sequences up to it that were not seen, ascending: given up, or of transactions that are still to commit.</param>
public sealed record LedgerWatermark(long Newest, IReadOnlyList<SequenceRange> Missing)
{
    public static readonly LedgerWatermark None = new(0, []);

    /// <summary>Nothing is missing up to here.</summary>
    public long CompleteUpTo => Missing.Count > 0 ? Missing[0].First - 1 : Newest;

    /// <summary>Whether an event of this sequence, if there is one that has been committed, has been seen.</summary>
    public bool Covers(long sequence) => sequence <= Newest && !IsMissing(Missing, sequence);

    /// <param name="missing">Ascending.</param>
    /// <param name="sequence">Whether it is in one of them.</param>
    internal static bool IsMissing(IReadOnlyList<SequenceRange> missing, long sequence) =>
        IndexOf(missing, sequence) is var at && at < missing.Count && missing[at].First <= sequence;

    /// <returns>The first range that ends at the sequence or after it; the count where none does.</returns>
    internal static int IndexOf(IReadOnlyList<SequenceRange> missing, long sequence)
    {
        var (low, high) = (0, missing.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = missing[middle].Last < sequence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
