using System.Text.Json;
using Marten;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>The messages of channels about their orders, each kept once before anything is done about it, and what became of it.</summary>
public sealed class OrderBook(NpgsqlDataSource database, IClock clock)
{
    public const string Waiting = "waiting";

    private const string Messages = $"{Projections.Projections.Schema}.channel_order_message";
    internal const string Oversells = $"{Projections.Projections.Schema}.channel_oversell";
    private const string Columns = "order_id, id, type, occurred_at, reservation, lines, content, state, answer, is_standing";

    private static readonly JsonSerializerOptions Options = MakeOptions();

    private sealed record StoredLine(string Sku, decimal Quantity, string? Location);

    public static StoreOptions AddTo(StoreOptions options)
    {
        var messages = new Table(Messages);
        messages.AddColumn("channel", "text").AsPrimaryKey();
        messages.AddColumn("order_id", "text").AsPrimaryKey();
        messages.AddColumn("id", "text").AsPrimaryKey();
        messages.AddColumn("type", "text").NotNull();
        messages.AddColumn("occurred_at", "timestamptz");
        messages.AddColumn("reservation", "text");
        messages.AddColumn("lines", "jsonb");
        messages.AddColumn("content", "text").NotNull();
        messages.AddColumn("recorded_at", "timestamptz").NotNull();
        messages.AddColumn("state", "text");
        messages.AddColumn("answer", "jsonb");
        messages.AddColumn("is_standing", "boolean");
        options.Storage.ExtendedSchemaObjects.Add(messages);

        var oversells = new Table(Oversells);
        oversells.AddColumn("channel", "text").AsPrimaryKey();
        oversells.AddColumn("order_id", "text").AsPrimaryKey();
        oversells.AddColumn("sku", "text").AsPrimaryKey();
        oversells.AddColumn("at", "timestamptz").NotNull();
        oversells.AddColumn("evidence", "jsonb").NotNull();
        oversells.AddColumn("open", "boolean").NotNull();
        options.Storage.ExtendedSchemaObjects.Add(oversells);
        return options;
    }

