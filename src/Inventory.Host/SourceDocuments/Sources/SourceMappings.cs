using System.Data;
using System.Text.Json.Serialization;
using Npgsql;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <param name="ExternalId">What the source writes.</param>
/// <param name="Ours">Our SKU or location.</param>
public sealed record SourceMapping([property: JsonPropertyName("theirs")] string ExternalId, string Ours);

/// <summary>What sources call our locations and SKUs.</summary>
public sealed class SourceMappings(NpgsqlDataSource database)
{
    public const string OfLocations = "location";
    public const string OfSkus = "sku";

    /// <summary>Adds to what is there; the last of several with one name wins.</summary>
    public async Task Put(string source, string kind, IEnumerable<SourceMapping> mappings, Actor by, CancellationToken cancellation)
    {
        var rows = mappings.GroupBy(mapping => mapping.ExternalId).Select(same => same.Last())
            .OrderBy(mapping => mapping.ExternalId, StringComparer.Ordinal).ToList();
        await using var command = database.CreateCommand(
            $"""
             insert into {DocumentTables.Mappings} (source, kind, theirs, ours, by) select $1, $2, theirs, ours, $5 from unnest($3, $4) as put(theirs, ours)
             on conflict (source, kind, theirs) do update set ours = excluded.ours, by = excluded.by
             """);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(rows.Select(row => row.ExternalId).ToArray());
        command.Parameters.AddWithValue(rows.Select(row => row.Ours).ToArray());
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>By the source's name.</summary>
    public async Task<List<SourceMapping>> List(string source, string kind, string after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select theirs, ours from {DocumentTables.Mappings} where source = $1 and kind = $2 and theirs > $3 order by theirs limit $4");
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<SourceMapping> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new SourceMapping(reader.GetString("theirs"), reader.GetString("ours")));
        }

        return rows;
    }
}
