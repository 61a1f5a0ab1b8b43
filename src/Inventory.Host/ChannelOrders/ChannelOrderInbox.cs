using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>A stored message.</summary>
/// <param name="State">The outcome of processing it; null while it is not processed.</param>
/// <param name="RecordedAt">When it was received.</param>
/// <param name="Arrival">Its number in the order of arrival.</param>
/// <param name="IsDone">Whether it was processed by an older version, which did not record what an order had moved.</param>
/// <param name="By">Who sent it first; null for what is older than this record.</param>
public sealed record KeptMessage(OrderMessage Message, string? State, Instant RecordedAt, long Arrival, bool IsDone, string? By);

/// <summary>An order by its messages.</summary>
/// <param name="Changes">How many messages there have been, corrections of them included.</param>
/// <param name="Messages">In the order of arrival.</param>
public sealed record KeptOrder(long Changes, IReadOnlyList<KeptMessage> Messages);

/// <summary>The inbox of channels' order messages: each is stored once (idempotency by its id) before it is processed, and its outcome is recorded.</summary>
public sealed class ChannelOrderInbox(NpgsqlDataSource database, IClock clock)
{
    public const string Waiting = "waiting";

    /// <summary>The state of a message with an unknown SKU or unit: it has no effect until somebody has corrected it.</summary>
    public const string Quarantined = "quarantined";

    internal static readonly JsonSerializerOptions Options = MakeOptions();

    private sealed record StoredLine(string Sku, decimal Quantity, string? Location, string? Status = null, string? Reference = null, bool? ComesBack = null,
        AsStated? AsStated = null, StoredKit? Kit = null);

    /// <summary>The kit that a line's SKU was when the message was stored.</summary>
    private sealed record StoredKit(KitAssembly From, IReadOnlyDictionary<string, decimal> Components)
    {
        public static StoredKit? Of(Kit? kit) =>
            kit is null ? null : new StoredKit(kit.From, kit.Components.ToDictionary(one => one.Sku.Value, one => one.Quantity));

        public Kit ToKit(Sku sku) => new(sku, [.. Components.Select(one => new KitComponent(Sku.Parse(one.Key), one.Value))], From);
    }

