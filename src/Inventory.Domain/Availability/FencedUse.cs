using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>
/// What is held and shipped of each fixed ring-fence of one SKU. Its version is checked with every hold that has to consider all locations of
/// the SKU, so that two hosts, each holding at another location, do not both give away the same allowance.
/// </summary>
/// <param name="Version">Changes so far, from 0.</param>
/// <param name="Units">By <see cref="RuleVersion.Key"/>.</param>
public sealed record FencedUse(long Version, ImmutableSortedDictionary<string, decimal> Units)
{
    public static readonly FencedUse None = new(0, ImmutableSortedDictionary.Create<string, decimal>(StringComparer.Ordinal));

    public FencedUse With(string rule, decimal units)
    {
        var used = Units.GetValueOrDefault(rule) + units;
        return this with { Units = used == 0 ? Units.Remove(rule) : Units.SetItem(rule, used) };
    }
}
