using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>
/// The first half of <see cref="OrderDecider"/> while it goes on: movements for what was not recorded, corrections for what was recorded and is not so. Not for
/// two threads.
/// </summary>
internal sealed class OrderRecording(
    OrderPlan plan, Reservation? existing, Func<Sku, LocationId?> mostAvailable, Instant now, IReadOnlyCollection<SoldFromHold> sold)
{
    /// <summary>
    /// The rest of them. Which message reported which is not recorded: they are assigned again each time, to messages without a movement of their own.
    /// </summary>
    private readonly Dictionary<PositionKey, decimal> _sold = sold.GroupBy(sale => sale.At, sale => sale.Quantity).ToDictionary(at => at.Key, at => at.Sum());

    /// <summary>Sold units that count for an effect already, by its key: effects are gone through several times.</summary>
    private readonly Dictionary<string, decimal> _soldOf = [];

    private readonly OrderHold _hold = new(existing);
    private readonly List<OrderStep> _steps = [];
    private readonly HashSet<string> _unplaced = [];
    private readonly Reservation _reservation = existing ?? OrderDecider.NewHold(plan, now);
    private ImmutableSortedDictionary<string, RecordedEffect> _recorded = (existing?.Ledger ?? OrderLedger.Of(plan.Order)).Recorded;

    public OrderDecision Decision()
    {
        if (_steps.Count == 0)
        {
            return new OrderDecision(existing, [], _unplaced);
        }

        var ledger = (existing?.Ledger ?? OrderLedger.Of(plan.Order)) with { Recorded = _recorded };
        return new OrderDecision(_reservation with { Lines = _hold.Lines(), Ledger = ledger }, _steps, _unplaced);
    }

    /// <summary>Whether more was recorded of it than is to be.</summary>
    public bool IsLess(OrderEffect effect) => _recorded.TryGetValue(effect.Key, out var recorded)
        && recorded.Pieces.Sum(piece => piece.Quantity) > effect.Quantity;

    /// <summary>Makes what is recorded of an effect what it is to be; false where it was that already.</summary>
    public bool Bring(OrderEffect effect)
    {
        var before = _recorded.GetValueOrDefault(effect.Key, RecordedEffect.Nothing);
        var recorded = Bring(effect, before);
        if (recorded.Movements > 0)
        {
            _recorded = _recorded.SetItem(effect.Key, recorded);
        }

        return recorded.Movements != before.Movements;
    }

    private RecordedEffect Bring(OrderEffect effect, RecordedEffect recorded)
    {
        if (effect is { Kind: OrderEffectKind.Return, Location: null })
        {
            recorded = ComeBackFrom(effect, recorded);
        }

        var more = effect.Quantity - recorded.Pieces.Sum(piece => piece.Quantity);
        if (more > 0 && effect.Kind == OrderEffectKind.Ship)
        {
            more -= SoldAlready(effect, more);
        }

        return (effect.Kind, more) switch
        {
            (OrderEffectKind.Ship, > 0) => Ship(effect, recorded, more),
            (OrderEffectKind.Return, > 0) => Return(effect, recorded, more),
            (OrderEffectKind.SetAside, > 0) => SetAside(effect, recorded, more),
            (OrderEffectKind.SetAside, < 0) => PutBack(effect, recorded, -more),
            (_, < 0) => TakeBack(effect, recorded, -more),
            _ => recorded,
        };
    }

    /// <summary>A till that named the hold has sold these units where they are said to have shipped: it is one and the same.</summary>
    private decimal SoldAlready(OrderEffect effect, decimal atMost)
    {
        var already = _soldOf.GetValueOrDefault(effect.Key);
        foreach (var (at, units) in _sold.Where(
            sale => sale.Key.Sku == effect.Sku && (effect.Location is null || sale.Key.Location == effect.Location)).ToList())
        {
            var same = Math.Min(atMost - already, units);
            _sold[at] = units - same;
            already += same;
        }

        _soldOf[effect.Key] = already;
        return already;
    }

    private RecordedEffect Ship(OrderEffect effect, RecordedEffect recorded, decimal units)
    {
        foreach (var (location, quantity) in FromWhere(effect, units))
        {
            var key = new PositionKey(effect.Sku, location);
            MoveHold(key, quantity - _hold.Open(key));
            var held = Math.Min(quantity, _hold.Open(key));
            _hold.Ship(key, held);
            var name = plan.MovementOf(effect, recorded.Movements);
            _steps.Add(new MovementStep(new Sale(name, key, At(effect), plan.Order, quantity, _reservation.Id), held));
            recorded = With(recorded, new RecordedPiece(effect.Kind, name.Id, effect.Sku, location, quantity) { Held = held });
        }

        return recorded;
    }

    /// <summary>
    /// Units that the order holds elsewhere and no longer needs there are those that ship: their hold moves to where they ship from, so that a ring-fence
    /// counts them as shipped.
    /// </summary>
    private void MoveHold(PositionKey to, decimal missing)
    {
        var open = plan.State.Lines.FirstOrDefault(line => line.Sku == to.Sku)?.Open ?? 0;
        var movable = Math.Min(missing, _hold.Open(to.Sku) - open - _hold.Open(to));
        foreach (var (location, kept) in _hold.Locations(to.Sku).Where(units => units.Location != to.Location))
        {
            var moved = Math.Min(movable, kept);
            if (moved > 0)
            {
                var (from, fence) = (to with { Location = location }, _hold.Fence(to.Sku));
                movable -= moved;
                _hold.Release(from, moved);
                _hold.Keep(to, moved, fence);
                _steps.AddRange(OrderDecider.Steps(_reservation, from, -moved, isConfirmed: false));
                _steps.AddRange(OrderDecider.Steps(_reservation, to, moved, isConfirmed: true));
            }
        }
    }

    /// <summary>
    /// Where it says; else where the order holds the units, the rest where its lines want them, else where it held units last, else where most is available.
    /// </summary>
    private List<(LocationId Location, decimal Quantity)> FromWhere(OrderEffect effect, decimal units)
    {
        if (effect.Location is { } named)
        {
            return [(named, units)];
        }

        Dictionary<LocationId, decimal> from = [];
        foreach (var (location, kept) in _hold.Locations(effect.Sku))
        {
            Add(location, Math.Min(units, kept));
        }

        var wanted = plan.State.Lines.FirstOrDefault(line => line.Sku == effect.Sku)?.Preferred;
        if (units > 0 && (wanted ?? _hold.LastLocation(effect.Sku) ?? mostAvailable(effect.Sku)) is { } rest)
        {
            Add(rest, units);
        }
        else if (units > 0)
        {
            _unplaced.Add(effect.Message);
        }

        return [.. from.Select(there => (there.Key, there.Value))];

        void Add(LocationId location, decimal quantity)
        {
            if (quantity > 0)
            {
                from[location] = from.GetValueOrDefault(location) + quantity;
                units -= quantity;
            }
        }
    }

    private RecordedEffect Return(OrderEffect effect, RecordedEffect recorded, decimal units)
    {
        foreach (var (location, quantity) in ToWhere(effect, units))
        {
            var name = plan.MovementOf(effect, recorded.Movements);
            _steps.Add(new MovementStep(new Return(name, new PositionKey(effect.Sku, location), At(effect), plan.Order, quantity, effect.Status), 0));
            recorded = With(recorded, new RecordedPiece(effect.Kind, name.Id, effect.Sku, location, quantity));
        }

        return recorded;
    }

    /// <summary>
    /// Units that are set aside are not for sale by their status, so they are no longer reserved. A ring-fence counts them as used up all the same. The store
    /// may have set aside more than was held for the order: that is a fact.
    /// </summary>
    private RecordedEffect SetAside(OrderEffect effect, RecordedEffect recorded, decimal units)
    {
        var key = new PositionKey(effect.Sku, effect.Location!.Value);
        var held = Math.Min(units, _hold.Open(key));
        _hold.Ship(key, held);
        _steps.AddRange(OrderDecider.Steps(_reservation, key, -held, isConfirmed: false));
        var name = plan.MovementOf(effect, recorded.Movements);
        _steps.Add(new MovementStep(new StatusChange(name, key, At(effect), plan.Order, units, null, effect.Status), 0));
        return With(recorded, new RecordedPiece(effect.Kind, name.Id, effect.Sku, key.Location, units) { Held = held });
    }

    /// <summary>Units are no longer set aside, and held again as far as they were: what follows (they ship, or are given back) is as for any other.</summary>
    private RecordedEffect PutBack(OrderEffect effect, RecordedEffect recorded, decimal units)
    {
        var key = new PositionKey(effect.Sku, effect.Location!.Value);
        for (var index = recorded.Pieces.Count - 1; index >= 0 && units > 0; index--)
        {
            var piece = recorded.Pieces[index];
            var back = Math.Min(units, piece.Quantity);
            var held = Math.Min(back, piece.Held ?? 0);
            units -= back;
            var name = plan.MovementOf(effect, recorded.Movements);
            _steps.Add(new MovementStep(new StatusChange(
                name, key, Instant.Min(Instant.Max(effect.OccurredAt, effect.EndedAt), now), plan.Order, back, effect.Status, null), 0));
            if (held > 0)
            {
                _hold.Unship(key, held);
                _hold.Keep(key, held, _hold.Fence(effect.Sku));
                _steps.AddRange(OrderDecider.Steps(_reservation, key, held, isConfirmed: true));
            }

            recorded = new RecordedEffect(recorded.Movements + 1, back == piece.Quantity ? recorded.Pieces.RemoveAt(index)
                : recorded.Pieces.SetItem(index, piece with { Quantity = piece.Quantity - back, Held = piece.Held - held }));
        }

        return recorded;
    }

    /// <summary>
    /// Units that nobody says the place of came back where they had left from. Where it is known by now that they left from elsewhere, they did not come back
    /// here after all.
    /// </summary>
    private RecordedEffect ComeBackFrom(OrderEffect effect, RecordedEffect recorded)
    {
        for (var index = recorded.Pieces.Count - 1; index >= 0; index--)
        {
            var piece = recorded.Pieces[index];
            var elsewhere = Away(effect.Sku).Where(units => units.Location != piece.Location).Sum(units => Math.Max(0, units.Units));
            var here = Away(effect.Sku).Where(units => units.Location == piece.Location).Sum(units => units.Units);
            var wrong = Math.Min(piece.Quantity, Math.Min(-here, elsewhere));
            if (wrong > 0)
            {
                recorded = TakeBack(effect, recorded, index, wrong);
                _recorded = _recorded.SetItem(effect.Key, recorded);
            }
        }

        return recorded;
    }

    /// <summary>Units that have left from each place and not come back there; below 0 where more came back than left.</summary>
    private IEnumerable<(LocationId Location, decimal Units)> Away(Sku sku) =>
        _recorded.Values.SelectMany(recorded => recorded.Pieces).Where(piece => piece.Sku == sku && piece.Kind != OrderEffectKind.SetAside)
        .GroupBy(piece => piece.Location).OrderBy(units => units.Key.Value, StringComparer.Ordinal)
        .Select(units => (units.Key, units.Sum(piece => piece.Kind == OrderEffectKind.Ship ? piece.Quantity : -piece.Quantity)));

    /// <summary>Where it says; else where the units left from, as many as have not come back there yet; else where the order kept some.</summary>
    private List<(LocationId Location, decimal Quantity)> ToWhere(OrderEffect effect, decimal units)
    {
        if (effect.Location is { } named)
        {
            return [(named, units)];
        }

        List<(LocationId, decimal)> to = [];
        foreach (var (location, away) in Away(effect.Sku).Where(units => units.Units > 0))
        {
            var back = Math.Min(units, away);
            units -= back;
            to.AddRange(back > 0 ? [(location, back)] : []);
        }

        var last = _recorded.Values.SelectMany(recorded => recorded.Pieces)
            .LastOrDefault(piece => piece.Sku == effect.Sku && piece.Kind == OrderEffectKind.Ship)?.Location;
        if (units > 0 && (last ?? _hold.LastLocation(effect.Sku)) is { } rest)
        {
            to.Add((rest, units));
        }
        else if (units > 0)
        {
            _unplaced.Add(effect.Message);
        }

        return to;
    }

    /// <summary>The newest pieces did not happen, or with less.</summary>
    private RecordedEffect TakeBack(OrderEffect effect, RecordedEffect recorded, decimal units)
    {
        for (var index = recorded.Pieces.Count - 1; index >= 0 && units > 0; index--)
        {
            var off = Math.Min(units, recorded.Pieces[index].Quantity);
            units -= off;
            recorded = TakeBack(effect, recorded, index, off);
        }

        return recorded;
    }

    /// <summary>
    /// A piece did not happen; the rest of it is recorded again, since a correction of a correction would bring back what was corrected. A correction acts
    /// at the instant of what it corrects, so counts since then stay right.
    /// </summary>
    private RecordedEffect TakeBack(OrderEffect effect, RecordedEffect recorded, int index, decimal units)
    {
        var piece = recorded.Pieces[index];
        var (key, left) = (new PositionKey(piece.Sku, piece.Location), piece.Quantity - units);
        _steps.Add(new MovementStep(new Correction(plan.MovementOf(effect, recorded.Movements), key, now, plan.Order, piece.Movement, Quantity: null), 0));
        recorded = new RecordedEffect(recorded.Movements + 1, recorded.Pieces.RemoveAt(index));
        var unheld = Math.Min(units, piece.Held ?? units);
        if (piece.Kind == OrderEffectKind.Ship)
        {
            _hold.Unship(key, unheld);
        }

        if (left > 0)
        {
            var name = plan.MovementOf(effect, recorded.Movements);
            Movement again = piece.Kind == OrderEffectKind.Ship
                ? new Sale(name, key, At(effect), plan.Order, left, _reservation.Id)
                : new Return(name, key, At(effect), plan.Order, left, effect.Status);
            _steps.Add(new MovementStep(again, 0));
            recorded = new RecordedEffect(
                recorded.Movements + 1, recorded.Pieces.Insert(index, piece with { Movement = name.Id, Quantity = left, Held = piece.Held - unheld }));
        }

        return recorded;
    }

    private static RecordedEffect With(RecordedEffect recorded, RecordedPiece piece) => new(recorded.Movements + 1, recorded.Pieces.Add(piece));

    private Instant At(OrderEffect effect) => Instant.Min(effect.OccurredAt, now);
}
