using System.Buffers.Binary;
using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Positions.Events;

/// <summary>An event of a position, with where it happened.</summary>
/// <param name="EventId">As publications name their causes.</param>
public sealed record FoundEvent(Guid EventId, string Sku, string Location, PositionEvent Event);

/// <summary>
/// Finds events of positions that are not archived by what there is no index of. Sequences go by the time of recording, so the sequence at an instant is found
/// in some thirty probes, and from there only as many events are looked at as the bounds say.
/// </summary>
public sealed class FindEvents(NpgsqlDataSource database)
{
    /// <summary>Events that are looked at for one answer, at the most.</summary>
    public const int MostEvents = 200_000;

    /// <summary>How long ago events may have been recorded that are found by a correlation id.</summary>
    public static readonly Duration Lately = Duration.FromHours(24);

    /// <summary>An event gets its id when it is decided, and is recorded soon after.</summary>
    private static readonly Duration Around = Duration.FromMinutes(10);

    private const string Table = $"{Projections.InventorySchema.Name}.mt_events";
    private const string Columns = "id, stream_id, version, type, data::text as data, timestamp, correlation_id, seq_id, user_name";

    private static readonly string[] Names =
        [.. Projections.InventorySchema.EventNames.Where(name => name.Key.IsAssignableTo(typeof(StockEvent))).Select(name => name.Value)];

    public async Task<FoundEvent?> BySequence(long sequence, CancellationToken cancellation) =>
        (await Read($"select {Columns} from {Table} where seq_id = $1 and type = any($2)", cancellation, sequence, Names)).FirstOrDefault();

    /// <summary>The same in the position's whole history, archived years included.</summary>
    public async Task<FoundEvent?> BySequence(PositionKey position, long sequence, CancellationToken cancellation) =>
        (await Read($"select {Columns} from {EventHistory.Of("$2")} where seq_id = $1", cancellation, sequence, position.ToString())).FirstOrDefault();

    /// <summary>An id has the instant at which it was made.</summary>
    public async Task<FoundEvent?> ById(Guid id, CancellationToken cancellation)
    {
        if (id.Version != 7)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var madeAt = Instant.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
        return madeAt > Latest ? null : await ById(id, madeAt, cancellation);
    }

    /// <summary>Those of the last 24 hours, the newest first.</summary>
    public async Task<IReadOnlyList<FoundEvent>> ByCorrelation(string id, int most, Instant now, CancellationToken cancellation)
    {
        var (first, newest) = (await SequenceAt(now - Lately, cancellation), await SequenceAt(Instant.MaxValue, cancellation));
        return await Read(
            $"select {Columns} from {Table} where seq_id >= $1 and correlation_id = $2 and type = any($3) order by seq_id desc limit $4",
            cancellation, Math.Max(first, newest - MostEvents), id, Names, most);
    }

    /// <summary>What was recorded under an id of a source beside an event: at the other end of a transfer, at components of a kit.</summary>
    public Task<IReadOnlyList<FoundEvent>> OfMovement(string source, string id, long sequence, CancellationToken cancellation) => Read(
        $"""
         select {Columns} from {Table}
         where seq_id between $1 - 2000 and $1 + 2000 and data->>'source' = $2 and data->>'id' = $3 and type = any($4) order by seq_id limit 100
         """,
        cancellation, sequence, source, id, Names);

    /// <summary>Corrections of a movement, the oldest first; those of corrections are not among them.</summary>
    public Task<IReadOnlyList<FoundEvent>> Corrections(PositionKey position, long version, string source, string id, CancellationToken cancellation) => Read(
        $"""
         select {Columns} from {EventHistory.Of("$1", from: "$2 + 1")}
         where type = '{Projections.InventorySchema.EventNames[typeof(MovementCorrected)]}' and data->>'source' = $3 and data->>'corrects' = $4
         order by version limit 100
         """,
        cancellation, position.ToString(), version, source, id);

    private static Instant Latest => Instant.FromUtc(9999, 1, 1, 0, 0);

    private async Task<FoundEvent?> ById(Guid id, Instant madeAt, CancellationToken cancellation)
    {
        var first = await SequenceAt(madeAt - Around, cancellation);
        var newest = await SequenceAt(Instant.MaxValue, cancellation);

        // A host whose clock is wrong records by the database's time, and its ids have its own: the newest events are looked at all the same.
        return await Within(first, Math.Min(await SequenceAt(madeAt + Around, cancellation), first + MostEvents))
            ?? await Within(newest - MostEvents, newest);

        async Task<FoundEvent?> Within(long from, long to) => (await Read(
            $"select {Columns} from {Table} where seq_id between $1 and $2 and id = $3 and type = any($4)",
            cancellation, from, to, id, Names)).FirstOrDefault();
    }

    /// <summary>The first sequence of events that were recorded at or after an instant; the one behind the newest where there are none.</summary>
    private async Task<long> SequenceAt(Instant instant, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var bounds = new NpgsqlCommand($"select coalesce(min(seq_id), 1) as low, coalesce(max(seq_id), 0) + 1 as high from {Table}", connection);
        long low, high;
        await using (var reader = await bounds.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            (low, high) = (reader.GetInt64("low"), reader.GetInt64("high"));
        }

        if (instant == Instant.MaxValue)
        {
            return high;
        }

        // Sequences have gaps: the next event there is stands for those that are missing.
        await using var probe = new NpgsqlCommand($"select timestamp from {Table} where seq_id >= $1 order by seq_id limit 1", connection);
        var at = new NpgsqlParameter<long>();
        probe.Parameters.Add(at);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            at.TypedValue = middle;
            var isBefore = false;
            await using (var reader = await probe.ExecuteReaderAsync(cancellation))
            {
                isBefore = await reader.ReadAsync(cancellation) && reader.GetFieldValue<Instant>(0) < instant;
            }

            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private async Task<IReadOnlyList<FoundEvent>> Read(string sql, CancellationToken cancellation, params object[] parameters)
    {
        List<(PositionKey At, Guid Id, PositionEvent Event)> found = [];
        await using (var command = database.CreateCommand(sql))
        {
            foreach (var parameter in parameters)
            {
                command.Parameters.AddWithValue(parameter);
            }

            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add((PositionKey.Parse(reader.GetString("stream_id")), reader.GetGuid("id"), ListPositionEvents.Read(reader)));
            }
        }

        var balances = new Dictionary<(PositionKey, long), PositionEvent>();
        foreach (var position in found.GroupBy(one => one.At))
        {
            foreach (var (version, balance) in await BalancesOfEvents.Of(position.Key, [.. position.Select(one => one.Event.Version)], database, cancellation))
            {
                balances[(position.Key, version)] = ListPositionEvents.With(position.First(one => one.Event.Version == version).Event, balance);
            }
        }

        return [.. found.Select(one => new FoundEvent(one.Id, one.At.Sku.Value, one.At.Location.Value, balances[(one.At, one.Event.Version)]))];
    }
}
