using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>Steps towards what an order's messages say, and its hold after them.</summary>
/// <param name="Hold">The hold afterwards; null when there is still none.</param>
/// <param name="Steps">In the order in which they are appended.</param>
/// <param name="Unplaced">Messages of which units went from, or came to, nobody knows where: they are not recorded yet.</param>
public sealed record OrderDecision(Reservation? Hold, IReadOnlyList<OrderStep> Steps, IReadOnlySet<string> Unplaced);

/// <summary>
/// Brings stock and hold to what an order's messages say (<see cref="OrderFold"/>), from whatever was recorded of it before (<see cref="OrderLedger"/>). Pure.
/// It is decided in two halves, since what shipped or came back changes what there is to hold: <see cref="Record"/>, then <see cref="Hold"/>.
/// </summary>
public static class OrderDecider
{
    /// <summary>
    /// The reservation that keeps the order's units: its own hold, or one that was made for it before and has not ended. Null when there is none.
    /// </summary>
    public static Reservation? Existing(OrderPlan plan, Reservation? own, Reservation? reserved, Instant now) =>
        reserved?.Ledger?.Order == plan.Order ? reserved
        : own is null && reserved is { Ledger: null } && (plan.IsOld || reserved.StateAt(now) is ReservationState.Held or ReservationState.Confirmed) ? reserved
        : own;

    /// <summary>
    /// Positions at which more has shipped from the hold than the order's own movements took, although it says that more has shipped: somebody else has sold it
    /// there.
    /// </summary>
    public static IEnumerable<PositionKey> SoldByOthers(OrderPlan plan, Reservation? existing)
    {
        var own = existing?.Ledger?.Recorded ?? OrderLedger.Of(plan.Order).Recorded;
        var pieces = own.Values.SelectMany(recorded => recorded.Pieces).Where(piece => piece.Kind == OrderEffectKind.Ship).ToLookup(piece => piece.Sku);
        return from sku in plan.State.Effects.Where(effect => effect.Kind == OrderEffectKind.Ship && !effect.IsDone)
            .GroupBy(effect => effect.Sku, effect => effect.Quantity)
               where sku.Sum() > pieces[sku.Key].Sum(piece => piece.Quantity)
               let shipped = (existing?.Lines ?? []).Where(line => line.Sku == sku.Key).SelectMany(line => line.Allocations)
               .Where(units => units.Fulfilled > 0).ToList()
               where shipped.Sum(units => units.Fulfilled) > pieces[sku.Key].Sum(piece => piece.Held ?? piece.Quantity)
                   + (existing?.Ledger?.SetAside(sku.Key).Sum(piece => piece.Held) ?? 0)
               from location in shipped.Select(units => units.Location).Distinct()
               select new PositionKey(sku.Key, location);
    }

    /// <inheritdoc cref="PrepackedKits.InStock"/>
    public static OrderPlan InStock(OrderPlan plan, Reservation? existing, Func<PositionKey, decimal> free, Func<Sku, LocationId?> mostAvailable) =>
        PrepackedKits.InStock(plan, existing, free, mostAvailable);

    /// <inheritdoc cref="OrderKitHolds.Missing"/>
    /// <param name="state">As the channel states it.</param>
    /// <param name="hold">The order's hold; null when there is none.</param>
    public static IReadOnlyDictionary<Sku, decimal> MissingKits(OrderState state, Reservation? hold) => OrderKitHolds.Missing(state, hold);

    /// <inheritdoc cref="OrderKitHolds.MissingByThemselves"/>
    /// <param name="state">As the channel states it.</param>
    /// <param name="hold">The order's hold; null when there is none.</param>
    public static IReadOnlyDictionary<Sku, decimal> MissingByThemselves(OrderState state, Reservation? hold) => OrderKitHolds.MissingByThemselves(state, hold);

