using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>What a channel is to be told of a SKU.</summary>
/// <param name="Number">What may be promised.</param>
/// <param name="Places">The same by location; null for a channel that is told one number.</param>
/// <param name="OpenOrderUnits">Units that its own open orders keep, by its names of places: JSON. Null for a channel that does not take them off by
/// itself.</param>
public readonly record struct PublishedNumber(ChannelPromise Number, PlacedNumber? Places, string? OpenOrderUnits);

/// <summary>The number that each channel is to be told of each SKU: the availability answer, by the rules in force.</summary>
public sealed class ChannelQuantities(
    StockCache book, StockCacheUpdater feed, PlanCache planning, [FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock,
    TimeProvider time)
{
    private static readonly TimeSpan SeenTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>What all numbers rest on beside the stock. Another object when a rule or a place has changed, or a rule's time has come.</summary>
    public Plan Plan => planning.Now();

    /// <param name="channels">Whose numbers; with the orders of those that take them off by themselves.</param>
    /// <param name="skus">Of what; one that was never heard of is 0.</param>
    /// <param name="locations">What those channels that are told by location call each.</param>
    /// <param name="events">That the numbers have to have seen.</param>
    /// <param name="versions">How many events of a SKU, all locations together, they have to have seen besides.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>By channel, then by SKU, in the order asked for.</returns>
    public async Task<IReadOnlyList<PublishedNumber[]>> Read(
        IReadOnlyList<(ChannelId Id, bool DeductsOpenOrders)> channels, IReadOnlyList<string> skus, IReadOnlyDictionary<ChannelId,
        IReadOnlyDictionary<LocationId, string>> locations,
        IReadOnlyList<TailedEvent> events, IReadOnlyDictionary<string, long> versions, CancellationToken cancellation)
    {
        Sku[] named = [.. skus.Select(Sku.Parse)];
        ChannelId[] subtracting = [.. channels.Where(channel => channel.DeductsOpenOrders).Select(channel => channel.Id)];
        var (known, now) = await HasSeen(events, versions, cancellation)
            ? (book, clock.GetCurrentInstant())
            : (await StockRows.ReadSkus(database, named, subtracting, clock.GetCurrentInstant(), cancellation), clock.GetCurrentInstant());
        var plan = planning.At(now);
        return [.. channels.Select(channel => Array.ConvertAll(named, sku => Number(channel.Id, channel.DeductsOpenOrders, sku)))];

        PublishedNumber Number(ChannelId channel, bool deductsOpenOrders, Sku sku)
        {
            var names = locations.GetValueOrDefault(channel);
            var number = names is not null
                ? Placed(channel, known.Stock(sku, plan, now).Stock, plan.Rules, names)
                : new PublishedNumber(known.Promise(channel, sku, plan, now).Promise, null, null);

            // Of the same book: what the channel is told is their sum.
            return deductsOpenOrders ? number with { OpenOrderUnits = OpenOrderUnits.ByPlace(known.Open(sku), channel, sku, names, number) } : number;
        }
    }

    /// <summary>Both from one look at the stock, so that they add up.</summary>
    private static PublishedNumber Placed(ChannelId channel, SkuStock stock, RulesInForce rules, IReadOnlyDictionary<LocationId, string> names) =>
        new(ChannelPromise.Of(channel, stock, rules), PlacedNumber.Of(PlacedPromise.Of(channel, stock, rules), names), null);

    /// <summary>Memory follows the events by itself, so it may be a moment behind; when it is more than that the database is read.</summary>
    private async Task<bool> HasSeen(IReadOnlyList<TailedEvent> events, IReadOnlyDictionary<string, long> versions, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        foreach (var happened in events)
        {
            var key = PositionKey.Parse(happened.Stream);
            if (!await Becomes(() => book.Has(key, happened.Version)))
            {
                return false;
            }
        }

        foreach (var (name, version) in versions)
        {
            var sku = Sku.Parse(name);
            if (!await Becomes(() => book.VersionOf(sku) >= version))
            {
                return false;
            }
        }

        return feed.IsFollowing;

        async Task<bool> Becomes(Func<bool> isThere)
        {
            while (!isThere())
            {
                if (!feed.IsFollowing || time.GetElapsedTime(started) > SeenTimeout)
                {
                    return false;
                }

                await Task.Delay(Pause, time, cancellation);
            }

            return true;
        }
    }
}
