using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>
/// Reads quantities back from a channel, page by page and only when there is nothing to publish, and compares them with the acknowledged ones. A difference
/// is recorded as a drift. Where the channel's settings say <c>"readBack": "repair"</c> the quantity is published again once the next read-back finds the
/// same difference: until then it may be an order that the channel has not reported yet, which publishing again would undo.
/// </summary>
public sealed class ReadBack([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, ChannelMappings mappings, IClock clock)
{
    /// <param name="Sku">The SKU that was published.</param>
    /// <param name="Quantity">Units last acknowledged.</param>
    /// <param name="Locations">The same by the channel's locations; empty where it has none.</param>
    /// <param name="OpenOrderUnits">Units of open orders that the channel deducts and that its quantity includes, by location; empty where it does not.</param>
    /// <param name="Differed">The quantities of the previous read-back, by location; null where they did not differ, or were published since.</param>
    private sealed record AcknowledgedRow(
        Sku Sku, decimal Quantity, IReadOnlyDictionary<string, decimal> Locations, IReadOnlyDictionary<string, decimal> OpenOrderUnits,
        IReadOnlyDictionary<string, decimal>? Differed);

    /// <param name="Shows">The quantities that the channel has, by location; null where they are the same.</param>
    private sealed record Difference(AcknowledgedRow Row, IReadOnlyDictionary<string, decimal>? Shows)
    {
        public bool IsSameAsBefore => Shows is not null && Row.Differed is { } before && before.Count == Shows.Count
            && Shows.All(location => before.TryGetValue(location.Key, out var showed) && showed == location.Value);
    }

    /// <summary>Reads one page back and compares it.</summary>
    /// <param name="needsMapping">Whether a SKU without a mapping has no id at the channel (<see cref="Adapters.NeedingMapping"/>).</param>
    /// <param name="atMost">The most SKUs of a page.</param>
    /// <param name="after">The last SKU of the page before; empty at the beginning.</param>
    /// <param name="repair">Whether a quantity that differs twice is published again.</param>
    /// <returns>The last SKU of this page, null when it was the last page; and what was read back, null when the page has nothing to read.</returns>
    public async Task<(string? After, Shown? Shown)> Compare(
        ChannelId channel, IChannel adapter, bool needsMapping, int atMost, string after, bool repair, CancellationToken cancellation)
    {
        var page = await Page(channel, after, atMost, cancellation);
        var next = page.Count < atMost ? null : page[^1].Sku.Value;
        var names = await mappings.Read(channel, page.Select(row => row.Sku), cancellation);
        string[] locations = [.. page.SelectMany(row => row.Locations.Keys).Distinct()];
        var asked = (from row in page
                     where (locations.Length > 0) == (row.Locations.Count > 0)
                     let externalId = names.GetValueOrDefault(row.Sku) ?? (needsMapping ? null : row.Sku.Value)
                     where externalId is not null
                     select (Row: row, ExternalId: externalId)).ToList();
        if (asked.Count == 0)
        {
            return (next, null);
        }

        var shown = await adapter.ReadBack([.. asked.Select(row => row.ExternalId).Distinct()], locations, cancellation);
        if (shown.Failed)
        {
            return (after, shown);
        }

        var compared = asked.ConvertAll(one => Compare(one.Row, one.ExternalId, shown, adapter.PublishesFractions));
        var drifts = compared.Where(one => one.Shows is not null).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(channel, [.. drifts.Select(one => (one.Row.Sku, (decimal?)one.Row.Quantity, one.Shows!.Values.Sum()))], cancellation);
        }

        if (repair)
        {
            var again = drifts.Where(one => one.IsSameAsBefore).ToList();
            await PublishAgain(channel, again, cancellation);
            await StoreDifferences(channel, [.. compared.Except(again).Where(one => one.Shows is not null || one.Row.Differed is not null)], cancellation);
        }

        return (next, shown);
    }

    /// <summary>None where the channel has what it acknowledged, or does not know the item. A difference has all locations, not only those that do.</summary>
    private static Difference Compare(AcknowledgedRow row, string externalId, Shown shown, bool inFractions)
    {
        var acknowledged = row.Locations.Count > 0 ? row.Locations : new Dictionary<string, decimal> { [ChannelLocation.Single] = row.Quantity };
        var here = acknowledged.Where(location => shown.Quantities.ContainsKey((externalId, location.Key))).Select(location => (
            Location: location.Key, Acknowledged: inFractions ? location.Value : Math.Floor(location.Value), Shows: Math.Max(
                0, shown.Quantities[(externalId, location.Key)] - row.OpenOrderUnits.GetValueOrDefault(location.Key)))).ToList();
        var differs = here.Exists(location => location.Acknowledged != location.Shows);
        return new Difference(row, differs ? here.ToDictionary(location => location.Location, location => location.Shows) : null);
    }

    private async Task<List<AcknowledgedRow>> Page(ChannelId channel, string after, int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select sku, acknowledged_quantity, acknowledged_places, differs, in_orders from {PublicationTables.Publication}
            where channel = $1 and sku > $2 and dirty_since is null and acknowledged_quantity is not null order by sku limit $3
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<AcknowledgedRow> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new AcknowledgedRow(Sku.Parse(reader.GetString("sku")), reader.GetDecimal("acknowledged_quantity"), ByLocation(reader,
                "acknowledged_places") ?? [], ByLocation(reader, "in_orders") ?? [], ByLocation(reader, "differs")));
        }

        return rows;
    }

    private static Dictionary<string, decimal>? ByLocation(NpgsqlDataReader reader, string column) =>
        reader.TextOrNull(column) is { } json ? JsonSerializer.Deserialize<Dictionary<string, decimal>>(json) : null;

    private async Task StoreDifferences(ChannelId channel, IReadOnlyList<Difference> compared, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with {PublicationQueue.Locked("channel = $1 and sku = any($2) and dirty_since is null")}
            update {PublicationTables.Publication} as p set differs = d.shows
            from unnest($2, $3) as d (sku, shows) where {PublicationQueue.AreLocked} and p.channel = $1 and p.sku = d.sku and p.dirty_since is null
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, compared, one => one.Row.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, compared, one => one.Shows is null ? null : JsonSerializer.Serialize(one.Shows)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes these due again with the same quantity and sequence: they were acknowledged, and the channel does not have them.</summary>
    private async Task PublishAgain(ChannelId channel, IReadOnlyList<Difference> drifts, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with {PublicationQueue.Locked("channel = $1 and sku = any($3) and dirty_since is null")}
            update {PublicationTables.Publication} as p
              set dirty_since = $2, due_at = $2, attempts = 0, sent_sequence = null, acknowledged_quantity = d.shows, acknowledged_places = null, differs = null
            from unnest($3, $4) as d (sku, shows) where {PublicationQueue.AreLocked} and p.channel = $1 and p.sku = d.sku and p.dirty_since is null
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, drifts, drift => drift.Row.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, drifts, drift => drift.Shows!.Values.Sum()));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