    /// <summary>Keeps the message, unless it is there.</summary>
    /// <returns>What is there, and the answer that it was given; null when it was given none yet.</returns>
    public async Task<(string Content, string? State, OrderAnswer? Answer)> Keep(OrderMessage message, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with kept as (
              insert into {Messages} (channel, order_id, id, type, occurred_at, reservation, lines, content, recorded_at, is_standing) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
              on conflict do nothing returning content, state, answer)
            select * from kept union all select content, state, answer from {Messages} where channel = $1 and order_id = $2 and id = $3 limit 1
            """);
        AddKey(command, message);
        command.Parameters.AddWithValue(message.Type.ToString());
        AddWhat(command, message);
        command.Parameters.AddWithValue(message.Content);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(message.IsStanding);
        await using var reader = await command.ExecuteReaderAsync(cancellation);

        // Kept by somebody else between the two halves of the statement: it has no answer yet.
        return await reader.ReadAsync(cancellation)
            ? (reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : JsonSerializer.Deserialize<OrderAnswer>(reader.GetString(2), Options))
            : (message.Content, null, null);
    }

    /// <summary>A message that is kept, and what became of it; null when there is none.</summary>
    public async Task<(OrderMessage Message, string? State)?> Find(ChannelId channel, string order, string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {Messages} where channel = $1 and order_id = $2 and id = $3");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (Message(channel, reader), reader.IsDBNull(7) ? null : reader.GetString(7)) : null;
    }

    /// <summary>Takes over what a person corrected. The channel may still send what it sent: that stays the message's content.</summary>
    public async Task Correct(OrderMessage message, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"update {Messages} set occurred_at = $4, reservation = $5, lines = $6 where channel = $1 and order_id = $2 and id = $3");
        AddKey(command, message);
        AddWhat(command, message);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Notes what became of the message. An order that is over leaves nobody to be sorry to.</summary>
    public async Task Settle(OrderMessage message, OrderAnswer answer, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        var settle = new NpgsqlBatchCommand($"update {Messages} set state = $4, answer = $5 where channel = $1 and order_id = $2 and id = $3");
        settle.Parameters.AddWithValue(message.Channel.Value);
        settle.Parameters.AddWithValue(message.Order);
        settle.Parameters.AddWithValue(message.Id);
        settle.Parameters.AddWithValue(answer.State);
        settle.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(answer, Options));
        batch.BatchCommands.Add(settle);
        if (answer.Oversold.Count > 0)
        {
            var oversold = new NpgsqlBatchCommand($"""
                insert into {Oversells} (channel, order_id, sku, at, evidence, open) select $1, $2, sku, $3, evidence, true from unnest($4, $5) as o (sku, evidence) on conflict do nothing
                """);
            oversold.Parameters.AddWithValue(message.Channel.Value);
            oversold.Parameters.AddWithValue(message.Order);
            oversold.Parameters.AddWithValue(message.OccurredAt ?? clock.GetCurrentInstant());
            oversold.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, answer.Oversold, one => one.Sku));
            oversold.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, answer.Oversold, one => JsonSerializer.Serialize(one, Options)));
            batch.BatchCommands.Add(oversold);
        }

        if (answer.State is "released" or "fulfilled")
        {
            var over = new NpgsqlBatchCommand($"update {Oversells} set open = false where channel = $1 and order_id = $2");
            over.Parameters.AddWithValue(message.Channel.Value);
            over.Parameters.AddWithValue(message.Order);
            batch.BatchCommands.Add(over);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The order itself, once something was done about it, and everything that came before that.</summary>
    public async Task<(OrderMessage? Order, IReadOnlyList<OrderMessage> Open)> Read(ChannelId channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {Messages} where channel = $1 and order_id = $2 order by occurred_at, recorded_at, id");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        OrderMessage? placed = null;
        List<OrderMessage> open = [];
        while (await reader.ReadAsync(cancellation))
        {
            var message = Message(channel, reader);
            var state = reader.IsDBNull(7) ? null : reader.GetString(7);
            if (message.Type == OrderMessageType.Order)
            {
                placed = state is null or TakeOrders.Quarantined ? placed : message;
            }
            else if (state is null or Waiting)
            {
                open.Add(message);
            }
        }

        return (placed, open);
    }

    /// <summary>Orders that took more than there was, by order and SKU.</summary>
    /// <param name="channel">Whose; null for all channels'.</param>
    /// <param name="onlyOpen">Leaves out those that are over.</param>
    /// <param name="after">The last of the page before.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Stops the wait.</param>
    public async Task<List<(string Channel, string Order, Instant At, bool Open, Oversold Evidence)>> ReadOversells(
        ChannelId? channel, bool onlyOpen, (string Order, string Sku)? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select channel, order_id, at, open, evidence from {Oversells}
            where ($1::text is null or channel = $1) and (open or not $2) and ($3::text is null or (order_id, sku) > ($3, $4)) order by channel, order_id, sku limit $5
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)channel?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.AddWithValue(onlyOpen);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)after?.Order ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)after?.Sku ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(string, string, Instant, bool, Oversold)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<Instant>(2), reader.GetBoolean(3), JsonSerializer.Deserialize<Oversold>(reader.GetString(4), Options)!));
        }

        return rows;
    }

    /// <summary>What was missing of one order, by SKU, with when it was placed and when we heard of it; nothing when nothing was missing of it.</summary>
    public async Task<List<(Instant PlacedAt, Instant ArrivedAt, bool Open, Oversold Evidence)>> ReadOversells(ChannelId channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select least(o.at, m.recorded_at), m.recorded_at, o.open, o.evidence from {Oversells} as o
            cross join lateral (select min(recorded_at) as recorded_at from {Messages} where channel = $1 and order_id = $2 and type = '{OrderMessageType.Order}') as m
            where o.channel = $1 and o.order_id = $2 order by o.sku
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(Instant, Instant, bool, Oversold)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((
                reader.GetFieldValue<Instant>(0), reader.GetFieldValue<Instant>(1), reader.GetBoolean(2), JsonSerializer.Deserialize<Oversold>(reader.GetString(3), Options)!));
        }

        return rows;
    }

    private static OrderMessage Message(ChannelId channel, NpgsqlDataReader reader) => new(
        channel, reader.GetString(0), reader.GetString(1), Enum.Parse<OrderMessageType>(reader.GetString(2)), reader.IsDBNull(3) ? null : reader.GetFieldValue<Instant>(3),
        reader.IsDBNull(4) ? null : reader.GetString(4),
        reader.IsDBNull(5) ? null : JsonSerializer.Deserialize<List<StoredLine>>(reader.GetString(5))!
            .ConvertAll(line => new RequestedLine(Sku.Parse(line.Sku), line.Quantity, line.Location is null ? null : LocationId.Parse(line.Location), AllowBackorder: false)))
    {
        IsStanding = !reader.IsDBNull(9) && reader.GetBoolean(9),
    };

    private static void AddKey(NpgsqlCommand command, OrderMessage message)
    {
        command.Parameters.AddWithValue(message.Channel.Value);
        command.Parameters.AddWithValue(message.Order);
        command.Parameters.AddWithValue(message.Id);
    }

    private static void AddWhat(NpgsqlCommand command, OrderMessage message)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)message.OccurredAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)message.Reservation ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = message.Lines is { } lines ? JsonSerializer.Serialize(lines.Select(line => new StoredLine(line.Sku.Value, line.Quantity, line.Location?.Value))) : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions();
        Json.Configure(options);
        return options;
    }
}
