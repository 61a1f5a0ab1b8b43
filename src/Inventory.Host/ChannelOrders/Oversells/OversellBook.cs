using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <summary>What one SKU of an order needs and misses.</summary>
/// <param name="Open">Units that are wanted and have not shipped: none of it is open once all has shipped or is cancelled.</param>
/// <param name="Missing">Of these, units that nothing is held for.</param>
public readonly record struct OrderNeed(Sku Sku, decimal Open, decimal Missing);

/// <summary>Oversells by order and SKU: with the evidence of the time they were found, and the units that are missing now.</summary>
public sealed class OversellBook(NpgsqlDataSource database, IClock clock)
{
    /// <summary>The SKUs of an order that were oversold at any time.</summary>
    public async Task<IReadOnlySet<string>> Known(ChannelId channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select sku from {ChannelOrderTables.Oversells} where channel = $1 and order_id = $2");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        HashSet<string> skus = [];
        while (await reader.ReadAsync(cancellation))
        {
            skus.Add(reader.GetString(0));
        }

        return skus;
    }

    /// <summary>
    /// Records what an order misses now. An oversell is closed once all of it has shipped or is cancelled, and reopened where that is undone.
    /// </summary>
    /// <param name="batch">The batch of the transaction that records it.</param>
    /// <param name="channel">The channel of the order.</param>
    /// <param name="order">The channel's id of the order.</param>
    /// <param name="placedAt">When it was placed.</param>
    /// <param name="needs">Every SKU of it.</param>
    /// <param name="found">The evidence of new oversells.</param>
    public void AddStatements(
        NpgsqlBatch batch, ChannelId channel, string order, Instant? placedAt, int priority, IReadOnlyList<OrderNeed> needs, IReadOnlyList<Oversold> found)
    {
        if (found.Count > 0)
        {
            var insert = Command($"""
                insert into {ChannelOrderTables.Oversells} (channel, order_id, sku, at, evidence, open) select $1, $2, sku, $3, evidence, true
                  from unnest($4, $5) as o (sku, evidence)
                on conflict do nothing
                """);
            insert.Parameters.AddWithValue(placedAt ?? clock.GetCurrentInstant());
            insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, found, one => one.Sku));
            insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, found, one => JsonSerializer.Serialize(one, ChannelOrderInbox.Options)));
        }

        var update = Command($"""
            update {ChannelOrderTables.Oversells} as o set open = coalesce(need.open, 0) > 0, missing = coalesce(need.missing, 0), priority = $3
            from (select sku from {ChannelOrderTables.Oversells} where channel = $1 and order_id = $2) as known left
              join unnest($4, $5, $6) as need (sku, open, missing) on need.sku = known.sku
            where o.channel = $1 and o.order_id = $2 and o.sku = known.sku
            """);
        update.Parameters.AddWithValue(priority);
        update.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, needs, need => need.Sku.Value));
        update.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, needs, need => need.Open));
        update.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, needs, need => need.Missing));

        NpgsqlBatchCommand Command(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddWithValue(channel.Value);
            command.Parameters.AddWithValue(order);
            batch.BatchCommands.Add(command);
            return command;
        }
    }

    /// <summary>SKUs of open oversells.</summary>
    public async Task<List<Sku>> MissingSkus(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select distinct sku from {ChannelOrderTables.Oversells} where open and missing > 0");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Sku> skus = [];
        while (await reader.ReadAsync(cancellation))
        {
            skus.Add(Sku.Parse(reader.GetString(0)));
        }

        return skus;
    }

    /// <summary>Orders with open oversells of these SKUs: by priority, then oldest.</summary>
    public async Task<List<(ChannelId Channel, string Order)>> Missing(IReadOnlyCollection<Sku> skus, int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select channel, order_id from {ChannelOrderTables.Oversells} where open and missing > 0 and sku = any($1)
            group by channel, order_id order by max(coalesce(priority, 0)) desc, min(at), channel, order_id limit $2
            """);
        command.Parameters.AddWithValue(skus.Select(sku => sku.Value).ToArray());
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(ChannelId, string)> orders = [];
        while (await reader.ReadAsync(cancellation))
        {
            orders.Add((ChannelId.Parse(reader.GetString("channel")), reader.GetString("order_id")));
        }

        return orders;
    }

    /// <summary>Oversells by order and SKU.</summary>
    /// <param name="channel">Of this channel; null for all.</param>
    /// <param name="onlyOpen">Leaves out closed ones.</param>
    /// <param name="after">The last of the page before.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<List<(string Channel, string Order, Instant At, bool Open, Oversold Evidence)>> Read(
        ChannelId? channel, bool onlyOpen, (string Order, string Sku)? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select channel, order_id, at, open, evidence from {ChannelOrderTables.Oversells}
            where ($1::text is null or channel = $1) and (open or not $2) and ($3::text is null or (order_id, sku) > ($3, $4))
              order by channel, order_id, sku limit $5
            """);
        command.Parameters.Add(SqlValue.OrNull(channel?.Value));
        command.Parameters.AddWithValue(onlyOpen);
        command.Parameters.Add(SqlValue.OrNull(after?.Order));
        command.Parameters.Add(SqlValue.OrNull(after?.Sku));
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(string, string, Instant, bool, Oversold)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((
                reader.GetString("channel"), reader.GetString("order_id"), reader.GetFieldValue<Instant>("at"), reader.GetBoolean("open"),
                JsonSerializer.Deserialize<Oversold>(reader.GetString("evidence"), ChannelOrderInbox.Options)!));
        }

        return rows;
    }

    /// <summary>The oversells of one order, by SKU, with when it was placed and received; empty when there were none.</summary>
    public async Task<List<(Instant PlacedAt, Instant ArrivedAt, bool Open, Oversold Evidence)>> Read(
        ChannelId channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select least(o.at, m.recorded_at) as at, m.recorded_at, o.open, o.evidence from {ChannelOrderTables.Oversells} as o
            cross join lateral (
              select coalesce(min(recorded_at) filter (where type in ('{OrderMessageType.Order}', '{OrderMessageType.Change}')),
                min(recorded_at)) as recorded_at
              from {ChannelOrderTables.Messages} where channel = $1 and order_id = $2) as m
            where o.channel = $1 and o.order_id = $2 order by o.sku
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(Instant, Instant, bool, Oversold)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((
                reader.GetFieldValue<Instant>("at"), reader.GetFieldValue<Instant>("recorded_at"), reader.GetBoolean("open"),
                JsonSerializer.Deserialize<Oversold>(reader.GetString("evidence"), ChannelOrderInbox.Options)!));
        }

        return rows;
    }
}
