using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// Which reservation's units come by which document, of one SKU. What arrives becomes ordinary holds; who is left without the supply that was promised gets
/// what is free of stock or comes in time, then what less important reservations keep, then what comes later. The more important is the higher priority, then
/// the older. Who keeps supply that is in time is never moved to other supply. Pure; not for two threads.
/// </summary>
public sealed class SupplyPlan
{
    private readonly Sku _sku;
    private readonly Dictionary<LocationId, StockPosition> _positions;
    private readonly IReadOnlyDictionary<string, decimal> _fencedUse;
    private readonly Plan _plan;
    private readonly Func<Instant, RulesInForce> _rules;
    private readonly Instant _now;
    private readonly List<AwaitingLine> _lines;
    private readonly Dictionary<ChannelId, ChannelStock> _stock = [];

    /// <summary>The last line that has units which are not at risk; none after it gets such units before it is its turn.</summary>
    private int _last;

    /// <param name="positions">Every location of the SKU.</param>
    /// <param name="awaiting">Every reservation that awaits supply of the SKU. Those that have ended by the clock are left as they are.</param>
    /// <param name="fencedUse">Units held and shipped of each fixed ring-fence.</param>
    /// <param name="rules">Those in force at an instant.</param>
    /// <param name="now">The instant of the decision.</param>
    public SupplyPlan(
        Sku sku, IEnumerable<KeyValuePair<LocationId, StockPosition>> positions, IEnumerable<Reservation> awaiting,
        IReadOnlyDictionary<string, decimal> fencedUse, Plan plan, Func<Instant, RulesInForce> rules, Instant now)
    {
        (_sku, _positions, _fencedUse, _plan, _rules, _now) = (sku, new(positions), fencedUse, plan, rules, now);
        _lines =
        [
            .. from reservation in awaiting.OrderByDescending(one => one.Priority).ThenBy(one => one.HeldAt)
                   .ThenBy(one => one.Id, StringComparer.Ordinal).ThenBy(one => one.Channel.Value, StringComparer.Ordinal)
               where reservation.StateAt(now) is ReservationState.Held or ReservationState.Confirmed
               from index in Enumerable.Range(0, reservation.Lines.Count)
               where reservation.Lines[index].Sku == sku && reservation.Lines[index].Awaited > 0
               select new AwaitingLine(reservation, index),
        ];
        _last = _lines.Count - 1;
    }

    /// <summary>After a fact at a location, which is in the positions already: what has come of a document, and may be sold, is held for who was promised
    /// it.</summary>
    public void Follow(StockFact fact, LocationId location)
    {
        if (fact is StockReceived { Document: { } document, Status: null })
        {
            Arrive(location, document, fact.Quantity);
        }

        Replan();
    }

    private void Arrive(LocationId location, string document, decimal quantity)
    {
        var left = quantity;
        foreach (var line in _lines)
        {
            foreach (var units in line.Units.Where(units => !units.IsLost && units.Location == location && units.Document == document).ToList())
            {
                var come = Math.Min(left, units.Quantity);
                left -= come;
                line.Remove(units, come);
                Keep(line, location, come);
                Hold(location, document, -come);
            }
        }
    }

    /// <summary>Finds other supply for units whose own is missing or late.</summary>
    public void Replan()
    {
        Check();
        for (var index = 0; index < _lines.Count; index++)
        {
            foreach (var units in _lines[index].Units.Where(units => units.Risk is not null).ToList())
            {
                Replace(index, units);
            }
        }
    }

    /// <summary>The reservations that are no longer as they were, and what follows for positions: for those of the SKU alone.</summary>
    public IEnumerable<ReservationDecision> Decisions()
    {
        foreach (var lines in _lines.GroupBy(line => line.Reservation.Key))
        {
            var before = lines.First().Reservation;
            var after = lines.Aggregate(before, (reservation, line) => reservation with { Lines = reservation.Lines.SetItem(line.Index, line.Line()) });
            if (lines.Any(line => line.HasChanged))
            {
                yield return new ReservationDecision(after with { Version = before.Version + 1 }, Changes(before, after), null);
            }
        }
    }

    /// <summary>Whether every part has supply of its own that is in time. What a document does not cover is taken from the least important.</summary>
    private void Check()
    {
        var left = _positions.SelectMany(position => position.Value.InTransit, (position, document) => (position.Key, document))
            .ToDictionary(one => (one.Key, one.document.Key), one => one.document.Value.Quantity);
        foreach (var line in _lines)
        {
            var today = _now.InZone(line.Zone).Date;
            foreach (var units in line.Units.Where(units => !units.IsLost).ToList())
            {
                var slot = (units.Location, units.Document);
                var covered = Math.Min(units.Quantity, left.GetValueOrDefault(slot));
                if (covered < units.Quantity)
                {
                    var reason = left.ContainsKey(slot) ? PromiseRiskReason.Short : PromiseRiskReason.Cancelled;
                    Lose(line, units, units.Quantity - covered, new PromiseRisk(reason, units.Document, _now));
                }

                if (covered > 0)
                {
                    left[slot] -= covered;
                    var day = _positions[units.Location].InTransit[units.Document].ExpectedOn;
                    var isInTime = day >= today && day <= units.PromisedOn;
                    line.Replace(units, covered, units with
                    {
                        ExpectedOn = day,
                        Risk = isInTime ? null : units.Risk ?? new PromiseRisk(PromiseRiskReason.Late, units.Document, _now),
                    });
                }
            }
        }
    }

