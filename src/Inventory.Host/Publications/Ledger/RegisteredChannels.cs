using System.Data;
using Npgsql;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>A cache of the registered channels, at most a second old; a change through this host invalidates it at once.</summary>
public sealed class RegisteredChannels([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, TimeProvider time)
{
    private readonly Cached<IReadOnlyList<SalesChannel>> _cached = new(cancellation => Read(database, cancellation), time);

    /// <summary>Invalidates the cache after a channel was registered, including a read that is under way.</summary>
    public void Invalidate() => _cached.Invalidate();

    public ValueTask<IReadOnlyList<SalesChannel>> Read(CancellationToken cancellation) => _cached.Read(cancellation);

    private static async Task<IReadOnlyList<SalesChannel>> Read(NpgsqlDataSource database, CancellationToken cancellation)
    {
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

        return channels;
    }
}
