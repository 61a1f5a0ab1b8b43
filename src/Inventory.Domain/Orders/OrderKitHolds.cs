using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>
/// What an order holds for its kits: whole ones only, since a component that its kit lacks the rest of would be kept from everybody. Prepacked ones come first.
/// Lines that want a component by its own SKU are served before kits, and kits by SKU. Pure.
/// </summary>
internal static class OrderKitHolds
{
    private static readonly HeldKits NoKits = new(0, ImmutableSortedDictionary<string, decimal>.Empty);

    /// <summary>
    /// What is to be held of each kit's own SKU and of its components, without what is set aside and what tills have sold from the hold although no message of
    /// the channel says so. Kits that are kept as they are stay so, and what is left of kits that have shipped in part; others are assembled only where the
    /// channel may sell them.
    /// </summary>
    /// <param name="state">Of stock (<see cref="PrepackedKits"/>).</param>
    /// <param name="isSold">Whether the channel may sell a kit from a location.</param>
    public static Dictionary<Sku, List<WantedUnits>> Wanted(
        OrderState state, OrderHold hold, OrderLedger ledger, IReadOnlyDictionary<Sku, ChannelStock> stock, Func<Sku, LocationId, bool> isSold)
    {
        var share = new KitShare(state, hold, Sold(state, hold, ledger));
        var wanted = share.ByThemselves;
        Dictionary<Sku, decimal> allowed = [];
        foreach (var need in share.Needs)
        {
            var own = wanted[need.Kit.Sku];
            var kept = share.Prepacked(need);
            var there = stock.TryGetValue(need.Kit.Sku, out var free)
                ? decimal.Floor(need.Location is { } named ? free.At(named) : free.Everywhere()) - own.Sum(part => part.Quantity) : 0;
            var prepacked = Math.Clamp(Math.Min(there, Math.Max(kept, need.Kits - share.Assembled(need.Without(kept)))), 0, need.Whole);
            var rest = need.Without(prepacked);
            if (!rest.IsAtOneLocation && !IsSold(rest))
            {
                rest = rest.Without(Math.Max(0, rest.Whole - share.Assembled(rest)));
            }

            var missing = need.Whole - prepacked;
            foreach (var (location, part) in rest.IsAtOneLocation ? AtOneLocation(rest, share, stock, wanted, isSold)
                : [(rest.Location, rest.Of(rest.Complete(sku => Free(sku, rest.Location))))])
            {
                missing -= part.Kits;
                foreach (var (component, units) in part.Units)
                {
                    wanted[component].Add(new WantedUnits(location, units));
                }
            }

            // What is neither there nor made of components is a kit beyond stock, as far as its own rule allows.
            var beyond = Math.Max(0, Math.Min(missing, decimal.Floor(free?.BackorderAt(need.Location) ?? 0) - allowed.GetValueOrDefault(need.Kit.Sku)));
            allowed[need.Kit.Sku] = allowed.GetValueOrDefault(need.Kit.Sku) + beyond;
            own.Add(new WantedUnits(need.Location, prepacked + beyond));
            share.Take(need);
        }

        return wanted.ToDictionary(of => of.Key, of => AddedUp(of.Value));

        decimal Free(Sku sku, LocationId? location) => stock.TryGetValue(sku, out var there)
            ? (location is { } named ? there.At(named) : there.Everywhere())
                - wanted[sku].Where(part => location is null || part.Location == location).Sum(part => part.Quantity)
            : 0;

        bool IsSold(KitNeed need) => need.Location is { } named ? isSold(need.Kit.Sku, named)
            : need.Kit.Components.Any(one => stock.GetValueOrDefault(one.Sku)?.MostAvailable().Any(location => isSold(need.Kit.Sku, location)) == true);
    }

    /// <summary>Gives back what no complete kit needs.</summary>
    /// <param name="state">Of stock (<see cref="PrepackedKits"/>).</param>
    /// <param name="before">What was kept before the decision, which stays where it can.</param>
    public static void Trim(OrderState state, OrderHold hold, OrderLedger ledger, IReadOnlyDictionary<PositionKey, decimal> before)
    {
        var share = new KitShare(state, hold, Sold(state, hold, ledger));
        foreach (var need in share.Needs)
        {
            share.Take(need);
        }

        foreach (var (at, units) in share.Rest(hold, before).ToList())
        {
            hold.Release(at, units);
        }
    }