    private void Replace(int index, SupplyUnits units)
    {
        var line = _lines[index];
        var today = _now.InZone(line.Zone).Date;
        var missing = units.Quantity;
        TakeStock(line, units, ref missing);
        if (missing > 0 && units.PromisedOn >= today)
        {
            TakeSupply(line, units, units.PromisedOn, ref missing);
            while (_last > index && !_lines[_last].Units.Exists(kept => kept.Risk is null))
            {
                _last--;
            }

            for (var other = _last; other > index && missing > 0; other--)
            {
                foreach (var kept in _lines[other].Units.Where(kept => WillDo(kept, line, units)).ToList())
                {
                    if (missing > 0)
                    {
                        Lose(_lines[other], kept, Math.Min(missing, kept.Quantity), new PromiseRisk(PromiseRiskReason.Short, kept.Document, _now));
                        TakeSupply(line, units, units.PromisedOn, ref missing);
                    }
                }
            }
        }

        // What is late is better than nothing, and than what is later still.
        var last = !units.IsLost && units.ExpectedOn >= today ? units.ExpectedOn.Value.PlusDays(-1) : today.PlusDays(PromiseAhead.DaysAtMost);
        if (missing > 0 && last >= today)
        {
            TakeSupply(line, units, last, ref missing);
        }
    }

    /// <summary>Whether what a less important line keeps would be in time for units of this line.</summary>
    private bool WillDo(SupplyUnits kept, AwaitingLine line, SupplyUnits units) =>
        kept.Risk is null && kept.ExpectedOn <= units.PromisedOn
        && (line.Before.Location is null || kept.Location == line.Before.Location)
        && _plan.Rules.MaySell(line.Reservation.Channel, _sku, _plan.LocationOf(kept.Location));

    private void TakeStock(AwaitingLine line, SupplyUnits units, ref decimal missing)
    {
        var own = StockOf(line);
        foreach (var location in line.Before.Location is { } named ? [named] : own.MostAvailable().ToList())
        {
            var taken = own.Take(location, missing);
            if (taken > 0)
            {
                Give(line, units, taken);
                Keep(line, location, taken);
                Invalidate(line);
                missing -= taken;
            }
        }
    }

    private void TakeSupply(AwaitingLine line, SupplyUnits units, LocalDate by, ref decimal missing)
    {
        if (missing <= 0)
        {
            return;
        }

        foreach (var taken in StockOf(line).Ahead!.Take(missing, line.Before.Location, by))
        {
            Give(line, units, taken.Quantity);
            Hold(taken.Location, taken.Document, taken.Quantity);
            line.Add(SupplyUnits.Of(taken) with { PromisedOn = units.PromisedOn, Risk = taken.ExpectedOn <= units.PromisedOn ? null : units.Risk });
            Invalidate(line);
            missing -= taken.Quantity;
        }
    }

    /// <summary>Takes units off a part, and off what is kept of its document.</summary>
    private void Give(AwaitingLine line, SupplyUnits units, decimal quantity)
    {
        line.Remove(units, quantity);
        if (!units.IsLost)
        {
            Hold(units.Location, units.Document, -quantity);
            _stock.Clear();
        }
    }

    /// <summary>Nothing is kept of the document for these units any more.</summary>
    private void Lose(AwaitingLine line, SupplyUnits units, decimal quantity, PromiseRisk risk)
    {
        Give(line, units, quantity);
        line.Add(units with { Quantity = quantity, ExpectedOn = null, IsLost = true, Risk = units.Risk ?? risk });
    }

    private void Hold(LocationId location, string document, decimal change) => _positions[location] = _positions[location].WithSupplyHeld(document, change);

    private void Keep(AwaitingLine line, LocationId location, decimal units)
    {
        line.Keep(location, units);
        _positions[location] = _positions[location] with { Reserved = _positions[location].Reserved + units };
    }

    /// <summary>What a channel takes is not there for others; its own stock counts it already.</summary>
    private void Invalidate(AwaitingLine by)
    {
        foreach (var channel in _stock.Keys.Where(channel => channel != by.Reservation.Channel).ToList())
        {
            _stock.Remove(channel);
        }
    }