    /// <summary>Stores the message, unless one with its id is stored.</summary>
    /// <returns>The stored message, and its recorded answer; null when it has none yet.</returns>
    public async Task<(string Content, string? State, OrderAnswer? Answer)> Keep(OrderMessage message, Actor by, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with known as (select content, state, answer from {ChannelOrderTables.Messages} where channel = $1 and order_id = $2 and id = $3),
            counted as (
              insert into {ChannelOrderTables.Orders} as o (channel, order_id, changes) select $1, $2, 1 where not exists (select from known)
              on conflict (channel, order_id) do update set changes = o.changes + 1 returning changes),
            kept as (
              insert into {ChannelOrderTables.Messages} (channel, order_id, id, type, occurred_at, reservation, lines, content, recorded_at, more, by, arrival)
              select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, changes from counted on conflict do nothing returning content, state, answer)
            select * from kept union all select * from known limit 1
            """);
        AddKey(command, message.Channel, message.Order, message.Id);
        command.Parameters.AddWithValue(message.Type.ToString());
        AddWhat(command, message);
        command.Parameters.AddWithValue(message.Content);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(message.More, Options));
        command.Parameters.AddWithValue(by.ToString());
        await using var reader = await command.ExecuteReaderAsync(cancellation);

        // Stored by a concurrent request between the parts of the statement: it has no answer yet.
        return await reader.ReadAsync(cancellation)
            ? (reader.GetString("content"), reader.TextOrNull("state"), reader.IsDBNull("answer") ? null
                : JsonSerializer.Deserialize<OrderAnswer>(reader.GetString("answer"), Options))
            : (message.Content, null, null);
    }

    /// <summary>All messages of an order, in one snapshot; none for an unknown order.</summary>
    public async Task<KeptOrder> Read(ChannelId channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select m.id, m.type, m.occurred_at, m.reservation, m.lines, m.is_standing, m.more, m.state, m.recorded_at, m.arrival,
              m.by, (select changes from {ChannelOrderTables.Orders} where channel = $1 and order_id = $2) as changes
            from {ChannelOrderTables.Messages} as m where m.channel = $1 and m.order_id = $2 order by m.arrival nulls first, m.recorded_at, m.id
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<KeptMessage> messages = [];
        var changes = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            var state = reader.TextOrNull("state");
            var isOld = reader.IsDBNull("arrival");
            changes = reader.IsDBNull("changes") ? 0 : reader.GetInt64("changes");
            messages.Add(new KeptMessage(
                Message(channel, order, reader), state, reader.GetFieldValue<Instant>("recorded_at"), isOld ? 0 : reader.GetInt64("arrival"), isOld
                && state is not (null or Waiting or Quarantined), Actor.NameIn(reader.TextOrNull("by"))));
        }

        return new KeptOrder(changes, messages);
    }

    /// <summary>
    /// Reads and locks the number of messages of an order, so that none is added until the transaction ends: a request that stores one afterwards also settles
    /// it, and sees what this transaction has recorded.
    /// </summary>
    public static NpgsqlBatchCommand LockChanges(ChannelId channel, string order)
    {
        var command = new NpgsqlBatchCommand($"select changes from {ChannelOrderTables.Orders} where channel = $1 and order_id = $2 for update");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        return command;
    }

    /// <summary>Stores a person's correction. Repeats are compared with the original content, since the channel may send that again.</summary>
    public async Task Correct(OrderMessage message, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with counted as (
              insert into {ChannelOrderTables.Orders} as o (channel, order_id, changes) values ($1, $2, 1)
              on conflict (channel, order_id) do update set changes = o.changes + 1)
            update {ChannelOrderTables.Messages} set occurred_at = $4, reservation = $5, lines = $6, more = $7, state = null
            where channel = $1 and order_id = $2 and id = $3
            """);
        AddKey(command, message.Channel, message.Order, message.Id);
        AddWhat(command, message);
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(message.More, Options));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc cref="AnswersCommand"/>
    public async Task RecordAnswers(ChannelId channel, string order, IReadOnlyList<OrderAnswer> answers, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(AnswersCommand(channel, order, answers));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Records outcomes of messages. A message with a final answer keeps it.</summary>
    public static NpgsqlBatchCommand AnswersCommand(ChannelId channel, string order, IReadOnlyList<OrderAnswer> answers)
    {
        var command = new NpgsqlBatchCommand($"""
            update {ChannelOrderTables.Messages} as m set state = settled.state, answer = settled.answer from unnest($3, $4, $5) as settled (id, state, answer)
            where m.channel = $1 and m.order_id = $2 and m.id = settled.id
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, answers, answer => answer.Id));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, answers, answer => answer.State));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, answers, answer => JsonSerializer.Serialize(answer, Options)));
        return command;
    }

    /// <summary>An order of which all messages wait in quarantine.</summary>
    public async Task MarkQuarantined(string channel, string order, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"update {ChannelOrderTables.Orders} set state = '{Quarantined}' where channel = $1 and order_id = $2 and state is null");
        command.Parameters.AddWithValue(channel);
        command.Parameters.AddWithValue(order);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Records what lists and alerts look for.</summary>
    /// <param name="collectBy">Until when it is to be picked up; null when nobody has said.</param>
    public static NpgsqlBatchCommand Updating(OrderPlan plan, string state, Instant? collectBy)
    {
        var command = new NpgsqlBatchCommand(
            $"update {ChannelOrderTables.Orders} set state = $3, pickup = $4, collect_by = $5 where channel = $1 and order_id = $2");
        command.Parameters.AddWithValue(plan.Channel.Value);
        command.Parameters.AddWithValue(plan.Order);
        command.Parameters.AddWithValue(state);
        command.Parameters.Add(SqlValue.OrNull(plan.State.Pickup?.Value));
        command.Parameters.Add(SqlValue.OrNull(collectBy));
        return command;
    }

    private static OrderMessage Message(ChannelId channel, string order, NpgsqlDataReader reader)
    {
        var more = reader.IsDBNull("more") ? OrderMore.Nothing : JsonSerializer.Deserialize<OrderMore>(reader.GetString("more"), Options)!;
        return new OrderMessage(
            channel, order, reader.GetString("id"), Enum.Parse<OrderMessageType>(reader.GetString("type")),
            reader.ValueOrNull<Instant>("occurred_at"), reader.TextOrNull("reservation"),
            reader.IsDBNull("lines") ? null : JsonSerializer.Deserialize<List<StoredLine>>(reader.GetString("lines"))!.ConvertAll(Line))
        {
            // Older versions marked totals by a column of their own; their orders were single messages.
            More = !reader.IsDBNull("is_standing") && reader.GetBoolean("is_standing") && reader.GetString("type") != nameof(OrderMessageType.Order)
                ? more with { IsTotal = true } : more,
        };
    }

    private static OrderLine Line(StoredLine line) => new(Sku.Parse(line.Sku), line.Quantity)
    {
        Location = line.Location is null ? null : LocationId.Parse(line.Location),
        Status = line.Status,
        Reference = line.Reference,
        ComesBack = line.ComesBack == true,
        AsStated = line.AsStated,
        Kit = line.Kit?.ToKit(Sku.Parse(line.Sku)),
    };

    private static void AddKey(NpgsqlCommand command, ChannelId channel, string order, string id)
    {
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(order);
        command.Parameters.AddWithValue(id);
    }

    private static void AddWhat(NpgsqlCommand command, OrderMessage message)
    {
        command.Parameters.Add(SqlValue.OrNull(message.OccurredAt));
        command.Parameters.Add(SqlValue.OrNull(message.Reservation));
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = message.Lines is { } lines
                ? JsonSerializer.Serialize(
                    lines.Select(line => new StoredLine(
                        line.Sku.Value, line.Quantity, line.Location?.Value, line.Status, line.Reference, line.ComesBack ? true : null, line.AsStated,
                        StoredKit.Of(line.Kit))))
                : DBNull.Value,
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
