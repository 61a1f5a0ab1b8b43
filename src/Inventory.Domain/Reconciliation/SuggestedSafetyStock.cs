namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>How many units to keep back where our number has been too high again and again.</summary>
public static class SuggestedSafetyStock
{
    /// <summary>Once is no habit.</summary>
    public const int FewestOverstatements = 2;

    /// <summary>Of the times we were wrong, so many would have been covered.</summary>
    private const decimal Covered = 0.9m;

    /// <param name="differences">Ours - theirs of every comparison that found one; above 0 where our number was too high.</param>
    /// <returns>The quantity; null where there is nothing to suggest.</returns>
    public static decimal? From(IReadOnlyCollection<decimal> differences)
    {
        var overstated = differences.Where(difference => difference > 0).Order().ToList();
        return overstated.Count < FewestOverstatements ? null : overstated[(int)Math.Ceiling(overstated.Count * Covered) - 1];
    }
}
