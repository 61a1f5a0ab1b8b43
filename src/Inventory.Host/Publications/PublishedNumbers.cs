using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Feed;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>The number that each channel is to be told of each SKU: the availability answer, by the rules in force.</summary>
public sealed class PublishedNumbers(StockBook book, FollowEvents feed, Planning planning, [FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>What all numbers rest on beside the stock. Another object when a rule or a place has changed, or a rule's time has come.</summary>
    public Plan Plan => planning.Now();

    /// <param name="channels">Whose numbers.</param>
    /// <param name="skus">Of what; one that was never heard of is 0.</param>
    /// <param name="locations">What those channels that are told by location call each.</param>
    /// <param name="events">That the numbers have to have seen.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>By channel, then by SKU, in the order asked for.</returns>
    public async Task<IReadOnlyList<(ChannelPromise Number, PlacedNumber? Places)[]>> Read(
        IReadOnlyList<ChannelId> channels, IReadOnlyList<string> skus, IReadOnlyDictionary<ChannelId, IReadOnlyDictionary<LocationId, string>> locations, IReadOnlyList<TailedEvent> events,
        CancellationToken cancellation)
    {
        Sku[] named = [.. skus.Select(Sku.Parse)];
        var (known, now) = await HasSeen(events, cancellation)
            ? (book, clock.GetCurrentInstant())
            : (await StockRows.ReadSkus(database, named, clock.GetCurrentInstant(), cancellation), clock.GetCurrentInstant());
        var plan = planning.At(now);
        return [.. channels.Select(channel => locations.TryGetValue(channel, out var names)
            ? Array.ConvertAll(named, sku => Placed(channel, known.Stock(sku, plan, now).Stock, plan.Rules, names))
            : Array.ConvertAll(named, sku => (known.Promise(channel, sku, plan, now).Promise, (PlacedNumber?)null)))];
    }

    /// <summary>Both from one look at the stock, so that they add up.</summary>
    private static (ChannelPromise Number, PlacedNumber? Places) Placed(ChannelId channel, SkuStock stock, RulesInForce rules, IReadOnlyDictionary<LocationId, string> names) =>
        (ChannelPromise.Of(channel, stock, rules), PlacedNumber.Of(PlacedPromise.Of(channel, stock, rules), names));

    /// <summary>Memory follows the events by itself, so it may be a moment behind; when it is more than that the database is read.</summary>
    private async Task<bool> HasSeen(IReadOnlyList<TailedEvent> events, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        foreach (var happened in events)
        {
            var key = PositionKey.Parse(happened.Stream);
            while (!book.Has(key, happened.Version))
            {
                if (!feed.IsFollowing || time.GetElapsedTime(started) > Patience)
                {
                    return false;
                }

                await Task.Delay(Pause, time, cancellation);
            }
        }

        return feed.IsFollowing;
    }
}
