using System.Data;
using System.Globalization;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Oversells;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Positions.Events;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <summary>The first published quantity that was too low for an order.</summary>
/// <param name="Sequence">Its number in the channel's sequence.</param>
/// <param name="Quantity">The quantity in units.</param>
/// <param name="At">When it was calculated.</param>
/// <param name="ByRule">Whether a rule and no event of stock caused it.</param>
/// <param name="SentAt">When it, or a newer one instead, was sent.</param>
/// <param name="AcknowledgedAt">When the channel acknowledged it, or a newer one instead.</param>
public sealed record FallenNumber(long Sequence, decimal Quantity, Instant At, bool ByRule, Instant? SentAt, Instant? AcknowledgedAt);

/// <summary>An event of the SKU between the last quantity that was enough and the order.</summary>
/// <param name="Type">As in the events of a position.</param>
/// <param name="Change">What it added to on-hand; of a hold, minus what it added to reserved.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Id">Of the movement or the reservation.</param>
/// <param name="Caused">Whether it caused the quantity that was too low.</param>
public sealed record EventBetween(Guid Event, string Location, string Type, decimal Change, Instant OccurredAt, Instant RecordedAt, string Id, bool Caused);

/// <summary>The explanation of an oversell of one SKU of an order.</summary>
public sealed record OversellExplained(OversellVerdict Verdict, FallenNumber? Fell, IReadOnlyList<EventBetween> Events, EventBetween? Taken);

