using Npgsql;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The channels as they are registered, at most a second old, and at once where this host itself was told.</summary>
public sealed class RegisteredChannels([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Known? _known;
    private long _told;

    private sealed record Known(IReadOnlyList<SalesChannel> Channels, long ReadAt, long Told);

    /// <summary>A channel was registered anew: what was read before, or is being read now, no longer counts.</summary>
    public void Forget() => Interlocked.Increment(ref _told);

    public async ValueTask<IReadOnlyList<SalesChannel>> Read(CancellationToken cancellation)
    {
        if (Current is { } current)
        {
            return current;
        }

        // All publishers want them at the same moment: one reads for all.
        await _one.WaitAsync(cancellation);
        try
        {
            return Current ?? await ReadAnew(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private IReadOnlyList<SalesChannel>? Current =>
        _known is { } known && known.Told == Interlocked.Read(ref _told) && time.GetElapsedTime(known.ReadAt) < Freshness ? known.Channels : null;

    private async Task<IReadOnlyList<SalesChannel>> ReadAnew(CancellationToken cancellation)
    {
        var told = Interlocked.Read(ref _told);
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

        _known = new Known(channels, readAt, told);
        return channels;
    }
}