    private ChannelStock StockOf(AwaitingLine line)
    {
        var channel = line.Reservation.Channel;
        if (_stock.TryGetValue(channel, out var known))
        {
            return known;
        }

        // Units at risk are counted in their ring-fence already, and may be taken from it again.
        var use = new FencedUse(0, FencedUse.None.Units.AddRange(_fencedUse));
        foreach (var other in _lines.Where(other => other.Reservation.Channel == channel && other.Before.CountedIn is not null))
        {
            use = use.With(other.Before.CountedIn!, -other.Units.Where(units => units.Risk is not null).Sum(units => units.Quantity));
        }

        var stock = SkuStock.Of(
            _sku,
            [
                .. _positions.Select(position => new LocationStock(
                    _plan.LocationOf(position.Key), position.Value.OnHand, position.Value.UnsellableTotal, position.Value.Reserved, position.Value.Supply)),
            ],
            use.Units, _plan);
        return _stock[channel] = ChannelStock.Of(channel, stock, _plan.Rules, AheadStock.Of(channel, stock, _rules, _now, line.Zone));
    }

    private IReadOnlyList<(PositionKey Key, StockEvent Happened)> Changes(Reservation before, Reservation after)
    {
        var was = before.Open.ToDictionary(units => units.Key, units => units.Quantity);
        List<(PositionKey Key, StockEvent Happened)> changes = [.. ReservationDecider.KeptSupplyChanges(before, after)];
        foreach (var (key, units) in after.Open)
        {
            var more = units - was.GetValueOrDefault(key);
            if (more > 0 && before.State == ReservationState.Held && was.ContainsKey(key))
            {
                changes.Add((key, new ReservationChanged(after.Id, more, after.Channel.Value)));
            }
            else if (more > 0)
            {
                changes.Add((key, new StockReserved(after.Id, more, after.Channel.Value, after.ExpiresAt)));
                if (before.State == ReservationState.Confirmed)
                {
                    changes.Add((key, new ReservationConfirmed(after.Id, 0, after.Channel.Value)));
                }
            }
        }

        if (changes.Count == 0)
        {
            // Only when units are expected, or why they are late, is another: recorded where they are, where it changes nothing. Not where units of another SKU
            // are that the reservation awaits too: whoever decides this has read and locked the positions of this SKU alone.
            var units = after.Lines.First(line => line.Sku == _sku && line.Supply is not null).Supply![0];
            changes.Add((new PositionKey(_sku, units.Location), new SupplyReleased(after.Id, after.Channel.Value, units.Document, 0)));
        }

        return changes;
    }

    /// <summary>A line that awaits supply, while it is decided what it gets.</summary>
    private sealed class AwaitingLine(Reservation reservation, int index)
    {
        private readonly List<SourcedUnits> _allocations = [.. reservation.Lines[index].Allocations];

        public Reservation Reservation => reservation;

        public int Index => index;

        public ReservedLine Before => reservation.Lines[index];

        public DateTimeZone Zone => reservation.Zone ?? DateTimeZone.Utc;

        public List<SupplyUnits> Units { get; } = [.. reservation.Lines[index].Supply ?? []];

        public bool HasChanged => !_allocations.SequenceEqual(Before.Allocations) || !Units.SequenceEqual(Before.Supply ?? []);

        public ReservedLine Line() => Before with { Allocations = [.. _allocations], Supply = Units.Count == 0 ? null : [.. Units] };

        public void Remove(SupplyUnits units, decimal quantity)
        {
            var at = Units.FindIndex(units.IsLike);
            if (quantity > 0 && Units[at].Quantity - quantity is var left)
            {
                Units[at] = Units[at] with { Quantity = left };
                Units.RemoveAll(part => part.Quantity == 0);
            }
        }

        public void Add(SupplyUnits units)
        {
            var at = Units.FindIndex(units.IsLike);
            if (at < 0)
            {
                Units.Add(units);
            }
            else
            {
                Units[at] = Units[at] with { Quantity = Units[at].Quantity + units.Quantity };
            }
        }

        /// <summary>In their place, so that nothing changes where they are the same.</summary>
        public void Replace(SupplyUnits units, decimal quantity, SupplyUnits by)
        {
            by = by with { Quantity = quantity };
            var at = Units.FindIndex(units.IsLike);
            if (Units[at].Quantity == quantity && !Units.Exists(part => part.IsLike(by)))
            {
                Units[at] = by;
            }
            else if (!by.IsLike(units))
            {
                Remove(units, quantity);
                Add(by);
            }
        }

        public void Keep(LocationId location, decimal units)
        {
            var at = _allocations.FindIndex(allocation => allocation.Location == location);
            if (units > 0 && at < 0)
            {
                _allocations.Add(new SourcedUnits(location, units, Fulfilled: 0));
            }
            else if (units > 0)
            {
                _allocations[at] = _allocations[at] with { Quantity = _allocations[at].Quantity + units };
            }
        }
    }
}
