using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>What orders keep of one SKU in both courses, and the outcome of those that the proposed rules refuse.</summary>
internal sealed class Orders(StockTrajectory real, StockTrajectory? proposed, Oversells oversells, IReadOnlyList<ChannelId> channels)
{
    private readonly HoldNames _names = new();
    private readonly Dictionary<(string? Channel, string Id), Order> _orders = [];
    private readonly PriorityQueue<((string? Channel, string Id) Name, Order Order), Instant> _ends = new();

    /// <summary>The lines of an order, recorded at one location after the other and decided as a whole.</summary>
    private readonly List<Units> _demand = [];

    private ReplayedEvent _demanding;

    /// <summary>The proposed rules decide; until then they have no say.</summary>
    public bool HaveBegun { get; set; }

    /// <summary>Units of refused orders that were not given back, by channel.</summary>
    public decimal[] Lost { get; } = new decimal[channels.Count];

    /// <summary>Units that real orders took since they are judged, less those that were given back, by channel.</summary>
    public decimal[] Taken { get; } = new decimal[channels.Count];

    /// <summary>The first instant at which a hold may end by the clock.</summary>
    public Instant? NextEnd => _ends.TryPeek(out _, out var end) ? end : null;

    /// <summary>What is really kept.</summary>
    public IEnumerable<(string Id, ChannelId Channel, Units Units)> Open =>
        from order in _orders
        from part in order.Value.Parts
        where part.Real > 0
        select (order.Key.Id, order.Value.Channel, new Units(part.Location, part.Real));

    /// <summary>Decides what was asked for, unless this event belongs to it.</summary>
    public void DecideBefore(in ReplayedEvent next)
    {
        if (_demand.Count > 0 && (next.RecordedAt != _demanding.RecordedAt || next.Effect != _demanding.Effect
            || next.Order is null || NameOf(next) != NameOf(_demanding)))
        {
            Decide();
        }
    }

    /// <returns>False when it is about an order of which nothing is kept: then it is no more than its units on hand.</returns>
    public bool Add(int location, in ReplayedEvent happened)
    {
        if (happened.Effect is HoldEffect.Held or HoldEffect.Changed)
        {
            _demanding = happened;
            _demand.Add(new Units(location, happened.Units));
            return true;
        }

        var name = NameOf(happened);
        if (!_orders.TryGetValue(name, out var order))
        {
            return false;
        }

        // What is released or expires here says nothing about what the order keeps elsewhere.
        if (happened is { EndsExpiry: true, Effect: HoldEffect.Confirmed or HoldEffect.Shipped })
        {
            order.HoldEnds = null;
        }

        if (happened.Effect == HoldEffect.Shipped)
        {
            Ship(order, location, -happened.Units, happened.OnHand);
        }
        else
        {
            GiveBack(order, location, -happened.Units);
        }

        RemoveIfEmpty(name, order);
        return true;
    }

    public void EndHolds(Instant now)
    {
        while (_ends.TryPeek(out var hold, out var end) && end <= now)
        {
            _ends.Dequeue();
            if (hold.Order.HoldEnds == end && _orders.GetValueOrDefault(hold.Name) == hold.Order)
            {
                foreach (var part in hold.Order.Parts.ToList())
                {
                    GiveBack(hold.Order, part.Location, part.Real);
                    oversells.Touch(part.Location);
                }

                RemoveIfEmpty(hold.Name, hold.Order);
            }
        }
    }

    public void Decide()
    {
        if (_demand.Count > 0 && Demanding() is { } order)
        {
            var change = _demand.Sum(units => units.Quantity);
            DecideProposed(order, change);
            MoveFences(order);
            foreach (var units in _demand)
            {
                order.At(units.Location).Real += units.Quantity;
                real.Move(units.Location, 0, units.Quantity);
                AddExtra(order, units.Location, units.Quantity);
            }

            real.Use(order.RealFence, change);
            Take(order, change);
            RemoveIfEmpty(NameOf(_demanding), order);
        }

        _demand.Clear();
    }

    /// <summary>Null for an order that nothing says the channel of: it cannot be judged.</summary>
    private Order? Demanding()
    {
        var name = NameOf(_demanding);
        if (_orders.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_demanding.Channel is not { } channel)
        {
            return null;
        }

        var number = channels.Count - 1;
        while (number >= 0 && channels[number] != channel)
        {
            number--;
        }

        var order = _orders[name] = new Order(channel, number) { HoldEnds = _demanding.HoldEnds };
        if (order.HoldEnds is { } ends)
        {
            _ends.Enqueue((name, order), ends);
        }

        return order;
    }

