using System.Collections.Immutable;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Availability.Query;

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
        public const int NewestSequence = 0, Location = 1, Type = 2, Data = 3, RecordedAt = 4, HoldChannel = 5, HoldEnds = 6, Sku = 7;
    }

    /// <summary>
    /// What was recorded later does not count for what was known then: the server need not send it. Parameters: SKUs, instant, whether later ones count.
    /// </summary>
    private static readonly string Select = EventsWhere("$3 or timestamp <= $2", "seq_id");

    /// <summary>Of those, events of holds alone, in the order of recording. Parameters: SKUs, instant, the names of such events.</summary>
    private static readonly string SelectHolds = EventsWhere(
        $"timestamp <= $2 and (type = any($3) or type = '{Projections.InventorySchema.EventNames[typeof(StockSold)]}' and data ? 'fulfilled')", "timestamp, seq_id");

    private static readonly string[] HoldEvents =
        [.. Projections.InventorySchema.EventNames.Where(name => name.Key.IsAssignableTo(typeof(ReservationEvent)) || name.Key == typeof(ReservationFulfilled))
            .Select(name => name.Value)];

    private static string EventsWhere(string condition, string order) =>
        $"""
         select newest.sequence, found.location, found.type, found.data, found.timestamp, {ReservationTable.HoldChannel("found")},
           {ReservationTable.HoldEnds("found")}, found.sku
         from (select coalesce(max(seq_id), 0) as sequence from {Schema}.mt_events) as newest
         left join (
           select p.sku, p.location, e.*
           from {Schema}.{PositionTable.Name} p
           cross join lateral (
             select seq_id, type, data, timestamp from {EventHistory.Of("p.sku || '@' || p.location")} where {condition} offset 0) as e
           where p.sku = any($1)) as found on true
         order by {string.Join(", ", order.Split(", ").Select(column => $"found.{column}"))}
         """;

    public async Task<AvailabilityInputs> Of(Sku sku, AsOfQuestion question, CancellationToken cancellation)
    {
        var plan = planning.AsOf(question.At, question.Knowledge);
        var rules = new RuleHistory(planning.Book, question.Knowledge);
        var skus = (plan.Rules.Kit(sku)?.Components.Select(component => component.Sku) ?? []).Prepend(sku).Distinct()
            .ToDictionary(one => one, one => new SkuAsOf(one, question, rules));
        var book = new StockCache();
        await using var command = database.CreateCommand(Select);
        command.Parameters.AddWithValue(skus.Keys.Select(one => one.Value).ToArray());
        command.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = question.At });
        command.Parameters.AddWithValue(question.Knowledge == Knowledge.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            book.Seen(reader.GetInt64(Column.NewestSequence));
            if (!reader.IsDBNull(Column.Location))
            {
                skus[Sku.Parse(reader.GetString(Column.Sku))].Add(reader);
            }
        }

        foreach (var reservation in skus.Values.SelectMany(one => one.Lines()).GroupBy(line => (line.Order, line.Channel)))
        {
            // Holds that had expired by then are left out already, so no expiry is left to apply.
            book.Put(new Reservation
            {
                Id = reservation.Key.Order,
                Channel = reservation.Key.Channel,
                State = ReservationState.Confirmed,
                Lines = [.. reservation.Select(line => line.Line)],
                Request = "",
                Version = 1,
            });
        }

        foreach (var one in skus.Values)
        {
            one.Put(book);
        }

        return new AvailabilityInputs(book, plan, question.At, IsMemory: false, question);
    }

    /// <summary>What was used of a SKU's fixed ring-fences at each of these instants.</summary>
    /// <param name="rules">All rules over time.</param>
    /// <param name="instants">Ascending, at least one.</param>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, decimal>>> FencedUse(
        Sku sku, RuleHistory rules, IReadOnlyList<Instant> instants, CancellationToken cancellation)
    {
        var holds = new HoldsAsOf(sku, rules);
        List<IReadOnlyDictionary<string, decimal>> use = [];
        await using var command = database.CreateCommand(SelectHolds);
        command.Parameters.AddWithValue(new[] { sku.Value });
        command.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = instants[^1] });
        command.Parameters.AddWithValue(HoldEvents);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.IsDBNull(Column.Location))
            {
                continue;
            }

            var (recordedAt, happened, holdEnds) = Read(reader);
            TakeUntil(recordedAt);
            var replayed = ReplayedEvent.Of(LocationId.Parse(reader.GetString(Column.Location)), recordedAt, happened);
            holds.Add(holdEnds is null ? replayed : replayed with { HoldEnds = holdEnds });
        }

        TakeUntil(Instant.MaxValue);
        return use;

        // Those that had passed when this was recorded.
        void TakeUntil(Instant recordedAt)
        {
            while (use.Count < instants.Count && instants[use.Count] < recordedAt)
            {
                use.Add(holds.At(instants[use.Count]).FencedUse.Where(used => used.Value != 0).ToDictionary(used => used.Key, used => used.Value));
            }
        }
    }

    private static (Instant RecordedAt, StockEvent Happened, Instant? HoldEnds) Read(NpgsqlDataReader row) => (
        row.GetFieldValue<Instant>(Column.RecordedAt),
        StoredEvents.Of(StoredEvents.Read(row.GetString(Column.Type), row.GetFieldValue<byte[]>(Column.Data)),
            row.IsDBNull(Column.HoldChannel) ? null : row.GetString(Column.HoldChannel)),
        row.IsDBNull(Column.HoldEnds) ? null : row.GetFieldValue<Instant>(Column.HoldEnds));

    /// <summary>One SKU, folded from its events.</summary>
    private sealed class SkuAsOf(Sku sku, AsOfQuestion question, RuleHistory rules)
    {
        private readonly Dictionary<LocationId, (PositionAsOf Position, Instant? RecordedAt)> _positions = [];
        private readonly HoldsAsOf _holds = new(sku, rules);

        public void Add(NpgsqlDataReader row)
        {
            var location = LocationId.Parse(row.GetString(Column.Location));
            var (recordedAt, happened, holdEnds) = Read(row);
            var known = _positions.GetValueOrDefault(location, (new PositionAsOf(question.At, question.Knowledge), null));
            known.Position.Add(new RecordedEvent(recordedAt, happened, holdEnds));
            _positions[location] = recordedAt <= question.At ? (known.Position, recordedAt) : known;
            if (recordedAt <= question.At)
            {
                var replayed = ReplayedEvent.Of(location, recordedAt, happened);
                _holds.Add(holdEnds is null ? replayed : replayed with { HoldEnds = holdEnds });
            }
        }

        /// <summary>What each order kept of it.</summary>
        public IEnumerable<(string Order, ChannelId Channel, ReservedLine Line)> Lines() =>
            from units in _holds.At(question.At).Kept
            group units by (units.Order, units.Channel) into order
            select (order.Key.Order, order.Key.Channel,
                new ReservedLine(sku, null, [.. order.Select(units => new SourcedUnits(units.Location, units.Quantity, Fulfilled: 0))]));

        public void Put(StockCache book)
        {
            var use = _holds.At(question.At).FencedUse.Where(use => use.Value != 0).ToImmutableSortedDictionary(StringComparer.Ordinal);
            book.Put(sku, new FencedUse(1, use));
            foreach (var (location, (position, recordedAt)) in _positions)
            {
                book.Put(new PositionKey(sku, location), position.Result(), recordedAt ?? question.At);
            }
        }
    }
}
