namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>What the proposed rules would have meant for a channel, or for a SKU in all channels.</summary>
/// <param name="UnitsWithheld">The most units by which the channel's promise of a SKU would have been below the real one at any moment, added up over
/// SKUs.</param>
/// <param name="SalesLost">
/// Units of the channel's real orders that would have been refused, but for those that were given back unsold within the time; each SKU of an
/// order is judged on its own.
/// </param>
/// <param name="OversellsAvoided">
/// Units that the channel's real orders took and that were then missing (a location had less than nothing to sell), where with the proposed
/// rules they would not have been; each unit once, of the newest orders first.
/// </param>
/// <param name="Publications">
/// How often a new quantity or level would have been published to the channel, including a first difference from what it really had at the beginning.
/// </param>
public readonly record struct Tally(decimal UnitsWithheld, decimal SalesLost, decimal OversellsAvoided, long Publications)
{
    /// <summary>How much is different, for finding out where it is most.</summary>
    public decimal Difference => UnitsWithheld + SalesLost + OversellsAvoided;

    public static Tally operator +(Tally left, Tally right) => new(
        left.UnitsWithheld + right.UnitsWithheld, left.SalesLost + right.SalesLost, left.OversellsAvoided + right.OversellsAvoided,
        left.Publications + right.Publications);
}
