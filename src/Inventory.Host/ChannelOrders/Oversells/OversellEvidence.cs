using System.Data;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <summary>The evidence of an oversell: the quantity that the channel had acknowledged, and the event that took the units.</summary>
public sealed class OversellEvidence(NpgsqlDataSource database)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>How many of the newest events of each position are searched.</summary>
    private const int LookedAt = 100;

    private static readonly string Sql =
        $"""
        select published.acknowledged_sequence, published.acknowledged_quantity,
          (select at from {PublicationTables.Change} where channel = $1 and sequence = published.acknowledged_sequence) as changed_at,
          -- What is on its way since then was not what the channel had.
          case when published.sent_sequence = published.acknowledged_sequence then published.sent_at end as sent_at, published.acknowledged_at,
          taken.id as taken_by, taken.timestamp as taken_at,
          -- A number that has just changed, as by this order's own hold, has no error until it is refused as well.
          coalesce(published.error, case when not exists (select from {ChannelTables.Mappings} where channel = $1 and sku = $2)
            and (select data->>'adapter' from {Schema}.mt_doc_channel where id = $1) = any($5) then $6 end) as error,
          (select coalesce(sum(greatest(on_hand - unsellable - reserved, 0)), 0) from {Schema}.{PositionTable.Name}
            where sku = $2 and ($4::text[] is null or location = any($4))) as free
        from (select 1) as one
        left join {PublicationTables.Publication} as published on published.channel = $1 and published.sku = $2
        left join lateral (
          select e.id, e.timestamp from {Schema}.{PositionTable.Name} as position
          cross join lateral (
            select id, timestamp, seq_id, type, data
              from {EventHistory.Of("position.sku || '@' || position.location", from: $"position.version - {LookedAt - 1}")}
            order by version desc limit {LookedAt}) as e
          where position.sku = $2 and (e.data->>'reservation' = $3 and coalesce(e.data->>'channel', $1) = $1) is not true
            and case when e.type in ('stock_reserved', 'reservation_changed') then (e.data->>'change')::numeric > 0 else
            e.type not in ('reservation_confirmed', 'reservation_released', 'reservation_expired') and (e.data->>'change')::numeric < 0 end
          order by e.seq_id desc limit 1) as taken on true
        """;

    /// <param name="ordered">Of which there is too little; what took the units of a kit took those of the component that limits it.</param>
    public async Task<Oversold> Read(ChannelId channel, OrderedSku ordered, string reservation, CancellationToken cancellation)
    {
        var evidence = await Read(channel, ordered.Sku, ordered.Wanted, ordered.Open - ordered.Missing, reservation, cancellation);
        List<(KitComponent Of, Oversold Evidence)> components = [];
        foreach (var component in ordered.Components)
        {
            components.Add((component, await Read(channel, component.Sku, ordered.Wanted, 0, reservation, cancellation)));
        }

        if (components.Count == 0)
        {
            return evidence;
        }

        var (limiting, taken) = components.MinBy(one => one.Evidence.Free / one.Of.Quantity);
        return evidence with { Component = limiting.Sku.Value, TakenBy = taken.TakenBy, TakenAt = taken.TakenAt, Free = taken.Free };
    }

    /// <param name="sku">Of which there is too little.</param>
    /// <param name="wanted">Where the order wants it.</param>
    /// <param name="held">Of what it asks for.</param>
    private async Task<Oversold> Read(
        ChannelId channel, Sku sku, IReadOnlyCollection<WantedUnits> wanted, decimal held, string reservation, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.AddWithValue(reservation);
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = wanted.All(line => line.Location is not null) ? wanted.Select(line => line.Location!.Value.Value).ToArray() : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        command.Parameters.AddWithValue(Adapters.NeedingMapping);
        command.Parameters.AddWithValue(BatchPublisher.NotMapped);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Oversold(
            sku.Value, wanted.Sum(line => line.Quantity), held,
            new LastAcknowledged(reader.ValueOrNull<long>("acknowledged_sequence"), reader.ValueOrNull<decimal>("acknowledged_quantity"),
            reader.ValueOrNull<Instant>("changed_at"), reader.ValueOrNull<Instant>("sent_at"), reader.ValueOrNull<Instant>("acknowledged_at"))
            {
                Error = reader.TextOrNull("error"),
            },
            reader.ValueOrNull<Guid>("taken_by"), reader.ValueOrNull<Instant>("taken_at"))
        {
            Free = reader.GetDecimal("free"),
        };
    }
}
