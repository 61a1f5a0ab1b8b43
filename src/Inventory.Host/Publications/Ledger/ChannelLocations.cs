using System.Data;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The mapping of one of our locations to a channel's.</summary>
/// <param name="ExternalId">The channel's location id.</param>
/// <param name="By">Who mapped it: the key's name or the token's <c>sub</c>; null for mappings from before this was recorded.</param>
public sealed record LocationMapping(string Location, [property: JsonPropertyName("theirs")] string ExternalId, string? By = null);

/// <summary>The location mappings of channels. A channel with none gets one quantity for all locations.</summary>
public sealed class ChannelLocations([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database)
{
    /// <summary>The mappings of every channel whose adapter publishes by location.</summary>
    public async Task<IReadOnlyDictionary<ChannelId, IReadOnlyDictionary<LocationId, string>>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select named.channel, named.location, named.theirs from {ChannelTables.Locations} as named
              join {Projections.InventorySchema.Name}.mt_doc_channel as channel on channel.id = named.channel
            where channel.data->>'adapter' = any($1)
            """);
        command.Parameters.AddWithValue(Adapters.ByLocation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(ChannelId Channel, LocationId Location, string ExternalId)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((ChannelId.Parse(reader.GetString("channel")), LocationId.Parse(reader.GetString("location")), reader.GetString("theirs")));
        }

        return rows.GroupBy(row => row.Channel)
            .ToDictionary(of => of.Key, of => (IReadOnlyDictionary<LocationId, string>)of.ToDictionary(row => row.Location, row => row.ExternalId));
    }

    public async Task<List<LocationMapping>> List(ChannelId channel, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select location, theirs, by from {ChannelTables.Locations} where channel = $1 order by location");
        command.Parameters.AddWithValue(channel.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<LocationMapping> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new LocationMapping(reader.GetString("location"), reader.GetString("theirs"), Actor.NameIn(reader.TextOrNull("by"))));
        }

        return rows;
    }

    /// <summary>Replaces all mappings of a channel.</summary>
    public async Task Replace(ChannelId channel, IReadOnlyList<LocationMapping> mappings, Actor by, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with gone as (delete from {ChannelTables.Locations} where channel = $1 and location <> all($2))
            insert into {ChannelTables.Locations} (channel, location, theirs, by)
              select $1, location, theirs, $4 from unnest($2, $3) as m (location, theirs) order by location
            on conflict (channel, location) do update set theirs = excluded.theirs, by = excluded.by
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, mappings, mapping => mapping.Location));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, mappings, mapping => mapping.ExternalId));
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>A quantity by location, as the ledger stores it.</summary>
/// <param name="Quantities">The published quantities by the channel's location ids, with all mapped locations, also those with 0: JSON.</param>
/// <param name="Unmapped">Stock by our locations without a mapping, which is not published; null when there is none: JSON.</param>
public sealed record LocationQuantities(string Quantities, string? Unmapped)
{
    public static LocationQuantities Of(IReadOnlyList<(LocationId Location, decimal Quantity)> parts, IReadOnlyDictionary<LocationId, string> names)
    {
        var mapped = names.Values.Distinct().ToDictionary(name => name, _ => 0m);
        var unmapped = new JsonObject();
        foreach (var (location, quantity) in parts)
        {
            if (names.TryGetValue(location, out var name))
            {
                mapped[name] += quantity;
            }
            else
            {
                unmapped.Add(location.Value, quantity);
            }
        }

        return new LocationQuantities(
            new JsonObject(mapped.Select(location => KeyValuePair.Create(location.Key, (JsonNode?)JsonValue.Create(location.Value)))).ToJsonString(),
            unmapped.Count > 0 ? unmapped.ToJsonString() : null);
    }
}