    /// <summary>Records what has shipped and come back, and takes back what has not after all.</summary>
    /// <param name="plan">What is to be, of stock (<see cref="InStock"/>).</param>
    /// <param name="existing">The order's hold as it is (<see cref="Existing"/>); null when there is none.</param>
    /// <param name="mostAvailable">Where a SKU is taken from that nobody says the place of; null when it is nowhere.</param>
    /// <param name="now">The instant of the decision; nothing that happened is recorded as later.</param>
    /// <param name="sold">Sales that have shipped units of the hold, of the SKUs of <see cref="SoldByOthers"/>: what the channel says of the same units is not
    /// recorded once more.</param>
    public static OrderDecision Record(
        OrderPlan plan, Reservation? existing, Func<Sku, LocationId?> mostAvailable, Instant now, IReadOnlyCollection<SoldFromHold>? sold = null)
    {
        var recording = new OrderRecording(plan, existing, mostAvailable, now, sold ?? []);

        // What did not happen comes first, nothing comes back before it has left, and what has a place leaves what has none the rest. What is recorded of one
        // effect can move what came back to nobody knows where of another: each round leaves fewer units where none had left from, so it ends.
        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var effect in plan.State.Effects.Where(effect => !effect.IsDone)
                .OrderByDescending(recording.IsLess).ThenBy(effect => effect.Kind).ThenBy(effect => effect.Location is null)
                .ThenBy(effect => effect.OccurredAt))
            {
                changed |= recording.Bring(effect);
            }
        }

        return recording.Decision();
    }

    /// <summary>
    /// Holds what is open of the order, as far as there is: units stay where they are kept as long as they are wanted there, what is no longer wanted is given
    /// back, and what is missing is taken from what is free.
    /// </summary>
    /// <param name="plan">What is to be, of stock (<see cref="InStock"/>).</param>
    /// <param name="recorded">The hold after <see cref="Record"/>; null when there is none.</param>
    /// <param name="isAdopted">The hold is a reservation that still would expire: it no longer does.</param>
    /// <param name="stock">What the channel may hold of each SKU, with what the hold keeps as its own. It is used up.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <param name="isSold">Whether the channel may sell a kit from a location; null where it may from all.</param>
    public static OrderDecision Hold(
        OrderPlan plan, Reservation? recorded, bool isAdopted, IReadOnlyDictionary<Sku, ChannelStock> stock, Instant now,
        Func<Sku, LocationId, bool>? isSold = null)
    {
        var hold = new OrderHold(recorded);
        var ledger = (recorded?.Ledger ?? OrderLedger.Of(plan.Order)) with { UpTo = plan.UpTo };
        var before = recorded?.Open.ToDictionary(units => units.Key, units => units.Quantity) ?? [];
        var skus = plan.State.Lines.Select(line => line.Sku).Concat(before.Keys.Select(key => key.Sku)).Distinct();
        var hasKits = plan.State.Kits.Count > 0;
        var ofKits = hasKits ? OrderKitHolds.Wanted(plan.State, hold, ledger, stock, isSold ?? ((_, _) => true)) : [];
        foreach (var sku in skus)
        {
            Place(hold, sku, ofKits.GetValueOrDefault(sku) ?? Wanted(plan, hold, sku, ledger), stock.GetValueOrDefault(sku));
        }

        if (hasKits)
        {
            OrderKitHolds.Trim(plan.State, hold, ledger, before);
            ledger = ledger with { Kits = OrderKitHolds.Held(plan.State, hold, ledger) };
        }

        var lines = hold.Lines();
        var after = lines.SelectMany(line => line.Allocations.Select(units => (Key: new PositionKey(line.Sku, units.Location), units.Open)))
            .GroupBy(units => units.Key, units => units.Open)
            .ToDictionary(units => units.Key, units => units.Sum());
        var kept = (recorded ?? NewHold(plan, now)) with
        {
            Lines = lines,
            Ledger = ledger,
            Priority = plan.Priority ?? recorded?.Priority ?? 0,
            State = hold.IsOpen || ledger.HasSetAside ? ReservationState.Confirmed : hold.HasShipped ? ReservationState.Fulfilled : ReservationState.Released,
        };
        List<OrderStep> steps = [];
        foreach (var key in before.Keys.Union(after.Keys).OrderBy(key => key.ToString(), StringComparer.Ordinal))
        {
            var change = after.GetValueOrDefault(key) - before.GetValueOrDefault(key);
            steps.AddRange(Steps(kept, key, change, isAdopted && after.GetValueOrDefault(key) > 0));
        }

        if (recorded is not null)
        {
            steps.AddRange(ReservationDecider.SupplyChanges(isAdopted ? recorded with { State = ReservationState.Held } : recorded, kept)
                .Select(change => new HoldStep(change.Key, change.Happened)));
        }

        return new OrderDecision(recorded is null && steps.Count == 0 ? null : kept, steps, new HashSet<string>());
    }

    internal static Reservation NewHold(OrderPlan plan, Instant now) => new()
    {
        Id = plan.Hold,
        Channel = plan.Channel,
        State = ReservationState.Confirmed,
        ExpiresAt = now + HoldStock.LongestHold,
        HeldAt = now,
        Request = "order",
    };

    /// <summary>Units that are added are held and confirmed at once, so that no clock ends them; units that go are given back.</summary>
    internal static IEnumerable<OrderStep> Steps(Reservation hold, PositionKey key, decimal change, bool isConfirmed) => (change, isConfirmed) switch
    {
        ( > 0, _) =>
        [
            new HoldStep(key, new StockReserved(hold.Id, change, hold.Channel.Value, hold.ExpiresAt)),
            new HoldStep(key, new ReservationConfirmed(hold.Id, 0, hold.Channel.Value)),
        ],
        ( < 0, false) => [new HoldStep(key, new ReservationReleased(hold.Id, change, hold.Channel.Value))],
        (_, true) => [new HoldStep(key, new ReservationConfirmed(hold.Id, change, hold.Channel.Value))],
        _ => [],
    };

    /// <summary>
    /// Where the open units are wanted. What a till has shipped from the hold, without a message of the channel, is not held again, nor what is set aside.
    /// </summary>
    private static List<WantedUnits> Wanted(OrderPlan plan, OrderHold hold, Sku sku, OrderLedger ledger)
    {
        if (plan.State.Lines.FirstOrDefault(line => line.Sku == sku) is not { } line)
        {
            return [];
        }

        var setAside = ledger.SetAside(sku).ToList();
        var sold = Math.Max(0, hold.Shipped(sku) - line.Shipped - setAside.Sum(piece => piece.Held ?? 0)) + setAside.Sum(piece => piece.Quantity);
        var wanted = line.Wanted.ToList();
        for (var index = wanted.Count - 1; index >= 0 && sold > 0; index--)
        {
            var off = Math.Min(sold, wanted[index].Quantity);
            sold -= off;
            wanted[index] = wanted[index] with { Quantity = wanted[index].Quantity - off };
        }

        return wanted;
    }

    private static void Place(OrderHold hold, Sku sku, List<WantedUnits> wanted, ChannelStock? stock)
    {
        // Located parts come first, since they have no choice; then the rest keeps what is left.
        Dictionary<LocationId, decimal> staying = [];
        List<WantedUnits> missing = [];
        foreach (var part in wanted)
        {
            var left = part.Quantity;
            foreach (var (location, kept) in hold.Locations(sku).Where(units => part.Location is null || units.Location == part.Location))
            {
                var stays = Math.Min(left, kept - staying.GetValueOrDefault(location));
                if (stays > 0)
                {
                    staying[location] = staying.GetValueOrDefault(location) + stays;
                    left -= stays;
                    stock?.Take(location, stays);
                }
            }

            missing.Add(part with { Quantity = left });
        }

        foreach (var (location, kept) in hold.Locations(sku))
        {
            hold.Release(new PositionKey(sku, location), kept - staying.GetValueOrDefault(location));
        }

        // What is still to come is for who waits longest: for parts that are wanted nowhere in particular, then for the others.
        hold.ReleaseAwaited(sku);
        for (var index = missing.Count - 1; index >= 0; index--)
        {
            var comes = hold.Await(sku, missing[index].Location, missing[index].Quantity);
            missing[index] = missing[index] with { Quantity = missing[index].Quantity - comes };
        }

        foreach (var part in missing.Where(part => part.Quantity > 0 && stock is not null))
        {
            Take(hold, sku, part, stock!);
        }
    }

    /// <summary>
    /// What is free is taken beside what is kept, so that an order is split no further than it has to be; then from where it was kept before, then where most
    /// is.
    /// </summary>
    private static void Take(OrderHold hold, Sku sku, WantedUnits part, ChannelStock stock)
    {
        var left = part.Quantity;
        List<LocationId> locations = part.Location is { } named ? [named]
            : [.. hold.Locations(sku).Select(units => units.Location).Concat(hold.LastLocation(sku) is { } last ? [last] : [])
                .Concat(stock.MostAvailable()).Distinct()];
        foreach (var location in locations)
        {
            Keep(location, stock.Take(location, left));
        }

        var beyond = Math.Min(left, stock.BackorderAt(part.Location));
        if (beyond > 0 && locations.Exists(stock.MaySellFrom))
        {
            stock.TakeBeyond(beyond);
            Keep(locations.First(stock.MaySellFrom), beyond);
        }

        void Keep(LocationId location, decimal units)
        {
            if (units > 0)
            {
                hold.Keep(new PositionKey(sku, location), units, stock.CountedIn);
                left -= units;
            }
        }
    }
}
