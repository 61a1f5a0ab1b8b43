using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>Units that an order kept.</summary>
public readonly record struct KeptUnits(string Order, ChannelId Channel, LocationId Location, decimal Quantity);

/// <summary>
/// What orders kept of one SKU at an instant, and what had been used up of its fixed ring-fences by then: a hold is counted in the one that
/// was in force when it was made. It is given the events of all the SKU's positions, in the order of recording.
/// </summary>
public sealed class HoldsAsOf
{
    private readonly StockTrajectory _course;
    private readonly Orders _orders;
    private readonly List<LocationId> _locations = [];

    public HoldsAsOf(Sku sku, RuleHistory rules)
    {
        _course = new StockTrajectory(sku, rules.Of(sku), channels: []);
        _orders = new Orders(_course, proposed: null, new Oversells(channels: 0), channels: []);
    }

    public void Add(in ReplayedEvent happened)
    {
        _orders.DecideBefore(happened);
        Reach(happened.RecordedAt);
        if (happened.Order is not null)
        {
            _orders.Add(LocationOf(happened.Location), happened);
        }
    }

    /// <param name="instant">Not before the last event. What is added after this was recorded after the instant.</param>
    /// <returns>What was kept, by order and location; and units used, by <see cref="RuleVersion.Key"/>.</returns>
    public (IReadOnlyList<KeptUnits> Kept, IReadOnlyDictionary<string, decimal> FencedUse) At(Instant instant)
    {
        _orders.Decide();
        Reach(instant);
        return (
            [.. from order in _orders.Open
                orderby order.Id, _locations[order.Units.Location].Value
                select new KeptUnits(order.Id, order.Channel, _locations[order.Units.Location], order.Units.Quantity)],
            _course.FencedUse);
    }

    private void Reach(Instant instant)
    {
        _course.AdvanceTo(instant);
        _orders.EndHolds(instant);
    }

    private int LocationOf(LocationId id)
    {
        if (_locations.IndexOf(id) is var known and >= 0)
        {
            return known;
        }

        _locations.Add(id);
        _course.AddLocation(LocationProfile.Unregistered(id));
        return _locations.Count - 1;
    }
}
