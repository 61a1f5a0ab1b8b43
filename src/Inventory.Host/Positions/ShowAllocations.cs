using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>
/// Adds the units that are ring-fenced for channels. A ring-fence is of all locations together; a position shows its units as they would be
/// given out now.
/// </summary>
public sealed class ShowAllocations(ReadAvailability availability)
{
    public async Task<IReadOnlyList<PositionAnswer>> Of(IReadOnlyList<PositionAnswer> positions, CancellationToken cancellation)
    {
        var skus = positions.Select(position => Sku.Parse(position.Sku)).Distinct().ToList();
        var basis = await availability.Read(skus, minSequence: 0, cancellation);
        var earmarked = skus.Where(sku => basis.Plan.Rules.Allocations(sku).Count > 0).ToDictionary(
            sku => sku.Value,
            sku => RingFences.Earmarked(basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules).ToLookup(units => units.Location.Value));
        return [.. positions.Select(position => earmarked.TryGetValue(position.Sku, out var units)
            ? position with { Allocations = units[position.Location].ToDictionary(part => part.Channel.Value, part => part.Units) }
            : position)];
    }
}
