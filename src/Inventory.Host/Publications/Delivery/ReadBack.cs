using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>
/// Asks a channel what it shows, page by page and only when there is nothing to tell, and compares that with what it acknowledged. A difference is
/// noted, and told again where the channel's settings say <c>"readBack": "repair"</c> and it is the same when the channel is asked the next time: until then it
/// may be an order that the channel has and has not reported yet, which telling again would undo.
/// </summary>
public sealed class ReadBack([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, ChannelMappings mappings, IClock clock)
{
    /// <param name="Sku">Of what.</param>
    /// <param name="Quantity">What the channel acknowledged.</param>
    /// <param name="Places">The same by its locations; empty where it has none.</param>
    /// <param name="OpenOrderUnits">Units that the channel takes off by itself, and that are in what it shows, by place; empty where it does not.</param>
    /// <param name="Differed">What it showed instead when it was asked before, by place; null when it did not, or was told since.</param>
    private sealed record Believed(
        Sku Sku, decimal Quantity, IReadOnlyDictionary<string, decimal> Places, IReadOnlyDictionary<string, decimal> OpenOrderUnits, IReadOnlyDictionary<string,
        decimal>? Differed);

    /// <param name="Row">What the channel acknowledged.</param>
    /// <param name="Shows">What it shows, by place; null where that is the same.</param>
    private sealed record Difference(Believed Row, IReadOnlyDictionary<string, decimal>? Shows)
    {
        public bool IsSameAsBefore => Shows is not null && Row.Differed is { } before && before.Count == Shows.Count
            && Shows.All(place => before.TryGetValue(place.Key, out var showed) && showed == place.Value);
    }

    /// <summary>Compares one page.</summary>
    /// <param name="channel">Whose.</param>
    /// <param name="adapter">Speaks to it.</param>
    /// <param name="atMost">So many SKUs.</param>
    /// <param name="after">The last SKU of the page before; empty at the beginning.</param>
    /// <param name="repair">Whether what differs twice is told again.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The last SKU of this page, null when that was the last one; and what the channel showed, null when nothing was asked.</returns>
    public async Task<(string? After, Shown? Shown)> Compare(
        ChannelId channel, IChannel adapter, int atMost, string after, bool repair, CancellationToken cancellation)
    {
        var page = await Page(channel, after, atMost, cancellation);
        var next = page.Count < atMost ? null : page[^1].Sku.Value;
        var names = await mappings.Read(channel, page.Select(row => row.Sku), cancellation);
        string[] places = [.. page.SelectMany(row => row.Places.Keys).Distinct()];
        var asked = (from row in page
                     where (places.Length > 0) == (row.Places.Count > 0)
                     let theirs = names.GetValueOrDefault(row.Sku) ?? (adapter.NeedsMapping ? null : row.Sku.Value)
                     where theirs is not null
                     select (Row: row, Theirs: theirs)).ToList();
        if (asked.Count == 0)
        {
            return (next, null);
        }

        var shown = await adapter.ReadBack([.. asked.Select(row => row.Theirs).Distinct()], places, cancellation);
        if (shown.Failed)
        {
            return (after, shown);
        }

        var compared = asked.ConvertAll(one => Compare(one.Row, one.Theirs, shown, adapter.PublishesFractions));
        var drifts = compared.Where(one => one.Shows is not null).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(channel, [.. drifts.Select(one => (one.Row.Sku, (decimal?)one.Row.Quantity, one.Shows!.Values.Sum()))], cancellation);
        }

        if (repair)
        {
            var again = drifts.Where(one => one.IsSameAsBefore).ToList();
            await TellAgain(channel, again, cancellation);
            await Remember(channel, [.. compared.Except(again).Where(one => one.Shows is not null || one.Row.Differed is not null)], cancellation);
        }

        return (next, shown);
    }

    /// <summary>The same where the channel shows what it acknowledged, or does not know the thing. With all its places, also where only one differs.</summary>
    private static Difference Compare(Believed row, string theirs, Shown shown, bool inFractions)
    {
        var told = row.Places.Count > 0 ? row.Places : new Dictionary<string, decimal> { [""] = row.Quantity };
        var here = told.Where(place => shown.Quantities.ContainsKey((theirs, place.Key))).Select(place => (
            Place: place.Key, Told: inFractions ? place.Value : Math.Floor(place.Value), Shows: Math.Max(
                0, shown.Quantities[(theirs, place.Key)] - row.OpenOrderUnits.GetValueOrDefault(place.Key)))).ToList();
        return new Difference(row, here.Exists(place => place.Told != place.Shows) ? here.ToDictionary(place => place.Place, place => place.Shows) : null);
    }

    private async Task<List<Believed>> Page(ChannelId channel, string after, int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select sku, acknowledged_quantity, acknowledged_places, differs, in_orders from {PublicationTables.Publication}
            where channel = $1 and sku > $2 and dirty_since is null and acknowledged_quantity is not null order by sku limit $3
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Believed> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new Believed(Sku.Parse(reader.GetString(0)), reader.GetDecimal(1), Places(reader, 2) ?? [], Places(reader, 4) ?? [], Places(reader, 3)));
        }

        return rows;
    }

    private static Dictionary<string, decimal>? Places(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) ? null : JsonSerializer.Deserialize<Dictionary<string, decimal>>(reader.GetString(at));

    private async Task Remember(ChannelId channel, IReadOnlyList<Difference> compared, CancellationToken cancellation)
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

    /// <summary>The same number with the same place in the sequence: it was told, and is not there.</summary>
    private async Task TellAgain(ChannelId channel, IReadOnlyList<Difference> drifts, CancellationToken cancellation)
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
