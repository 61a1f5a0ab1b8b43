using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// Open units of a reservation that are shipped, kept or given back: of each wanted line the first that are open, line by line and allocation by allocation;
/// then, where they may be, those that are still to come.
/// </summary>
internal sealed class TakenUnits
{
    private readonly ImmutableList<ReservedLine> _lines;
    private readonly Dictionary<(int Line, int Allocation), decimal> _taken = [];
    private readonly Dictionary<(int Line, int Units), decimal> _takenOfSupply = [];
    private readonly Dictionary<PositionKey, decimal> _byPosition = [];

    private TakenUnits(ImmutableList<ReservedLine> lines) => _lines = lines;

    /// <returns>Null when more is wanted than is open.</returns>
    /// <param name="ofSupply">Whether units that are still to come will do.</param>
    public static TakenUnits? Of(ImmutableList<ReservedLine> lines, IReadOnlyList<RequestedLine> wanted, bool ofSupply = false)
    {
        var units = new TakenUnits(lines);
        return wanted.All(line => units.Take(line) is var missing && (missing <= 0 || (ofSupply && units.TakeSupply(line, missing) <= 0))) ? units : null;
    }

    /// <summary>The units of stock, above 0, in the order in which they were taken.</summary>
    public IEnumerable<(PositionKey Key, decimal Quantity)> ByPosition => _byPosition.Select(units => (units.Key, units.Value));

    /// <summary>The lines after these units have shipped.</summary>
    public ImmutableList<ReservedLine> Shipped => Changed((units, taken) => units with { Fulfilled = units.Fulfilled + taken }, (units, _) => units.Quantity);

    /// <summary>The lines with these units alone, and with what has shipped before; lines of which nothing is left are gone.</summary>
    public ImmutableList<ReservedLine> Alone => WithoutEmpty(Changed((units, taken) => units with { Quantity = units.Fulfilled + taken }, (_, taken) => taken));

    /// <summary>The lines without these units; lines of which nothing is left are gone.</summary>
    public ImmutableList<ReservedLine> Rest => WithoutEmpty(
        Changed((units, taken) => units with { Quantity = units.Quantity - taken }, (units, taken) => units.Quantity - taken));

    /// <returns>What is missing.</returns>
    private decimal Take(RequestedLine wanted)
    {
        var missing = wanted.Quantity;
        for (var line = 0; line < _lines.Count; line++)
        {
            for (var allocation = 0; _lines[line].Sku == wanted.Sku && allocation < _lines[line].Allocations.Count; allocation++)
            {
                var units = _lines[line].Allocations[allocation];
                var before = _taken.GetValueOrDefault((line, allocation));
                var taken = wanted.Location is null || units.Location == wanted.Location ? Math.Min(missing, units.Open - before) : 0;
                if (taken > 0)
                {
                    missing -= taken;
                    _taken[(line, allocation)] = before + taken;
                    var key = new PositionKey(wanted.Sku, units.Location);
                    _byPosition[key] = _byPosition.GetValueOrDefault(key) + taken;
                }
            }
        }

        return missing;
    }

    /// <returns>What is still missing.</returns>
    private decimal TakeSupply(RequestedLine wanted, decimal missing)
    {
        for (var line = 0; line < _lines.Count; line++)
        {
            for (var index = 0; _lines[line].Sku == wanted.Sku && index < (_lines[line].Supply?.Count ?? 0); index++)
            {
                var units = _lines[line].Supply![index];
                var before = _takenOfSupply.GetValueOrDefault((line, index));
                var taken = wanted.Location is null || units.Location == wanted.Location ? Math.Min(missing, units.Quantity - before) : 0;
                missing -= taken;
                _takenOfSupply[(line, index)] = before + taken;
            }
        }

        return missing;
    }

    private ImmutableList<ReservedLine> Changed(Func<SourcedUnits, decimal, SourcedUnits> change, Func<SupplyUnits, decimal, decimal> supply) =>
    [
        .. _lines.Select((line, index) => line with
        {
            Allocations = [.. line.Allocations.Select((units, allocation) => change(units, _taken.GetValueOrDefault((index, allocation))))],
            Supply = line.Supply is null ? null
                : [.. line.Supply.Select((units, part) => units with { Quantity = supply(units, _takenOfSupply.GetValueOrDefault((index, part))) })],
        }),
    ];

    private static ImmutableList<ReservedLine> WithoutEmpty(ImmutableList<ReservedLine> lines) =>
    [
        .. lines.Select(line => line with
        {
            Allocations = line.Allocations.RemoveAll(units => units.Quantity <= 0),
            Supply = line.Awaited > 0 ? line.Supply!.RemoveAll(units => units.Quantity <= 0) : null,
        })
            .Where(line => line.Allocations.Count > 0 || line.Supply is not null),
    ];
}
