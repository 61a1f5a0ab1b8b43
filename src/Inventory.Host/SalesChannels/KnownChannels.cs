using System.Collections.Concurrent;
using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>Which channels were ever registered. None is ever deleted, so a positive answer is cached for ever; a negative one is queried again.</summary>
public sealed class KnownChannels(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<ChannelId, bool> _known = [];

    public static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-channel", "There is no such channel.");

    /// <exception cref="ApiProblemException">404 <c>unknown-channel</c>.</exception>
    public async Task<bool> RequireKnown(ChannelId channel, CancellationToken cancellation) => await IsKnown(channel, cancellation) ? true : throw Unknown();

    /// <summary>All of them, so that they are known while the database gives no answers.</summary>
    public async Task Learn(CancellationToken cancellation)
    {
        foreach (var channel in await All(int.MaxValue, cancellation))
        {
            _known.TryAdd(channel, true);
        }
    }

    /// <summary>Without asking the database: false says nothing.</summary>
    public bool IsKnownHere(ChannelId channel) => _known.ContainsKey(channel);

    /// <summary>By id, at most so many.</summary>
    public async Task<IReadOnlyList<ChannelId>> All(int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select id from {Projections.InventorySchema.Name}.mt_doc_channel order by id limit $1");
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var channels = new List<ChannelId>();
        while (await reader.ReadAsync(cancellation))
        {
            channels.Add(ChannelId.Parse(reader.GetString(0)));
        }

        return channels;
    }

    /// <summary>The time zone of a registered channel.</summary>
    public async Task<DateTimeZone> Zone(ChannelId channel, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select data->>'timeZone' from {Projections.InventorySchema.Name}.mt_doc_channel where id = $1");
        command.Parameters.AddWithValue(channel.Value);
        return DateTimeZoneProviders.Tzdb[(string)(await command.ExecuteScalarAsync(cancellation))!];
    }

    /// <summary>The time zones of the channels that have a reservation of this id.</summary>
    public async Task<IReadOnlyDictionary<ChannelId, DateTimeZone>> ZonesOfReservations(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select c.id, c.data->>'timeZone' as time_zone from {Projections.InventorySchema.Name}.mt_doc_channel c
             where c.id in (select channel from {Projections.InventorySchema.Name}.{ReservationTable.Name} where id = $1)
             """);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var zones = new Dictionary<ChannelId, DateTimeZone>();
        while (await reader.ReadAsync(cancellation))
        {
            zones.Add(ChannelId.Parse(reader.GetString("id")), DateTimeZoneProviders.Tzdb[reader.GetString("time_zone")]);
        }

        return zones;
    }

    public async ValueTask<bool> IsKnown(ChannelId channel, CancellationToken cancellation)
    {
        if (_known.ContainsKey(channel))
        {
            return true;
        }

        await using var command = database.CreateCommand($"select exists (select from {Projections.InventorySchema.Name}.mt_doc_channel where id = $1)");
        command.Parameters.AddWithValue(channel.Value);
        return (bool)(await command.ExecuteScalarAsync(cancellation))! && (_known.TryAdd(channel, true) || true);
    }
}
