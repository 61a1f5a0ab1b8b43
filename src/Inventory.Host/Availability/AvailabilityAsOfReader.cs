using System.Collections.Immutable;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// What an answer about a past instant is made from: a SKU's positions, orders and ring-fences' use as they were, folded from its events of one
/// snapshot, beside the rules of that instant. The same formula answers.
/// </summary>
public sealed class AvailabilityAsOfReader(NpgsqlDataSource database, PlanCache planning)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>The places of the columns of <see cref="Select"/>.</summary>
    private static class Column
    {
        public const int NewestSequence = 0, Location = 1, Type = 2, Data = 3, RecordedAt = 4, HoldChannel = 5, HoldEnds = 6;
    }

    /// <summary>
    /// What was recorded later does not count for what was known then: the server need not send it. Parameters: SKU, instant, whether later ones count.
    /// </summary>
    private static readonly string Select =
        $"""
         select newest.sequence, found.location, found.type, found.data, found.timestamp, {ReservationTable.HoldChannel("found")},
           {ReservationTable.HoldEnds("found")}
         from (select coalesce(max(seq_id), 0) as sequence from {Schema}.mt_events) as newest
         left join (
           select p.location, e.*
           from {Schema}.{PositionTable.Name} p
           cross join lateral (
             select seq_id, type, data, timestamp from {EventHistory.Of("p.sku || '@' || p.location")} where $3 or timestamp <= $2 offset 0) as e
           where p.sku = $1) as found on true
         order by found.seq_id
         """;

    public async Task<AvailabilityInputs> Of(Sku sku, AsOfQuestion question, CancellationToken cancellation)
    {
        var positions = new Dictionary<LocationId, (PositionAsOf Position, Instant? RecordedAt)>();
        var holds = new HoldsAsOf(sku, new RuleHistory(planning.Book, question.Knowledge));
        var book = new StockCache();
        await using var command = database.CreateCommand(Select);
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = question.At });
        command.Parameters.AddWithValue(question.Knowledge == Knowledge.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            book.Seen(reader.GetInt64(Column.NewestSequence));
            if (!reader.IsDBNull(Column.Location))
            {
                Take(reader);
            }
        }

        Put(book, sku, positions.Select(position => (position.Key, position.Value.Position.Result(), position.Value.RecordedAt ?? question.At)),
            holds.At(question.At));
        return new AvailabilityInputs(book, planning.AsOf(question.At, question.Knowledge), question.At, IsMemory: false, question);

        void Take(NpgsqlDataReader row)
        {
            var (location, recordedAt) = (LocationId.Parse(row.GetString(Column.Location)), row.GetFieldValue<Instant>(Column.RecordedAt));
            var happened = StoredEvents.Of(StoredEvents.Read(row.GetString(Column.Type), row.GetFieldValue<byte[]>(Column.Data)),
                row.IsDBNull(Column.HoldChannel) ? null : row.GetString(Column.HoldChannel));
            Instant? holdEnds = row.IsDBNull(Column.HoldEnds) ? null : row.GetFieldValue<Instant>(Column.HoldEnds);
            var known = positions.GetValueOrDefault(location, (new PositionAsOf(question.At, question.Knowledge), null));
            known.Position.Add(new RecordedEvent(recordedAt, happened, holdEnds));
            positions[location] = recordedAt <= question.At ? (known.Position, recordedAt) : known;
            if (recordedAt <= question.At)
            {
                var replayed = ReplayedEvent.Of(location, recordedAt, happened);
                holds.Add(holdEnds is null ? replayed : replayed with { HoldEnds = holdEnds });
            }
        }
    }

    private static void Put(
        StockCache book, Sku sku, IEnumerable<(LocationId Location, StockPosition Position, Instant RecordedAt)> positions,
        (IReadOnlyList<KeptUnits> Kept, IReadOnlyDictionary<string, decimal> FencedUse) holds)
    {
        foreach (var order in holds.Kept.GroupBy(units => (units.Order, units.Channel)))
        {
            // Holds that had expired by then are left out already, so no expiry is left to apply.
            book.Put(new Reservation
            {
                Id = order.Key.Order,
                Channel = order.Key.Channel,
                State = ReservationState.Confirmed,
                Lines = [new ReservedLine(sku, null, [.. order.Select(units => new SourcedUnits(units.Location, units.Quantity, Fulfilled: 0))])],
                Request = "",
                Version = 1,
            });
        }

        book.Put(sku, new FencedUse(1, holds.FencedUse.Where(use => use.Value != 0).ToImmutableSortedDictionary(StringComparer.Ordinal)));
        foreach (var (location, position, recordedAt) in positions)
        {
            book.Put(new PositionKey(sku, location), position, recordedAt);
        }
    }
}
