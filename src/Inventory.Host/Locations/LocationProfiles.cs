using System.Collections.Frozen;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Locations;

/// <summary>The registered locations as rules see them.</summary>
public static class LocationProfiles
{
    /// <summary>Changes with every write to any of them.</summary>
    public static async Task<(long Count, long Versions)> Stamp(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command =
            database.CreateCommand($"select count(*), coalesce(sum(mt_version), 0)::bigint from {Projections.InventorySchema.Name}.mt_doc_location");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public static async Task<IReadOnlyDictionary<LocationId, LocationProfile>> Read(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select id, coalesce((data->>'disabled')::boolean, false), array(select jsonb_array_elements_text(data->'groups'))
             from {Projections.InventorySchema.Name}.mt_doc_location
             """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var places = new Dictionary<LocationId, LocationProfile>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = LocationId.Parse(reader.GetString(0));
            places.Add(id, new LocationProfile(id, reader.GetFieldValue<string[]>(2).ToFrozenSet(), Enabled: !reader.GetBoolean(1)));
        }

        return places.ToFrozenDictionary();
    }
}
