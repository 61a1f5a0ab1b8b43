using Npgsql;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;

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
    public void Forget() => Interlocked.Increment(ref _generation);

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
            select id, data->>'adapter', data->>'settings', data->>'timeZone', (data->>'rateLimit')::numeric, data->>'minimumInterval', mt_version
            from {Projections.InventorySchema.Name}.mt_doc_channel order by id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<SalesChannel> channels = [];
        while (await reader.ReadAsync(cancellation))
        {
            channels.Add(new SalesChannel
            {
                Id = reader.GetString(0),
                Adapter = reader.GetString(1),
                Settings = reader.GetString(2),
                TimeZone = reader.GetString(3),
                RateLimit = reader.IsDBNull(4) ? null : reader.GetDecimal(4),
                MinimumInterval = reader.IsDBNull(5) ? null : reader.GetString(5),
                Version = reader.GetInt32(6),
            });
        }

        _known = new Known(channels, readAt, generation);
        return channels;
    }
}
