using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>The hold of an order while it is being decided: units that are open and units that have shipped, by position. Not for two threads.</summary>
internal sealed class OrderHold
{
    private readonly Dictionary<(string Sku, string Location), decimal> _open = [];
    private readonly Dictionary<(string Sku, string Fence, string Location), decimal> _shipped = [];
    private readonly Dictionary<string, string?> _fences = [];
    private readonly List<(string Sku, string Location)> _last = [];
    private readonly List<Awaited> _supply = [];
    private readonly List<Awaited> _released = [];

    /// <param name="hold">As it is; null when there is none. One that has ended keeps nothing, whatever its lines still say.</param>
    public OrderHold(Reservation? hold)
    {
        var isOpen = hold?.State is ReservationState.Held or ReservationState.Confirmed;
        foreach (var line in hold?.Lines ?? [])
        {
            foreach (var units in line.Allocations)
            {
                var key = (line.Sku.Value, units.Location.Value);
                Add(_shipped, (line.Sku.Value, line.CountedIn ?? "", units.Location.Value), units.Fulfilled);
                _last.Add(key);
                if (isOpen && units.Open > 0)
                {
                    Add(_open, key, units.Open);
                    _fences[line.Sku.Value] = line.CountedIn;
                }
            }

            if (isOpen && line.Supply is { } supply)
            {
                _supply.AddRange(supply.Select(units => new Awaited(line.Sku.Value, line.CountedIn, line.By, line.Location, units)));
            }
        }
    }

    public bool IsOpen => _open.Count > 0 || _supply.Count > 0;

    public bool HasShipped => _shipped.Count > 0;

    public decimal Open(Sku sku) => _open.Where(units => units.Key.Sku == sku.Value).Sum(units => units.Value);

    public decimal Open(PositionKey at) => _open.GetValueOrDefault((at.Sku.Value, at.Location.Value));

    public decimal Shipped(Sku sku) => _shipped.Where(units => units.Key.Sku == sku.Value).Sum(units => units.Value);

    /// <summary>
    /// Keeps of the units that are still to come as many as are wanted where they come to, the earliest first, and gives back the rest. What is wanted at a
    /// location is planned again for that location only.
    /// </summary>
    /// <param name="location">Null for anywhere.</param>
    /// <returns>How many are kept.</returns>
    public decimal Await(Sku sku, LocationId? location, decimal wanted)
    {
        var left = wanted;
        foreach (var one in _released.Where(one => location is null || one.Units.Location == location).OrderBy(one => one.Units.PromisedOn).ToList())
        {
            var stays = Math.Min(left, one.Units.Quantity);
            left -= stays;
            _released.Remove(one);
            Add(_released, one, one.Units.Quantity - stays);
            Add(_supply, one with { Location = location }, stays);
        }

        return wanted - left;

        static void Add(List<Awaited> to, Awaited one, decimal quantity)
        {
            if (quantity > 0)
            {
                to.Add(one with { Units = one.Units with { Quantity = quantity } });
            }
        }
    }

    /// <summary>Of a SKU no units that are still to come are kept, until they are wanted (<see cref="Await"/>).</summary>
    public void ReleaseAwaited(Sku sku)
    {
        _released.Clear();
        _released.AddRange(_supply.Where(one => one.Sku == sku.Value));
        _supply.RemoveAll(one => one.Sku == sku.Value);
    }

    /// <summary>Where it keeps units of the SKU, most first.</summary>
    public List<(LocationId Location, decimal Quantity)> Locations(Sku sku) =>
    [
        .. _open.Where(units => units.Key.Sku == sku.Value).OrderByDescending(units => units.Value).ThenBy(units => units.Key.Location, StringComparer.Ordinal)
            .Select(units => (LocationId.Parse(units.Key.Location), units.Value)),
    ];

    /// <summary>Where it kept units of the SKU last, or keeps them still; null when it never did.</summary>
    public LocationId? LastLocation(Sku sku)
    {
        var index = _last.FindLastIndex(key => key.Sku == sku.Value);
        return index < 0 ? null : LocationId.Parse(_last[index].Location);
    }

    public void Keep(PositionKey at, decimal units, string? fence)
    {
        Add(_open, (at.Sku.Value, at.Location.Value), units);
        _last.Add((at.Sku.Value, at.Location.Value));
        _fences[at.Sku.Value] = fence;
    }

