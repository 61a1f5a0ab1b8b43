using System.Data;
using System.Text.Json.Serialization;
using Marten;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The mapping of one of our SKUs to a channel's id.</summary>
/// <param name="ExternalId">The channel's id of it.</param>
/// <param name="By">Who mapped it: the key's name or the token's <c>sub</c>; null for mappings from before this was recorded.</param>
public sealed record Mapping(string Sku, [property: JsonPropertyName("theirs")] string ExternalId, string? By = null);

/// <summary>The SKU mappings of channels, and their drifts: where a channel's quantity was found to differ from the acknowledged one.</summary>
public sealed class ChannelMappings([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>The channel's ids of these SKUs; one without a mapping is left out.</summary>
    public async Task<IReadOnlyDictionary<Sku, string>> Read(ChannelId channel, IEnumerable<Sku> skus, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select sku, theirs from {ChannelTables.Mappings} where channel = $1 and sku = any($2)");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(skus.Select(sku => sku.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new Dictionary<Sku, string>();
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(Sku.Parse(reader.GetString("sku")), reader.GetString("theirs"));
        }

        return names;
    }

    /// <summary>Our SKUs by the channel's ids; an id of none, or of several, is left out.</summary>
    public async Task<IReadOnlyDictionary<string, Sku>> ReadOurs(ChannelId channel, IEnumerable<string> externalIds, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select theirs, min(sku) as sku from {ChannelTables.Mappings} where channel = $1 and theirs = any($2)
             group by theirs having count(*) = 1
             """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(externalIds.Where(name => !name.Contains('\0', StringComparison.Ordinal)).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ours = new Dictionary<string, Sku>();
        while (await reader.ReadAsync(cancellation))
        {
            ours.Add(reader.GetString("theirs"), Sku.Parse(reader.GetString("sku")));
        }

        return ours;
    }

    public async Task<List<Mapping>> List(ChannelId channel, Sku? sku, Sku? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select sku, theirs, by from {ChannelTables.Mappings} where channel = $1 and ($2::text is null or sku = $2) and ($3::text is null or sku > $3)
             order by sku limit $4
             """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlValue.OrNull(sku?.Value));
        command.Parameters.Add(SqlValue.OrNull(after?.Value));
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Mapping> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new Mapping(reader.GetString("sku"), reader.GetString("theirs"), Actor.NameIn(reader.TextOrNull("by"))));
        }

        return rows;
    }

    /// <summary>Inserts or updates these; of a SKU that comes twice, the last.</summary>
    public async Task Put(ChannelId channel, IEnumerable<Mapping> mappings, Actor by, CancellationToken cancellation)
    {
        var rows = mappings.GroupBy(mapping => mapping.Sku).Select(same => same.Last()).OrderBy(mapping => mapping.Sku, StringComparer.Ordinal).ToList();
        await using var command = database.CreateCommand(
            $"""
             insert into {ChannelTables.Mappings} (channel, sku, theirs, by) select $1, sku, theirs, $4 from unnest($2, $3) as m (sku, theirs)
             on conflict (channel, sku) do update set theirs = excluded.theirs, by = excluded.by
             """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Sku));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.ExternalId));
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Records drifts.</summary>
    public async Task Note(ChannelId channel, IReadOnlyList<(Sku Sku, decimal? Acknowledged, decimal Shows)> drifts, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             insert into {ChannelTables.Drifts} (channel, sku, at, believed, shows)
             select $1, sku, $2, believed, shows from unnest($3, $4, $5) as d (sku, believed, shows) on conflict do nothing
             """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, drifts, drift => drift.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, drifts, drift => drift.Acknowledged));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, drifts, drift => drift.Shows));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Recorded drifts, the newest first.</summary>
    public async Task<List<DriftShown>> ListDrifts(ChannelId channel, Sku? sku, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select sku, at, believed, shows from {ChannelTables.Drifts} where channel = $1 and ($2::text is null or sku = $2) order by at desc, sku limit $3");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlValue.OrNull(sku?.Value));
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<DriftShown> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(
                new DriftShown(reader.GetString("sku"), reader.GetFieldValue<Instant>("at"), reader.ValueOrNull<decimal>("believed"),
                reader.GetDecimal("shows")));
        }

        return rows;
    }
}

/// <param name="Sku">The SKU that drifted.</param>
/// <param name="At">When the drift was found.</param>
/// <param name="Acknowledged">The quantity that the channel acknowledged last.</param>
/// <param name="Shows">The quantity that it had instead.</param>
public sealed record DriftShown(string Sku, Instant At, [property: JsonPropertyName("believed")] decimal? Acknowledged, decimal Shows);
