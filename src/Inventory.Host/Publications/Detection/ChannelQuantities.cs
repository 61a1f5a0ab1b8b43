using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>What is to be published to a channel for a SKU.</summary>
/// <param name="Number">The quantity that the channel may promise.</param>
/// <param name="Locations">The same by location; null for a channel that gets one quantity for all locations.</param>
/// <param name="OpenOrderUnits">Units reserved by the channel's own open orders, by its location ids: JSON. Null for a channel that does not deduct
/// them itself.</param>
public readonly record struct PublishedNumber(ChannelPromise Number, LocationQuantities? Locations, string? OpenOrderUnits);

/// <summary>What stock has to include before quantities are calculated from it.</summary>
/// <param name="Events">Events, each with its position and version.</param>
/// <param name="Versions">For SKUs, the number of events over all their locations.</param>
public sealed record StockAtLeast(IReadOnlyList<TailedEvent> Events, IReadOnlyDictionary<string, long> Versions)
{
    private static readonly Dictionary<string, long> NoVersions = [];

    public static StockAtLeast Includes(IReadOnlyList<TailedEvent> events) => new(events, NoVersions);

    public static StockAtLeast AtVersions(IReadOnlyDictionary<string, long> versions) => new([], versions);
}

/// <summary>Calculates the quantity to publish to each channel for each SKU: its availability by the rules in force.</summary>
public sealed class ChannelQuantities(
    StockCache book, StockCacheUpdater feed, PlanCache planning, [FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock,
    TimeProvider time)
{
    private static readonly TimeSpan SeenTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The inputs of all quantities beside the stock: another instance when a rule or a location has changed, or a rule came into force.</summary>
    public Plan Plan => planning.Now();

    /// <summary>SKUs that are, were or will be kits: they have quantities without stock of their own.</summary>
    public IEnumerable<Sku> Kits => planning.Book.Kits.Select(kit => ((KitRule)kit.Latest!.Body).Sku);

    /// <param name="channels">The channels to calculate for.</param>
    /// <param name="skus">The SKUs; an unknown one has 0.</param>
    /// <param name="atLeast">What the stock that is calculated from has to include.</param>
    /// <param name="cancellation">Stops the wait for the cache.</param>
    /// <returns>By channel, then by SKU, in the order of the arguments.</returns>
    public async Task<IReadOnlyList<PublishedNumber[]>> Read(
        IReadOnlyList<PublishedChannel> channels, IReadOnlyList<string> skus, StockAtLeast atLeast, CancellationToken cancellation)
    {
        Sku[] named = [.. skus.Select(Sku.Parse)];
        ChannelId[] deducting = [.. channels.Where(channel => channel.DeductsOpenOrders).Select(channel => channel.Id)];
        var (known, now) = await HasSeen(atLeast, cancellation)
            ? (book, clock.GetCurrentInstant())
            : (await StockRows.ReadSkus(database, planning.Book.WithComponents(named), deducting, clock.GetCurrentInstant(), cancellation),
                clock.GetCurrentInstant());
        var plan = planning.At(now);
        return [.. channels.Select(channel => Array.ConvertAll(named, sku => Number(channel, sku)))];

        PublishedNumber Number(PublishedChannel channel, Sku sku)
        {
            var number = channel.Locations is { } names
                ? ByLocation(channel.Id, known.Stock(sku, plan, now).Stock, plan.Rules, names)
                : new PublishedNumber(known.Promise(channel.Id, sku, plan, now).Promise, null, null);

            // From the same snapshot of stock, since both are added up for publication.
            return channel.DeductsOpenOrders ? number with { OpenOrderUnits = OpenOrderUnits.ByLocation(Open(sku), channel, sku, number) } : number;
        }

        IEnumerable<Reservation> Open(Sku sku) => plan.Rules.Kits.EverNeeded(sku) is { } needed
            ? needed.Prepend(sku).SelectMany(known.Open).DistinctBy(reservation => reservation.Key) : known.Open(sku);
    }

    /// <summary>Total and quantities by location from one snapshot of stock, so that they add up.</summary>
    private static PublishedNumber ByLocation(ChannelId channel, SkuStock stock, RulesInForce rules, IReadOnlyDictionary<LocationId, string> names) =>
        new(ChannelPromise.Of(channel, stock, rules), LocationQuantities.Of(PromiseByLocation.Of(channel, stock, rules), names), null);

    /// <summary>Waits for the stock cache, which lags behind the event log by moments; false after a timeout, and then the database is to be read.</summary>
    private async Task<bool> HasSeen(StockAtLeast atLeast, CancellationToken cancellation)
    {
        var wait = new SeenWait(time, SeenTimeout, Pause);
        foreach (var happened in atLeast.Events)
        {
            var key = PositionKey.Parse(happened.Stream);
            if (!await Becomes(() => book.Has(key, happened.Version)))
            {
                return false;
            }
        }

        foreach (var (name, version) in atLeast.Versions)
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
                if (!feed.IsFollowing || !await wait.Pause(cancellation))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