    public void Release(PositionKey at, decimal units) => Add(_open, (at.Sku.Value, at.Location.Value), -units);

    public void Ship(PositionKey at, decimal units)
    {
        Add(_open, (at.Sku.Value, at.Location.Value), -units);
        Add(_shipped, (at.Sku.Value, _fences.GetValueOrDefault(at.Sku.Value) ?? "", at.Location.Value), units);
    }

    /// <summary>A shipment did not happen: as far as it was of what was held, that was not used up either.</summary>
    public void Unship(PositionKey at, decimal units)
    {
        foreach (var key in _shipped.Keys.Where(key => key.Sku == at.Sku.Value && key.Location == at.Location.Value).ToList())
        {
            var undone = Math.Min(units, _shipped[key]);
            units -= undone;
            Add(_shipped, key, -undone);
            if (undone > 0)
            {
                _fences.TryAdd(key.Sku, Named(key.Fence));
            }
        }
    }

    public string? Fence(Sku sku) => _fences.GetValueOrDefault(sku.Value);

    /// <summary>In ordinal order, so that equal holds are equal.</summary>
    public ImmutableList<ReservedLine> Lines()
    {
        var units = _shipped.Select(shipped => (shipped.Key.Sku, shipped.Key.Fence, shipped.Key.Location, Quantity: shipped.Value, Fulfilled: shipped.Value))
            .Concat(
                _open.Select(
                    open => (open.Key.Sku, Fence: _fences.GetValueOrDefault(open.Key.Sku) ?? "", open.Key.Location, Quantity: open.Value, Fulfilled: 0m)))
            .Select(one => (one.Sku, one.Fence, WantedAt: "", one.Location, one.Quantity, one.Fulfilled))
            .Concat(_supply.Select(one => (
                one.Sku, Fence: one.Fence ?? "", WantedAt: one.Location?.Value ?? "", Location: one.Units.Location.Value, Quantity: 0m, Fulfilled: 0m)));
        return
        [
            .. units.GroupBy(one => (one.Sku, one.Fence, one.WantedAt))
                .OrderBy(line => line.Key.Sku, StringComparer.Ordinal).ThenBy(line => line.Key.Fence, StringComparer.Ordinal)
                .ThenBy(line => line.Key.WantedAt, StringComparer.Ordinal)
                .Select(line => new ReservedLine(
                    Sku.Parse(line.Key.Sku), line.Key.WantedAt.Length == 0 ? null : LocationId.Parse(line.Key.WantedAt),
                    Allocations(line.Select(one => (one.Location, one.Quantity, one.Fulfilled))), Named(line.Key.Fence))
                {
                    By = Of(line.Key).Select(one => one.By).Max(),
                    Supply = Of(line.Key).Select(one => one.Units).ToImmutableList() is { IsEmpty: false } supply ? supply : null,
                }),
        ];

        IEnumerable<Awaited> Of((string Sku, string Fence, string WantedAt) line) =>
            _supply.Where(one => one.Sku == line.Sku && (one.Fence ?? "") == line.Fence && (one.Location?.Value ?? "") == line.WantedAt);
    }

    /// <param name="Location">Where the order wants them; null where it leaves that open.</param>
    private sealed record Awaited(string Sku, string? Fence, LocalDate? By, LocationId? Location, SupplyUnits Units);

    private static ImmutableList<SourcedUnits> Allocations(IEnumerable<(string Location, decimal Quantity, decimal Fulfilled)> units) =>
    [
        .. units.Where(one => one.Quantity > 0).GroupBy(one => one.Location).OrderBy(there => there.Key, StringComparer.Ordinal)
            .Select(there => new SourcedUnits(LocationId.Parse(there.Key), there.Sum(one => one.Quantity), there.Sum(one => one.Fulfilled))),
    ];

    private static string? Named(string fence) => fence.Length == 0 ? null : fence;

    private static void Add<TKey>(Dictionary<TKey, decimal> units, TKey key, decimal change)
        where TKey : notnull
    {
        if (units.GetValueOrDefault(key) + change is not 0 and var left)
        {
            units[key] = left;
        }
        else
        {
            units.Remove(key);
        }
    }
}