/// <summary>Explains, on request, why an order could not be filled.</summary>
public sealed class ExplainOversell(NpgsqlDataSource database)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>The most events that are shown: the newest ones.</summary>
    private const int MostEvents = 200;

    /// <summary>A quantity is calculated a moment after its event, so events are searched from this long before it.</summary>
    private static readonly Duration Before = Duration.FromMinutes(1);

    /// <summary>Where no published quantity ever was enough, events of this time before the order are shown.</summary>
    private static readonly Duration BeforeAnOrder = Duration.FromHours(1);

    private static readonly string NumbersSql =
        $"""
        with enough as (
          select sequence, at from {PublicationTables.Change} where channel = $1 and sku = $2 and quantity >= $3 and at <= $4 order by sequence desc limit 1
        ), fell as (
          select change.sequence, change.quantity, change.at, change.causes, change.sent_at, change.acknowledged_at
          from {PublicationTables.Change} as change, enough
          where channel = $1 and sku = $2 and change.sequence > enough.sequence and (change.at <= $4 or change.causes @> to_jsonb($5::text))
            order by change.sequence limit 1
        )
        select enough.at as enough_at, fell.sequence, fell.quantity, fell.at as fell_at, fell.causes::text as causes,
          not exists (
            select from {Schema}.{PositionTable.Name} as p cross join lateral (
              select from {EventHistory.Of("p.sku || '@' || p.location")} where fell.causes @> to_jsonb(id::text) offset 0) as cause
            where p.sku = $2) as by_rule,
          fell.sent_at as its_sent_at, fell.acknowledged_at as its_acknowledged_at,
          case when now.sent_sequence >= fell.sequence then now.sent_at end as sent_at,
          case when now.acknowledged_sequence >= fell.sequence then now.acknowledged_at end as acknowledged_at,
          (select shows from {ChannelTables.Drifts} where channel = $1 and sku = $2 and at <= $4 and at >= $6 order by at desc limit 1) as shows,
          (select (data->>'settings')::jsonb->>'promiseSeconds' from {Schema}.mt_doc_channel where id = $1) as promise_seconds,
          (select coalesce(first.at > $4, h.complete_from > 1) from {PublicationTables.Head} as h
            left join lateral (select at from {PublicationTables.Change} where channel = $1 and sequence >= h.complete_from
              order by sequence limit 1) as first on true where h.channel = $1 and h.complete_from > 1) as has_aged_out
        from (select 1) as one left join enough on true left join fell on true left join {PublicationTables.Publication} as now on now.channel = $1
          and now.sku = $2
        """;

    /// <summary>Events after the order's arrival are left out, since they may be its own hold, except for the event that was recorded as the cause.</summary>
    private static readonly string EventsSql =
        $"""
        select e.id, p.location, e.type, e.data, e.timestamp from {Schema}.{PositionTable.Name} as p cross join lateral (
          select id, seq_id, type, data, timestamp from {EventHistory.Of("p.sku || '@' || p.location")}
          where id = $4 or timestamp <= $3 and (timestamp > $2 or $5::jsonb @> to_jsonb(id::text)) order by version desc limit {MostEvents}) as e
        where p.sku = $1 order by e.seq_id desc limit {MostEvents}
        """;

    public async Task<OversellExplained> Read(ChannelId channel, Instant placedAt, Instant arrivedAt, Oversold oversold, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (story, fell, causes, enoughAt) = await ReadNumbers(connection, channel, placedAt, arrivedAt, oversold, cancellation);
        var since = enoughAt is { } at ? at - Before : arrivedAt - BeforeAnOrder;
        var events = await ReadEvents(connection, oversold, since, arrivedAt, causes, cancellation);

        // The event that lowered the published quantity; where none has yet, the newest that took units.
        var (taken, taking) = events.LastOrDefault(one => one.Shown.Caused && one.Taken is not null) is { Shown: not null } cause
            ? cause
            : events.LastOrDefault(one => one.Shown.Event == oversold.TakenBy);
        return new OversellExplained(
            OversellVerdict.Of(story with { Taken = taking }), fell, [.. events.Select(one => one.Shown)], fell is { ByRule: true } ? null : taken);
    }

    private static async Task<(OversellStory Story, FallenNumber? Fell, string Causes, Instant? EnoughAt)> ReadNumbers(
        NpgsqlConnection connection, ChannelId channel, Instant placedAt, Instant arrivedAt, Oversold oversold, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(NumbersSql, connection);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(oversold.Sku);
        command.Parameters.AddWithValue(oversold.Requested);
        command.Parameters.AddWithValue(arrivedAt);
        command.Parameters.Add(SqlValue.OrNull(oversold.TakenBy?.ToString()));
        command.Parameters.AddWithValue(oversold.Acknowledged.AcknowledgedAt ?? Instant.FromUnixTimeTicks(0));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var published = oversold.Acknowledged;
        FallenNumber? fell = null;
        if (!reader.IsDBNull("sequence"))
        {
            // Its own times, where it was acknowledged itself; otherwise those of a newer quantity that was sent in its place. Of these the state when the
            // order came is more exact than the current one, where it is new enough.
            var (sentAt, acknowledgedAt) = (reader.ValueOrNull<Instant>("its_sent_at"), reader.ValueOrNull<Instant>("its_acknowledged_at"));
            if (acknowledgedAt is null)
            {
                (sentAt, acknowledgedAt) = published.Sequence >= reader.GetInt64("sequence")
                    ? (published.SentAt, published.AcknowledgedAt)
                    : (reader.ValueOrNull<Instant>("sent_at"), reader.ValueOrNull<Instant>("acknowledged_at"));
            }

            fell = new FallenNumber(
                reader.GetInt64("sequence"), reader.GetDecimal("quantity"), reader.GetFieldValue<Instant>("fell_at"), reader.GetBoolean("by_rule"),
                sentAt, acknowledgedAt);
        }

        var story = new OversellStory(placedAt, oversold.Requested, oversold.Held)
        {
            Acknowledged = published.Quantity,
            HasNoName = published.Error == BatchPublisher.NotMapped,
            Shows = reader.ValueOrNull<decimal>("shows"),
            WasEnough = !reader.IsDBNull("enough_at"),
            HasAgedOut = reader.ValueOrNull<bool>("has_aged_out") ?? false,
            Fell = fell is null ? null : new NumberFell(fell.At, fell.ByRule, fell.AcknowledgedAt),
            Free = oversold.Free,
        };
        if (!reader.IsDBNull("promise_seconds") && int.TryParse(reader.GetString("promise_seconds"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seconds))
        {
            story = story with { Promise = Duration.FromSeconds(seconds) };
        }

        return (story, fell, reader.IsDBNull("causes") ? "[]" : reader.GetString("causes"), reader.ValueOrNull<Instant>("enough_at"));
    }

    /// <summary>Oldest first.</summary>
    private static async Task<List<(EventBetween Shown, UnitsTaken? Taken)>> ReadEvents(
        NpgsqlConnection connection, Oversold oversold, Instant since, Instant until, string causes, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EventsSql, connection);
        command.Parameters.AddWithValue(oversold.Sku);
        command.Parameters.AddWithValue(since);
        command.Parameters.AddWithValue(until);
        command.Parameters.Add(SqlValue.OrNull(oversold.TakenBy));
        command.Parameters.AddWithValue(NpgsqlDbType.Jsonb, causes);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(EventBetween, UnitsTaken?)> events = [];
        while (await reader.ReadAsync(cancellation))
        {
            var (id, recordedAt) = (reader.GetGuid("id"), reader.GetFieldValue<Instant>("timestamp"));
            var happened = StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data"));
            var (change, occurredAt, name) = happened switch
            {
                StockFact fact => (fact.Change, fact.OccurredAt, fact.Id),
                ReservationEvent reservation => (-reservation.Change, recordedAt, reservation.Reservation),
                _ => (0, recordedAt, ""),
            };
            var shown = new EventBetween(
                id, reader.GetString("location"), ListPositionEvents.Word(happened), change, occurredAt, recordedAt, name,
                causes.Contains(id.ToString(), StringComparison.Ordinal));
            events.Add((shown, UnitsTaken.By(happened, recordedAt)));
        }

        events.Reverse();
        return events;
    }
}
