using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>A position at an instant.</summary>
/// <param name="Position">As it was; <see cref="StockPosition.Empty"/> before its first event.</param>
/// <param name="Sequence">The newest event that the answer includes.</param>
public readonly record struct PositionThen(PositionKey Key, StockPosition Position, long Sequence);

/// <summary>A position over time.</summary>
/// <param name="Series">Its events, which can be asked for any instants of that time.</param>
/// <param name="Sequence">The newest event that the answer includes.</param>
public readonly record struct PositionThroughout(PositionKey Key, PositionSeries Series, long Sequence);

/// <summary>A question about a length of time concerns more events than one answer may read.</summary>
public sealed class TooManyEventsException : Exception;

/// <summary>
/// Positions at an instant, folded from their events of one snapshot, one after the other: as many as there are take no more memory than one.
/// A fold continues from position checkpoints where there are any that may be used; which those are, and which events need not be read, is what
/// <see cref="PositionCheckpoint"/> says, in SQL.
/// </summary>
public sealed class PositionAsOfReader([FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>What stands for the type of an event where a position checkpoint stands for events.</summary>
    private const string Recorded = "recorded";

    /// <inheritdoc cref="Recorded"/>
    private const string Known = "known";

    /// <inheritdoc cref="Recorded"/>
    private const string Both = "both";

    private static readonly string Corrected = Projections.InventorySchema.EventNames[typeof(MovementCorrected)];

    /// <summary>From when on an event counts for what is known now; null when it is no fact.</summary>
    private static readonly string CountsFrom =
        $"case type when '{Corrected}' then '-infinity' else (data->>'occurredAt')::timestamptz - interval '1 microsecond' end";

    /// <summary>The places of the columns that <see cref="Select"/> returns.</summary>
    private static class Column
    {
        public const int Number = 0, Sku = 1, Location = 2, NewestSequence = 3, NewestVersion = 4, Version = 5, Type = 6, Data = 7,
            RecordedAt = 8, HoldEnds = 9, HoldChannel = 10;
    }

    public async IAsyncEnumerable<PositionThen> All(PositionSelection selection, AsOfQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var folded = Fold(selection, question.At, question.At, question.Knowledge,
            version => new PositionAsOf(question.At, question.Knowledge) { Version = version }, cancellation);
        await foreach (var (key, folding, sequence) in folded)
        {
            yield return new PositionThen(key, folding.Result(), sequence);
        }
    }

    /// <summary>Positions over the time from one instant to another, with what they were before.</summary>
    /// <param name="most">Events that are read altogether.</param>
    /// <exception cref="TooManyEventsException">There are more.</exception>
    public async IAsyncEnumerable<PositionThroughout> Throughout(
        PositionSelection selection, Instant from, Instant to, Knowledge knowledge, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (key, series, sequence) in Fold(selection, from, to, knowledge, _ => new PositionSeries(knowledge), cancellation, most))
        {
            yield return new PositionThroughout(key, series, sequence);
        }
    }

    /// <param name="first">The first instant that is asked about.</param>
    /// <param name="last">The last instant that is asked about.</param>
    /// <param name="begin">What a position's events are read into, by the number of its events.</param>
    /// <param name="most">Events that are read altogether.</param>
    /// <exception cref="TooManyEventsException">There are more.</exception>
    private async IAsyncEnumerable<(PositionKey Key, TFold Folding, long Sequence)> Fold<TFold>(
        PositionSelection selection, Instant first, Instant last, Knowledge knowledge, Func<long, TFold> begin,
        [EnumeratorCancellation] CancellationToken cancellation, int most = int.MaxValue)
        where TFold : IPositionFold
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        var keys = selection.AddTo(command.Parameters);
        command.CommandText = Select(keys, Parameter(first), Parameter(last), knowledge);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (number, key, sequence, read) = (0L, default(PositionKey), 0L, 0L);
        var folding = begin(0);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetInt64(Column.Number) != number)
            {
                if (number > 0)
                {
                    yield return (key, folding, sequence);
                }

                (number, sequence) = (reader.GetInt64(Column.Number), reader.GetInt64(Column.NewestSequence));
                key = new PositionKey(Sku.Parse(reader.GetString(Column.Sku)), LocationId.Parse(reader.GetString(Column.Location)));
                folding = begin(reader.IsDBNull(Column.NewestVersion) ? 0 : reader.GetInt64(Column.NewestVersion));
            }

            if (!reader.IsDBNull(Column.Version))
            {
                Take(reader, folding);
                read++;
            }

            if (read > most)
            {
                throw new TooManyEventsException();
            }
        }

        if (number > 0)
        {
            yield return (key, folding, sequence);
        }

        string Parameter(Instant instant)
        {
            command.Parameters.AddWithValue(instant);
            return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
        }
    }

    private static void Take(NpgsqlDataReader row, IPositionFold folding)
    {
        var (version, type, data) = (row.GetInt64(Column.Version), row.GetString(Column.Type), row.GetFieldValue<byte[]>(Column.Data));
        switch (type)
        {
            case Both:
                var balance = BalanceTable.ReadState(version, data);
                folding.GoOnFromRecorded(balance);
                folding.GoOnFromKnown(balance);
                break;
            case Recorded:
                folding.GoOnFromRecorded(BalanceTable.ReadState(version, data));
                break;
            case Known:
                folding.GoOnFromKnown(BalanceTable.ReadState(version, data));
                break;
            default:
                var happened = StoredEvents.Of(StoredEvents.Read(type, data), row.IsDBNull(Column.HoldChannel) ? null : row.GetString(Column.HoldChannel));
                folding.Add(new RecordedEvent(row.GetFieldValue<Instant>(Column.RecordedAt), happened, row.IsDBNull(Column.HoldEnds) ? null
                    : row.GetFieldValue<Instant>(Column.HoldEnds)), version);
                break;
        }
    }

    /// <summary>
    /// The tail, the events after the last position checkpoint, is in no position checkpoint yet: it is read first. The text of an instant is rounded to a
    /// microsecond, so facts are taken to count from one before it.
    /// </summary>
    /// <param name="keys">The query for the positions.</param>
    /// <param name="first">The parameter of the instant by which checkpoints may be used.</param>
    /// <param name="last">The parameter of the instant until which events are read.</param>
    private static string Select(string keys, string first, string last, Knowledge knowledge)
    {
        var isNow = knowledge == Knowledge.Now;
        return $"""
             select p.n, p.sku, p.location, newest.sequence, coalesce(tail.version, last.version), e.version, e.type,
               e.data, e.timestamp, e.hold_ends, e.hold_channel
             from (select row_number() over (order by sku, location) as n, sku, location, sku || '@' || location as stream from ({keys}) as k) as p
             cross join (select coalesce(max(seq_id), 0) as sequence from {Schema}.mt_events) as newest
             left join lateral (select version from {AuditTables.Balances} where stream = p.stream order by version desc limit 1) as last on true
             cross join lateral (
               select max(version) as version, min(timestamp) as recorded_from, {(isNow ? $"min({CountsFrom})" : "'infinity'::timestamptz")} as counts_from
               from (select * from {EventHistory.Of("p.stream", from: "coalesce(last.version, 0) + 1")} offset 0) as after) as tail
             left join lateral (
               select version from {AuditTables.Balances}
               where stream = p.stream and recorded_until <= {first} order by version desc limit 1) as recorded on true
             left join lateral (
               select version from {AuditTables.Balances}
               where {(isNow
                   ? $"stream = p.stream and occurred_until <= {first} and not overtaken and occurred_until <= coalesce(tail.counts_from, 'infinity')"
                   : "false")}
               order by version desc limit 1) as known on true
             left join lateral (
               select 0 as place, version, case when recorded.version = known.version then '{Both}'
                 when version = recorded.version then '{Recorded}' else '{Known}' end as type,
                 state as data, null::timestamptz as timestamp, null::timestamptz as hold_ends, null::text as hold_channel
               from {AuditTables.Balances} where stream = p.stream and version in (recorded.version, known.version)
               union all
               select 1, e.*
               from (
                 select after, version from {AuditTables.Balances}
                 where stream = p.stream
                   and version > {(isNow ? "least(coalesce(recorded.version, 0), coalesce(known.version, 0))" : "coalesce(recorded.version, 0)")}
                   and (version > coalesce(recorded.version, 0)
                     and recorded_from <= {last} {(isNow ? $"or version > coalesce(known.version, 0) and counts_from <= {last}" : "")})
                 union all
                 select coalesce(last.version, 0), tail.version where tail.recorded_from <= {last} or tail.counts_from <= {last}) as part
               cross join lateral (
                 select version, type, data, timestamp, {ReservationTable.HoldEnds("history")} as hold_ends,
                   {ReservationTable.HoldChannel("history")} as hold_channel
                 from {EventHistory.Of("p.stream", from: "part.after + 1", to: "part.version")}
                 where timestamp <= {last} {(isNow ? $"or {CountsFrom} <= {last}" : "")} order by version offset 0) as e) as e on true
             order by p.sku, p.location, e.place, e.version
             """;
    }
}
