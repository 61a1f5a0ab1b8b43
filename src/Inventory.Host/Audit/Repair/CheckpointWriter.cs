using System.Data;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>
/// Makes position checkpoints of positions every few events, so that a question about the past folds the events of some hours and not of years. Done
/// by the writer of the chains, in the same transaction: one at a time, behind the writers, and each event is read for it once.
/// </summary>
internal static class CheckpointWriter
{
    /// <summary>No stream with fewer events has a position checkpoint.</summary>
    public static readonly long First = PositionCheckpoint.Beginning.Next;

    /// <summary>A history without position checkpoints gets those of so many events at a time.</summary>
    private const int MostEvents = 4_096;

    /// <summary>Of these streams, which are at these versions: those where a position checkpoint is due, with the last one.</summary>
    private static readonly string SelectDue =
        $"""
         select wanted.stream as due, wanted.head, b.*
         from unnest($1, $2) as wanted(stream, head)
         left join lateral (select {BalanceTable.Columns}, next from {AuditTables.Balances} b where b.stream = wanted.stream
           order by version desc limit 1) as b on true
         where wanted.head >= coalesce(b.next, {First})
         """;

    private static readonly string SelectEvents =
        $"""
         select wanted.n, e.*
         from unnest($1, $2, $3) with ordinality as wanted(stream, first, last, n)
         cross join lateral (
           select version, type, data, timestamp, {ReservationTable.HoldEnds("history")} as hold_ends, {ReservationTable.HoldChannel("history")} as hold_channel
             from {EventHistory.Of("wanted.stream", from: "wanted.first", to: "wanted.last")} order by version offset 0) as e
         order by wanted.n, e.version
         """;

    /// <summary>What was corrected, by the number of the question. It may be in any year, as it was when the correction was decided.</summary>
    private static readonly string SelectCorrected =
        $"""
         select wanted.n - 1 as number, min(e.version) as version
         from unnest($1, $2, $3, $4) with ordinality as wanted(stream, before, source, id, n)
         cross join lateral (select version, data from {EventHistory.Of("wanted.stream", to: "wanted.before")} offset 0) as e
         where e.data->>'source' = wanted.source and e.data->>'id' = wanted.id
         group by wanted.n
         """;

    /// <summary>
    /// <see cref="PositionCheckpoint.IsOvertakenBy"/> what comes after: of position checkpoints before a version all from one on, since neither instants nor
    /// versions fall.
    /// </summary>
    private const string Overtake =
        $"""
         update {AuditTables.Balances} b set overtaken = true
         from unnest($1, $2, $3, $4) as w(stream, version, occurred_from, corrected)
         where b.stream = w.stream and b.version < w.version and not b.overtaken and b.version > coalesce(
           (select o.version from {AuditTables.Balances} o
            where o.stream = w.stream and o.version < w.version and o.occurred_until <= w.occurred_from and o.version < w.corrected
              order by o.version desc limit 1), 0)
         """;

