using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Availability.Query;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Positions.Series;

/// <summary>One position at the end of a stretch of time.</summary>
/// <param name="SafetyStock">Units kept back by the rules in force then.</param>
/// <param name="Fenced">Units ring-fenced by the rules in force then, by channel; null where that took too many events.</param>
public readonly record struct StockThen(PositionStretch Stretch, decimal SafetyStock, IReadOnlyDictionary<string, decimal>? Fenced)
{
    /// <summary>What remains; below 0 where more was promised than there was.</summary>
    public decimal Free => Position.OnHand - Position.UnsellableTotal - Position.Reserved - SafetyStock - (Fenced?.Values.Sum() ?? 0);

    public StockPosition Position => Stretch.Position;
}

/// <summary>
/// Positions over time, with what the rules of each instant kept back and ring-fenced. Places are those of today: they have no history. What is read is bounded
/// by the number of events.
/// </summary>
public sealed class StockSeries(PositionAsOfReader past, AvailabilityAsOfReader availability, PlanCache planning)
{
    /// <summary>Events of one position that are read.</summary>
    public const int EventsOfPosition = 200_000;

    /// <summary>Events of one SKU, of all positions together, that are read.</summary>
    public const int EventsOfSku = 300_000;

    private static readonly IReadOnlyDictionary<string, decimal> None = new Dictionary<string, decimal>();

    /// <summary>One position.</summary>
    /// <returns>Null where nothing was ever recorded of it.</returns>
    /// <exception cref="TooManyEventsException">It has more than <see cref="EventsOfPosition"/>.</exception>
    public async Task<(IReadOnlyList<StockThen> Points, long Sequence)?> Of(
        PositionKey key, SeriesQuestion question, IReadOnlyList<Instant> ends, CancellationToken cancellation)
    {
        await foreach (var throughout in past.Throughout(
            PositionSelection.One(key), question.From, question.To, question.Knowledge, EventsOfPosition, cancellation))
        {
            var rules = RulesOf(key.Sku, question.Knowledge);
            var own = throughout.Series.Over(question.From, ends).ToList();
            if (!ends.Any(end => HasFence(rules.At(end), key.Sku)))
            {
                return (Points(key, own, rules, _ => None), throughout.Sequence);
            }

            try
            {
                var (all, _) = await Everywhere(key.Sku, question, ends, cancellation);
                var fences = await Fences(key.Sku, question.Knowledge, all, rules, ends, cancellation);
                return (Points(key, own, rules, end => fences[end][key.Location]), throughout.Sequence);
            }
            catch (TooManyEventsException)
            {
                return (Points(key, own, rules, end => HasFence(rules.At(ends[end]), key.Sku) ? null : None), throughout.Sequence);
            }
        }

        return null;
    }

    /// <summary>A SKU at all its locations.</summary>
    /// <returns>None where nothing was ever recorded of it.</returns>
    /// <exception cref="TooManyEventsException">It has more than <see cref="EventsOfSku"/>.</exception>
    public async Task<(IReadOnlyList<(LocationId Location, IReadOnlyList<StockThen> Points)> Positions, long Sequence)> Of(
        Sku sku, SeriesQuestion question, IReadOnlyList<Instant> ends, CancellationToken cancellation)
    {
        var rules = RulesOf(sku, question.Knowledge);
        var (all, sequence) = await Everywhere(sku, question, ends, cancellation);
        var fences = ends.Any(end => HasFence(rules.At(end), sku)) ? await Fences(sku, question.Knowledge, all, rules, ends, cancellation) : null;
        return ([.. all.Select(one => (one.Location, Points(
            new PositionKey(sku, one.Location), one.Points, rules, end => fences?[end][one.Location] ?? None)))], sequence);
    }

    private static bool HasFence(RulesInForce rules, Sku sku) => rules.Allocations(sku).Count > 0;

    private RuleTimeline RulesOf(Sku sku, Knowledge knowledge) => new RuleHistory(planning.Book, knowledge).Of(sku);

    private IReadOnlyList<StockThen> Points(
        PositionKey key, IReadOnlyList<PositionStretch> stretches, RuleTimeline rules, Func<int, IReadOnlyDictionary<string, decimal>?> fenced)
    {
        var profile = planning.Now().LocationOf(key.Location);
        return [.. stretches.Select((stretch, index) => new StockThen(
            stretch, rules.At(stretch.End).SafetyStock(key.Sku, profile, stretch.Position.OnHand)?.Body.Of(stretch.Position.OnHand) ?? 0, fenced(index)))];
    }

    /// <summary>By location id, as the formula has them.</summary>
    private async Task<(IReadOnlyList<(LocationId Location, IReadOnlyList<PositionStretch> Points)> Positions, long Sequence)> Everywhere(
        Sku sku, SeriesQuestion question, IReadOnlyList<Instant> ends, CancellationToken cancellation)
    {
        List<(LocationId Location, IReadOnlyList<PositionStretch> Points)> all = [];
        var sequence = 0L;
        await foreach (var one in past.Throughout(new PositionSelection(sku), question.From, question.To, question.Knowledge, EventsOfSku, cancellation))
        {
            all.Add((one.Key.Location, [.. one.Series.Over(question.From, ends)]));
            sequence = one.Sequence;
        }

        return ([.. all.OrderBy(one => one.Location.Value, StringComparer.Ordinal)], sequence);
    }

    /// <summary>At each end, the units of each location that were ring-fenced, by channel. A ring-fence is of all locations together.</summary>
    private async Task<IReadOnlyList<FencedUnits>> Fences(
        Sku sku, Knowledge knowledge, IReadOnlyList<(LocationId Location, IReadOnlyList<PositionStretch> Points)> all, RuleTimeline rules,
        IReadOnlyList<Instant> ends, CancellationToken cancellation)
    {
        var plan = planning.Now();
        var use = await availability.FencedUse(sku, new RuleHistory(planning.Book, knowledge), ends, cancellation);
        return [.. ends.Select((end, index) =>
        {
            var inForce = rules.At(end);
            var stock = HasFence(inForce, sku)
                ? new SkuStock(sku, [.. all.Select(one => StockOf(plan.LocationOf(one.Location), one.Points[index].Position))], use[index]) : null;
            return new FencedUnits(stock is null ? [] : RingFences.Earmarked(stock, inForce));
        })];
    }

    private static LocationStock StockOf(LocationProfile profile, StockPosition position) =>
        new(profile, position.OnHand, position.UnsellableTotal, position.Reserved, []);

    private sealed class FencedUnits(IEnumerable<(ChannelId Channel, LocationId Location, decimal Units)> earmarked)
    {
        private readonly Dictionary<LocationId, Dictionary<string, decimal>> _byLocation = earmarked.GroupBy(units => units.Location)
            .ToDictionary(units => units.Key, units => units.ToDictionary(part => part.Channel.Value, part => part.Units));

        public IReadOnlyDictionary<string, decimal> this[LocationId location] => _byLocation.TryGetValue(location, out var units) ? units : None;
    }
}
