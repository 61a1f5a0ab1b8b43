using System.Data;
using Npgsql;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>A cache of the registered channels, at most a second old; a change through this host invalidates it at once.</summary>
public sealed class RegisteredChannels([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Known? _known;
    private long _generation;

    private sealed record Known(IReadOnlyList<SalesChannel> Channels, long ReadAt, long Generation);

    /// <summary>Invalidates the cache after a channel was registered, including a read that is under way.</summary>
    public void Invalidate() => Interlocked.Increment(ref _generation);

    public async ValueTask<IReadOnlyList<SalesChannel>> Read(CancellationToken cancellation)
    {
        if (Current is { } current)
        {
            return current;
        }

        // All publishers read at the same moment: one of them queries for all.
        await _one.WaitAsync(cancellation);
        try
        {
            return Current ?? await Refresh(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private IReadOnlyList<SalesChannel>? Current =>
        _known is { } known && known.Generation == Interlocked.Read(ref _generation) && time.GetElapsedTime(known.ReadAt) < Freshness ? known.Channels : null;

    private async Task<IReadOnlyList<SalesChannel>> Refresh(CancellationToken cancellation)
    {
        var generation = Interlocked.Read(ref _generation);
        var readAt = time.GetTimestamp();
        await using var command = database.CreateCommand($"""
            select id, data->>'adapter' as adapter, data->>'settings' as settings, data->>'timeZone' as time_zone, (data->>'rateLimit')::numeric as rate_limit,
              data->>'minimumInterval' as minimum_interval, mt_version as version
            from {Projections.InventorySchema.Name}.mt_doc_channel order by id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<SalesChannel> channels = [];
        while (await reader.ReadAsync(cancellation))
        {
            channels.Add(new SalesChannel
            {
                Id = reader.GetString("id"),
                Adapter = reader.GetString("adapter"),
                Settings = reader.GetString("settings"),
                TimeZone = reader.GetString("time_zone"),
                RateLimit = reader.ValueOrNull<decimal>("rate_limit"),
                MinimumInterval = reader.TextOrNull("minimum_interval"),
                Version = reader.GetInt32("version"),
            });
        }

        _known = new Known(channels, readAt, generation);
        return channels;
    }
}