    /// <summary>Makes what is due of these streams.</summary>
    /// <param name="connection">In a transaction that holds the lock on making position checkpoints.</param>
    /// <returns>How many were made; after 0 none of these streams has more to come.</returns>
    public static async Task<int> Make(NpgsqlConnection connection, IReadOnlyList<string> streams, IReadOnlyList<long> heads, CancellationToken cancellation)
    {
        var due = await ReadDue(connection, streams, heads, cancellation);
        if (due.Count == 0)
        {
            return 0;
        }

        var made = await Fold(connection, due, cancellation);
        await using (var insert = new NpgsqlCommand(BalanceTable.Insert, connection))
        {
            BalanceTable.AddRows(insert.Parameters, made.ConvertAll(one => (one.Stream, one.Balance)));
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        var overtaking = made.FindAll(one => one.Corrected != long.MaxValue || one.OccurredFrom < one.Last.OccurredUntil);
        if (overtaking.Count > 0)
        {
            await using var overtake = new NpgsqlCommand(Overtake, connection);
            overtake.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, overtaking, one => one.Stream));
            overtake.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, overtaking, one => one.Balance.Version));
            overtake.Parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, overtaking, one => one.OccurredFrom));
            overtake.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, overtaking, one => one.Corrected));
            await overtake.ExecuteNonQueryAsync(cancellation);
        }

        return made.Count;
    }

    /// <summary>The last version up to this one at which a position checkpoint can be due. Who has not passed one since the last time need not ask.</summary>
    public static long Due(long version) => version / PositionCheckpoint.Events * PositionCheckpoint.Events;

    private static async Task<List<(string Stream, long Head, PositionCheckpoint Last)>> ReadDue(
        NpgsqlConnection connection, IReadOnlyList<string> streams, IReadOnlyList<long> heads, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectDue, connection);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, streams, stream => stream));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, heads, head => head));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<(string, long, PositionCheckpoint)>();
        while (await reader.ReadAsync(cancellation))
        {
            if ((reader.IsDBNull("state") ? PositionCheckpoint.Beginning : BalanceTable.TryRead(reader, 2)) is { } last)
            {
                due.Add((reader.GetString("due"), reader.GetInt64("head"), last));
            }
        }

        return due;
    }

    private static async Task<List<Made>> Fold(
        NpgsqlConnection connection, List<(string Stream, long Head, PositionCheckpoint Last)> due, CancellationToken cancellation)
    {
        var made = new List<Made>();
        var corrections = new List<(int Made, MovementCorrected Correction)>();
        await using (var command = new NpgsqlCommand(SelectEvents, connection) { CommandTimeout = 0 })
        {
            command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, due, one => one.Stream));
            command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, due, one => one.Last.Version + 1));
            command.Parameters.Add(SqlArray.Of(
                NpgsqlDbType.Bigint, due, one => Math.Min(Due(one.Head), Math.Max(one.Last.Next, one.Last.Version + MostEvents))));
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var (at, stream) = (-1, default(Folding));
            while (await reader.ReadAsync(cancellation))
            {
                var index = (int)reader.GetInt64(Column.Number) - 1;
                if (index != at)
                {
                    (at, stream) = (index, new Folding(due[index].Stream, due[index].Last, made, corrections));
                }

                stream!.Add(reader);
            }
        }

        if (corrections.Count > 0)
        {
            await FindCorrected(connection, made, corrections, cancellation);
        }

        return made;
    }

    private static async Task FindCorrected(
        NpgsqlConnection connection, List<Made> made, List<(int Made, MovementCorrected Correction)> corrections, CancellationToken cancellation)
    {
        // One that nothing is found of may be about anything.
        foreach (var (index, _) in corrections)
        {
            made[index] = made[index] with { Corrected = 0 };
        }

        await using var command = new NpgsqlCommand(SelectCorrected, connection) { CommandTimeout = 0 };
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, corrections, one => made[one.Made].Stream));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, corrections, one => made[one.Made].Balance.Version));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, corrections, one => one.Correction.Source));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, corrections, one => one.Correction.Corrects));
        var found = new Dictionary<int, long>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                found.Add((int)reader.GetInt64("number"), reader.GetInt64("version"));
            }
        }

        foreach (var group in corrections.Select((one, number) => (one.Made, Corrected: found.GetValueOrDefault(number))).GroupBy(one => one.Made))
        {
            made[group.Key] = made[group.Key] with { Corrected = group.Min(one => one.Corrected) };
        }
    }

    /// <param name="OccurredFrom">When the first of its own facts occurred.</param>
    /// <param name="Corrected">The earliest version that one of its own events corrects.</param>
    private sealed record Made(string Stream, PositionCheckpoint Last, PositionCheckpoint Balance, Instant OccurredFrom, long Corrected = long.MaxValue);

    /// <summary>The places of the columns of <see cref="SelectEvents"/>.</summary>
    private static class Column
    {
        public const int Number = 0, Version = 1, Type = 2, Data = 3, RecordedAt = 4, HoldEnds = 5, HoldChannel = 6;
    }

    /// <summary>One stream, in the order of its events.</summary>
    private sealed class Folding(string stream, PositionCheckpoint last, List<Made> made, List<(int Made, MovementCorrected Correction)> corrections)
    {
        private readonly BalanceFold _fold = new(last);
        private readonly List<MovementCorrected> _own = [];
        private PositionCheckpoint _last = last;
        private bool _isBroken;

        /// <param name="row">Of <see cref="SelectEvents"/>.</param>
        public void Add(NpgsqlDataReader row)
        {
            // Events that cannot be folded are reported by verify; until they are repaired, questions are answered from the events.
            if (_isBroken || row.GetInt64(Column.Version) != _fold.Position.Version + 1
                || !StoredEvents.TryRead(row.GetString(Column.Type), row.GetFieldValue<byte[]>(Column.Data), out var happened))
            {
                _isBroken = true;
                return;
            }

            _fold.Add(new RecordedEvent(
                row.GetFieldValue<Instant>(Column.RecordedAt),
                StoredEvents.Of(happened, row.IsDBNull(Column.HoldChannel) ? null : row.GetString(Column.HoldChannel)),
                row.IsDBNull(Column.HoldEnds) ? null : row.GetFieldValue<Instant>(Column.HoldEnds)));
            if (happened is MovementCorrected correction)
            {
                _own.Add(correction);
            }

            if (_fold.IsDue)
            {
                corrections.AddRange(_own.Select(own => (made.Count, own)));
                _own.Clear();
                var occurredFrom = _fold.OccurredFrom;
                var balance = _fold.Take();
                made.Add(new Made(stream, _last, balance, occurredFrom));
                _last = balance;
            }
        }
    }
}
