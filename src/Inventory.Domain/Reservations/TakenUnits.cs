using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// Open units of a reservation that are shipped, kept or given back: of each wanted line the first that are open, line by line and allocation by allocation;
/// then, where they may be, those that are still to come. A kit is taken as prepacked ones first, then as whole kits of its components; a component that is
/// wanted by its own SKU first from lines of that SKU.
/// </summary>
internal sealed class TakenUnits
{
    private readonly ImmutableList<ReservedLine> _lines;
    private readonly Dictionary<(int Line, int Allocation), decimal> _taken = [];
    private readonly Dictionary<(int Line, int Units), decimal> _takenOfSupply = [];
    private readonly Dictionary<PositionKey, decimal> _byPosition = [];

    private TakenUnits(ImmutableList<ReservedLine> lines) => _lines = lines;

    /// <param name="tooMuch">The SKU of the first line that wants more than is open.</param>
    /// <returns>Null when more is wanted than is open.</returns>
    /// <param name="ofSupply">Whether units that are still to come will do.</param>
    public static TakenUnits? Of(ImmutableList<ReservedLine> lines, IReadOnlyList<RequestedLine> wanted, out Sku tooMuch, bool ofSupply = false)
    {
        var units = new TakenUnits(lines);
        foreach (var line in wanted)
        {
            var missing = units.Take(line);
            if (missing > 0 && (!ofSupply || units.TakeSupply(line, missing) > 0))
            {
                tooMuch = line.Sku;
                return null;
            }
        }

        tooMuch = default;
        return units;
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
        for (var index = 0; index < _lines.Count; index++)
        {
            missing -= _lines[index].Sku == wanted.Sku && !IsComponent(_lines[index]) ? Take(index, missing, wanted.Location) : 0;
        }

        if (missing > 0)
        {
            missing -= TakeKits(wanted, missing);
            for (var index = 0; index < _lines.Count; index++)
            {
                missing -= _lines[index].Sku == wanted.Sku ? Take(index, missing, wanted.Location) : 0;
            }
        }

        return missing;
    }

    /// <summary>Whole kits of components, from each requested line of the kit as many as all of its components are open for.</summary>
    /// <param name="ofSupply">Whether units that are still to come will do, after those that are there.</param>
    private decimal TakeKits(RequestedLine wanted, decimal atMost, bool ofSupply = false)
    {
        var taken = 0m;
        foreach (var parts in _lines.Select((line, index) => (line, index)).Where(one => IsComponent(one.line) && one.line.Kit!.Sku == wanted.Sku)
            .GroupBy(one => one.line.Kit!.Line).Where(parts => parts.Count() == parts.First().line.Kit!.Components).ToList())
        {
            var kits = Math.Min(
                decimal.Floor(atMost - taken), parts.Min(part => decimal.Floor(
                    (Open(part.index, wanted.Location) + (ofSupply ? Awaited(part.index, wanted.Location) : 0)) / part.line.Kit!.PerKit)));
            foreach (var (line, index) in parts)
            {
                var missing = kits * line.Kit!.PerKit;
                TakeSupply(index, missing - Take(index, missing, wanted.Location), wanted.Location);
            }

            taken += kits;
        }

        return taken;
    }

    private decimal Open(int index, LocationId? at) => _lines[index].Allocations
        .Select((units, allocation) => at is null || units.Location == at ? units.Open - _taken.GetValueOrDefault((index, allocation)) : 0).Sum();

    /// <returns>Units of that line, at most those that are open at the location.</returns>
    private decimal Take(int index, decimal atMost, LocationId? at)
    {
        var missing = atMost;
        for (var allocation = 0; allocation < _lines[index].Allocations.Count; allocation++)
        {
            var units = _lines[index].Allocations[allocation];
            var before = _taken.GetValueOrDefault((index, allocation));
            var taken = at is null || units.Location == at ? Math.Min(missing, units.Open - before) : 0;
            if (taken > 0)
            {
                missing -= taken;
                _taken[(index, allocation)] = before + taken;
                var key = new PositionKey(_lines[index].Sku, units.Location);
                _byPosition[key] = _byPosition.GetValueOrDefault(key) + taken;
            }
        }

        return atMost - missing;
    }

    private static bool IsComponent(ReservedLine line) => line.Kit is { } kit && kit.Sku != line.Sku;

    /// <returns>What is still missing.</returns>
    private decimal TakeSupply(RequestedLine wanted, decimal missing)
    {
        for (var line = 0; line < _lines.Count; line++)
        {
            missing -= _lines[line].Sku == wanted.Sku ? TakeSupply(line, missing, wanted.Location) : 0;
        }

        return missing > 0 ? missing - TakeKits(wanted, missing, ofSupply: true) : missing;
    }

    /// <returns>Units of that line that are still to come, at most those that come to the location.</returns>
    private decimal TakeSupply(int line, decimal atMost, LocationId? at)
    {
        var missing = atMost;
        for (var index = 0; missing > 0 && index < (_lines[line].Supply?.Count ?? 0); index++)
        {
            var units = _lines[line].Supply![index];
            var before = _takenOfSupply.GetValueOrDefault((line, index));
            var taken = at is null || units.Location == at ? Math.Min(missing, units.Quantity - before) : 0;
            missing -= taken;
            _takenOfSupply[(line, index)] = before + taken;
        }

        return atMost - missing;
    }

    private decimal Awaited(int line, LocationId? at) => (_lines[line].Supply ?? [])
        .Select((units, index) => at is null || units.Location == at ? units.Quantity - _takenOfSupply.GetValueOrDefault((line, index)) : 0).Sum();

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