    private void DecideProposed(Order order, decimal change)
    {
        if (proposed is null)
        {
            return;
        }

        var wished = Wished(order);
        if (!HaveBegun)
        {
            Place(order, wished);
            return;
        }

        // What it never got is not made up for, and given back first.
        var kept = order.Proposed;
        var units = change > 0 ? kept + change : Math.Min(kept, order.Real + change);
        if ((order.IsRefused && change > 0 ? null
            : proposed.Place(order.Channel, wished, units, order.Parts, () => real.GoesBeyond(order.Channel, change))) is { } placed)
        {
            Place(order, placed);
            Lose(order, -Math.Min(order.Lost, units - kept - change));
        }
        else
        {
            order.IsRefused |= kept == 0;
            Lose(order, change);
        }
    }

    /// <summary>Where the real order is when this is done.</summary>
    private List<Units> Wished(Order order)
    {
        var wished = order.Parts.Where(part => part.Real > 0).Select(part => new Units(part.Location, part.Real)).ToList();
        foreach (var units in _demand)
        {
            var index = wished.FindIndex(there => there.Location == units.Location);
            if (index < 0)
            {
                wished.Add(units);
            }
            else
            {
                wished[index] = units with { Quantity = wished[index].Quantity + units.Quantity };
            }
        }

        return wished;
    }

    /// <summary>All of the order is here now, and nowhere else.</summary>
    private void Place(Order order, IReadOnlyList<Units> placed)
    {
        var before = order.Proposed;
        foreach (var part in placed.Select(units => order.At(units.Location)).Concat(order.Parts).Distinct().ToList())
        {
            var more = placed.Where(units => units.Location == part.Location).Sum(units => units.Quantity) - part.Proposed;
            if (more != 0)
            {
                part.Proposed += more;
                proposed!.Move(part.Location, 0, more);
                AddExtra(order, part.Location, -more);
                oversells.Touch(part.Location);
            }
        }

        proposed!.Use(order.ProposedFence, order.Proposed - before);
    }

    /// <summary>A hold is counted in the ring-fence of its instant; a change is counted in full again.</summary>
    private void MoveFences(Order order)
    {
        if (real.FenceOf(order.Channel) is var fence && fence != order.RealFence)
        {
            real.Use(order.RealFence, -order.Real);
            real.Use(fence, order.Real);
            order.RealFence = fence;
        }

        if (proposed is not null && proposed.FenceOf(order.Channel) is var other && other != order.ProposedFence)
        {
            proposed.Use(order.ProposedFence, -order.Proposed);
            proposed.Use(other, order.Proposed);
            order.ProposedFence = other;
        }
    }

    private void GiveBack(Order order, int location, decimal units)
    {
        if (units == 0)
        {
            return;
        }

        order.At(location).Real -= units;
        real.Move(location, 0, -units);
        real.Use(order.RealFence, -units);
        Take(order, -units);
        AddExtra(order, location, -units);
        var returned = proposed is null ? units : ReturnProposed(order, location, order.Real);
        Lose(order, -Math.Min(order.Lost, units - returned));
    }

    /// <summary>Takes units off the proposed course so that the order has no more there than really: what it never got is given back first.</summary>
    private decimal ReturnProposed(Order order, int first, decimal left)
    {
        var returned = Math.Max(0, order.Proposed - left);
        foreach (var units in order.TakeProposed(first, returned))
        {
            proposed!.Move(units.Location, 0, -units.Quantity);
            AddExtra(order, units.Location, units.Quantity);
            oversells.Touch(units.Location);
        }

        proposed!.Use(order.ProposedFence, -returned);
        return returned;
    }

    /// <summary>Units leave: in the proposed course from where the order has them there, and only as many as it has.</summary>
    private void Ship(Order order, int location, decimal units, decimal onHand)
    {
        order.At(location).Real -= units;
        real.Move(location, onHand, -units);
        if (proposed is null)
        {
            return;
        }

        // What a sale takes beyond the order leaves anyway; what a count has settled since moves nothing.
        var isAbsorbed = onHand == 0;
        proposed.Move(location, isAbsorbed ? 0 : onHand + units);
        foreach (var shipped in order.TakeProposed(location, Math.Min(units, order.Proposed)))
        {
            proposed.Move(shipped.Location, isAbsorbed ? 0 : -shipped.Quantity, -shipped.Quantity);
            oversells.Touch(shipped.Location);
        }
    }

    private void Take(Order order, decimal units)
    {
        if (order.Number >= 0 && HaveBegun)
        {
            Taken[order.Number] += units;
        }
    }

    private void Lose(Order order, decimal units)
    {
        order.Lost += units;
        if (order.Number >= 0)
        {
            Lost[order.Number] += units;
        }
    }

    /// <summary>More units that the order really took here and would not have.</summary>
    private void AddExtra(Order order, int location, decimal units)
    {
        if (proposed is not null && HaveBegun)
        {
            oversells.AddExtra(order, location, units);
        }
    }

    private (string? Channel, string Id) NameOf(in ReplayedEvent happened) => _names.Of(happened.Channel?.Value, happened.Order!);

    private void RemoveIfEmpty((string? Channel, string Id) name, Order order)
    {
        if (order.Parts.All(part => part.Real == 0))
        {
            _orders.Remove(name);
        }
    }
}
