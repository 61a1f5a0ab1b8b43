using System.Globalization;
using NodaTime;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay;

/// <summary>
/// A made-up trading day of one retailer: a warehouse, stores from big to small, web channels that sell from the warehouse,
/// and ERP. The same seed and day give the same movements with the same ids, so that replaying a day again is all
/// duplicates; another day or seed gives other ids. Each day begins with counts, so days may follow each other.
/// On-hand never goes below zero in the order in which things occurred.
/// </summary>
/// <param name="Day">The day, in each location's own time zone. All zones are at or ahead of UTC: once the day has ended in UTC, none of it lies in the
/// future.</param>
public sealed record TradingDay(LocalDate Day)
{
    public static readonly LocationId Warehouse = LocationId.Parse("W01");

    public int Seed { get; init; } = 1;

    /// <summary>1 to 999.</summary>
    public int Stores { get; init; } = 180;

    /// <summary>1 to 80,000. Each store carries the better selling part of them.</summary>
    public int Skus { get; init; } = 2_000;

    /// <summary>Lines that an average store sells; the biggest sells several times as much.</summary>
    public int SalesPerStore { get; init; } = 600;

    public IReadOnlyList<ChannelId> Channels { get; init; } = [ChannelId.Parse("web"), ChannelId.Parse("app"), ChannelId.Parse("marketplace")];

    /// <summary>For <c>with</c>: takes over the parameters and none of what was derived from them.</summary>
    private TradingDay(TradingDay other) =>
        (Day, Seed, Stores, Skus, SalesPerStore, Channels) = (other.Day, other.Seed, other.Stores, other.Skus, other.SalesPerStore, other.Channels);

    /// <summary>The last day that has ended everywhere.</summary>
    public static TradingDay Before(Instant now) => new(now.InUtc().Date.PlusDays(-1));

    /// <summary>
    /// Everything in the order in which it is sent: late lines late, some lines twice. A lazy stream; the sources are merged by time of sending.
    /// </summary>
    public IEnumerable<Movement> Movements() => Messages().Select(message => message.Movement);

    /// <summary>The same with the instants at which they are sent.</summary>
    internal IEnumerable<Message> Messages() => Sending.Merge(
        [new PurchaseOrders(this).Messages(), new WarehouseDay(this).Messages(), .. AllStores().Select(store => new StoreDay(this, store).Messages())]);

    public IEnumerable<SampleLocation> Locations() =>
        AllStores().Select(store => store.Describe()).Prepend(new SampleLocation(Warehouse, "warehouse", SampleStore.Zones[0].Id, ["warehouses"]));

    internal IEnumerable<SampleStore> AllStores() => Enumerable.Range(1, Stores).Select(number => SampleStore.Numbered(number, this));

    internal Assortment Assortment => field ??= new Assortment(Skus);

    /// <summary>Part of every id and document, so that no two days share one.</summary>
    internal string Stamp => field ??= Seed == 1
        ? Day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Day:yyyyMMdd}.{Seed}");

    /// <summary>Each purpose draws from its own numbers, so that one more draw in one place changes nothing elsewhere.</summary>
    internal Random RandomFor(string purpose) => new(StableHash(string.Create(CultureInfo.InvariantCulture, $"{Seed}/{Day:yyyyMMdd}/{purpose}")));

    /// <summary>FNV-1a, since <see cref="string.GetHashCode()"/> differs from run to run.</summary>
    private static int StableHash(string text) => unchecked((int)text.Aggregate(2166136261u, (hash, character) => (hash ^ character) * 16777619u));
}

/// <summary>What <c>PUT /v1/locations/{id}</c> takes.</summary>
public sealed record SampleLocation(LocationId Id, string Type, string TimeZone, IReadOnlyList<string> Groups);