    /// <summary>What is held for each kit, of the kits of which anything is.</summary>
    /// <param name="state">Of stock (<see cref="PrepackedKits"/>).</param>
    public static ImmutableSortedDictionary<string, HeldKits> Held(OrderState state, OrderHold hold, OrderLedger ledger)
    {
        var share = new KitShare(state, hold, Sold(state, hold, ledger));
        var held = ImmutableSortedDictionary.CreateBuilder<string, HeldKits>(StringComparer.Ordinal);
        foreach (var need in share.Needs)
        {
            var before = need.Kit.Components.ToDictionary(one => one.Sku, one => share.Left(one.Sku));
            var kits = share.Take(need) + held.GetValueOrDefault(need.Kit.Sku.Value, NoKits).Kits;
            var units = before.ToImmutableSortedDictionary(
                one => one.Key.Value, one => one.Value - share.Left(one.Key) + held.GetValueOrDefault(need.Kit.Sku.Value, NoKits).Units
                    .GetValueOrDefault(one.Key.Value), StringComparer.Ordinal);
            held[need.Kit.Sku.Value] = new HeldKits(kits, units);
        }

        held.RemoveRange(held.Where(one => one.Value.Kits == 0).Select(one => one.Key).ToList());
        return held.ToImmutable();
    }

    /// <summary>Kits that are open and neither held nor set aside as wholes, by SKU.</summary>
    public static IReadOnlyDictionary<Sku, decimal> Missing(OrderState state, Reservation? hold)
    {
        var share = new KitShare(state, new OrderHold(hold), new Dictionary<Sku, decimal>());
        var missing = state.Kits.ToDictionary(kit => kit.Sku, _ => 0m);
        foreach (var need in share.Needs)
        {
            missing[need.Kit.Sku] += need.Kits - share.Take(need);
        }

        return state.Kits.ToDictionary(kit => kit.Sku, kit => Math.Min(kit.Open, missing[kit.Sku]));
    }

    /// <summary>
    /// Units that lines want by their own SKU and that are neither held nor set aside, of SKUs that kits of the order need too: what is held for a kit is not
    /// held for them.
    /// </summary>
    public static IReadOnlyDictionary<Sku, decimal> MissingByThemselves(OrderState state, Reservation? hold)
    {
        var share = new KitShare(state, new OrderHold(hold), new Dictionary<Sku, decimal>());
        var awaited = (hold is { AwaitsSupply: true } ? hold.Lines : []).ToLookup(line => line.Sku, line => line.Awaited);
        return state.Stated.Where(line => line.Kit is null && share.ByThemselves.ContainsKey(line.Sku)).ToDictionary(line => line.Sku, line => Math.Max(
            0, line.Open - line.SetAside - share.HeldByThemselves.GetValueOrDefault(line.Sku) - awaited[line.Sku].Sum()));
    }

    /// <summary>Units that tills have sold from the hold although no message of the channel says so.</summary>
    private static Dictionary<Sku, decimal> Sold(OrderState state, OrderHold hold, OrderLedger ledger) => state.Lines.ToDictionary(
        line => line.Sku, line => Math.Max(0, hold.Shipped(line.Sku) - line.Shipped - ledger.SetAside(line.Sku).Sum(piece => piece.Held ?? 0)));

    private static IEnumerable<(LocationId? Location, KitNeed Part)> AtOneLocation(
        KitNeed need, KitShare share, IReadOnlyDictionary<Sku, ChannelStock> stock, Dictionary<Sku, List<WantedUnits>> wanted,
        Func<Sku, LocationId, bool> isSold)
    {
        var components = need.Kit.Components;
        var locations = (stock.GetValueOrDefault(components[0].Sku)?.MostAvailable() ?? []).ToList();
        var kept = locations.ConvertAll(location => (location, components.Min(one => decimal.Floor(share.At(one.Sku, location) / one.Quantity))));
        return CompleteKits.Place(
            need.Kits, kept, locations.FindAll(location => isSold(need.Kit.Sku, location)),
            location => components.Min(one => decimal.Floor(Free(one.Sku, location) / one.Quantity)))
            .Select(placed => ((LocationId?)placed.Location, need.Only(placed.Kits)));

        decimal Free(Sku component, LocationId location) => stock.TryGetValue(component, out var own)
            ? own.At(location) - wanted[component].Where(part => part.Location == location).Sum(part => part.Quantity) : 0;
    }

    private static List<WantedUnits> AddedUp(IEnumerable<WantedUnits> parts) =>
    [
        .. from part in parts
           where part.Quantity > 0
           group part.Quantity by part.Location into same
           orderby same.Key is null, same.Key?.Value
           select new WantedUnits(same.Key, same.Sum()),
    ];
}
