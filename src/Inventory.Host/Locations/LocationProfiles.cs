using System.Collections.Frozen;
using System.Data;
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
            database.CreateCommand(
                $"select count(*) as locations, coalesce(sum(mt_version), 0)::bigint as versions from {Projections.InventorySchema.Name}.mt_doc_location");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64("locations"), reader.GetInt64("versions"));
    }

    public static async Task<IReadOnlyDictionary<LocationId, LocationProfile>> Read(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select id, coalesce((data->>'disabled')::boolean, false) as disabled, array(select jsonb_array_elements_text(data->'groups')) as groups
             from {Projections.InventorySchema.Name}.mt_doc_location
             """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var profiles = new Dictionary<LocationId, LocationProfile>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = LocationId.Parse(reader.GetString("id"));
            profiles.Add(id, new LocationProfile(id, reader.GetFieldValue<string[]>("groups").ToFrozenSet(), Enabled: !reader.GetBoolean("disabled")));
        }

        return profiles.ToFrozenDictionary();
    }
}
