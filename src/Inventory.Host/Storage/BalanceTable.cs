using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>
/// Position checkpoints of positions, beside the events that they are made from: they can be deleted at any time, and everything is answered as before,
/// only more slowly. An instant that is none (<see cref="PositionCheckpoint"/> has them) is an infinity.
/// </summary>
internal static class BalanceTable
{
    /// <summary>Those that <see cref="TryRead"/> wants, in their order.</summary>
    public const string Columns = "stream, version, state, after, recorded_until, occurred_until, recorded_from, counts_from";

    /// <summary>Parameters: those of <see cref="AddRows"/>.</summary>
    public const string Insert = $"insert into {AuditTables.Balances} ({Columns}, next) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<(string Stream, PositionCheckpoint Balance)> rows)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Stream));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Balance.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.SerializeToUtf8Bytes(State.Of(row.Balance), EventJson.Options)));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Balance.After));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Balance.RecordedUntil));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Balance.OccurredUntil));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Balance.RecordedFrom));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Balance.CountsFrom));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Balance.Next));
    }

    /// <param name="first">The first of <see cref="Columns"/>.</param>
    /// <returns>Null when it cannot be read: somebody has changed what was stored.</returns>
    public static PositionCheckpoint? TryRead(NpgsqlDataReader reader, int first)
    {
        try
        {
            return ReadState(reader.GetInt64(first + 1), reader.GetFieldValue<byte[]>(first + 2)) with
            {
                After = reader.GetInt64(first + 3),
                RecordedUntil = reader.GetFieldValue<Instant>(first + 4),
                OccurredUntil = reader.GetFieldValue<Instant>(first + 5),
                RecordedFrom = reader.GetFieldValue<Instant>(first + 6),
                CountsFrom = reader.GetFieldValue<Instant>(first + 7),
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidCastException)
        {
            return null;
        }
    }

    /// <returns>What a fold continues from.</returns>
    /// <exception cref="JsonException">It is not what was stored.</exception>
    public static PositionCheckpoint ReadState(long version, ReadOnlySpan<byte> state) =>
        (JsonSerializer.Deserialize<State>(state, EventJson.Options) ?? throw new JsonException("A position checkpoint says nothing.")).At(version);

    /// <summary>What a position checkpoint says of its position, as it is stored.</summary>
    private sealed record State
    {
        public decimal OnHand { get; init; }

        public decimal Reserved { get; init; }

        public Dictionary<string, decimal>? Unsellable { get; init; }

        public Dictionary<string, InTransit>? InTransit { get; init; }

        public Dictionary<string, decimal>? SupplyHeld { get; init; }

        public Instant? CountedAt { get; init; }

        public Instant? NewestMovementAt { get; init; }

        public Instant? NewestStatusAt { get; init; }

        public Instant? NewestDocumentAt { get; init; }

        public Dictionary<string, OpenHold>? Holds { get; init; }

        public static State Of(PositionCheckpoint balance)
        {
            var position = balance.Position;
            return new State
            {
                OnHand = position.OnHand,
                Reserved = position.Reserved,
                Unsellable = position.Unsellable.IsEmpty ? null : new(position.Unsellable),
                InTransit = position.InTransit.IsEmpty ? null : new(position.InTransit),
                SupplyHeld = position.SupplyHeld.IsEmpty ? null : new(position.SupplyHeld),
                CountedAt = position.CountedAt,
                NewestMovementAt = position.NewestMovementAt,
                NewestStatusAt = position.NewestStatusAt,
                NewestDocumentAt = position.NewestDocumentAt,
                Holds = balance.Holds.IsEmpty ? null : new(balance.Holds),
            };
        }

        public PositionCheckpoint At(long version)
        {
            var empty = PositionCheckpoint.Beginning;
            return empty with
            {
                Position = new StockPosition
                {
                    Version = version,
                    OnHand = OnHand,
                    Reserved = Reserved,
                    Unsellable = Unsellable is null ? empty.Position.Unsellable : empty.Position.Unsellable.AddRange(Unsellable),
                    InTransit = InTransit is null ? empty.Position.InTransit : empty.Position.InTransit.AddRange(InTransit),
                    SupplyHeld = SupplyHeld is null ? empty.Position.SupplyHeld : empty.Position.SupplyHeld.AddRange(SupplyHeld),
                    CountedAt = CountedAt,
                    NewestMovementAt = NewestMovementAt,
                    NewestStatusAt = NewestStatusAt,
                    NewestDocumentAt = NewestDocumentAt,
                },
                Holds = Holds is null ? empty.Holds : empty.Holds.AddRange(Holds),
            };
        }
    }
}
