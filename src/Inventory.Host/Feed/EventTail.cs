using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace RetailSync.Inventory.Host.Feed;

/// <param name="Sequence">Its place in the store.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Stream">Of a position (<c>{sku}@{location}</c>) or of a rule, whose key has no <c>@</c>.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Type">The stored name.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Reservation">The reservation that it is about; null when it is about none.</param>
public readonly record struct TailedEvent(long Sequence, Guid Id, string Stream, long Version, string Type, Instant RecordedAt, string? Reservation);

/// <summary>
/// Follows the event log: every event is returned by one <see cref="Read"/>, also one that commits after others with a higher sequence.
/// Sequences are taken before a commit, so the newest that can be seen says nothing about those below it. What settles that is the
/// transactions: once all that were running at one look have ended, the next look has seen everything below the newest of the first.
/// Not for two threads.
/// </summary>
/// <param name="database">Where the events are.</param>
/// <param name="settled">Everything up to here is known already.</param>
public sealed class EventTail(NpgsqlDataSource database, long settled = 0)
{
    private const string Schema = Projections.Projections.Schema;

    /// <summary>The snapshot of the statement is the one that the rows are read in.</summary>
    private const string Select =
        $"""
         select pg_snapshot_xmin(look.snapshot)::text::bigint, pg_snapshot_xmax(look.snapshot)::text::bigint,
           e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.data->>'reservation'
         from (select pg_current_snapshot() as snapshot) as look
         left join lateral (select * from {Schema}.mt_events where seq_id > $1 and not ($3 @> seq_id) order by seq_id limit $2) as e on true
         """;

    private readonly SortedSet<long> _seen = [];
    private (long Newest, long NextTransaction)? _earlier;

    /// <summary>Every event up to here has been returned: a place to go on from, for one who keeps it.</summary>
    public long Settled { get; private set; } = settled;

    /// <summary>The newest event that was returned.</summary>
    public long Newest => _seen.Count > 0 ? _seen.Max : Settled;

    /// <summary>Takes events as seen that the caller knows already, because it committed them: they are not returned.</summary>
    public void Know(IEnumerable<long> sequences) => _seen.UnionWith(sequences.Where(sequence => sequence > Settled));

    public bool HasSeen(long sequence) => sequence <= Settled || _seen.Contains(sequence);

    /// <summary>A tail that starts now: what is read from the tables after this has everything that the tail will not return.</summary>
    public static async Task<EventTail> FromNow(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select coalesce(max(seq_id), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint from {Schema}.mt_events");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (newest, next) = (reader.GetInt64(0), reader.GetInt64(1));

        // Below the newest there may be some that are still to commit: those are looked for again.
        return new EventTail(database, Math.Max(0, newest - InFlightAtMost)) { _earlier = (newest, next) };
    }

    /// <summary>The sequences that can be taken and not committed at one time: lanes times their batches, over many hosts.</summary>
    private const int InFlightAtMost = 20_000;

    /// <param name="atMost">More than this wait for the next read.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>By sequence; empty when there is nothing new.</returns>
    public async Task<IReadOnlyList<TailedEvent>> Read(int atMost, CancellationToken cancellation)
    {
        var events = new List<TailedEvent>();
        long oldestTransaction = 0, nextTransaction = 0;
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Settled });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = atMost });
        command.Parameters.Add(new NpgsqlParameter { Value = SeenRanges(), NpgsqlDbType = NpgsqlDbType.BigIntMultirange });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            (oldestTransaction, nextTransaction) = (reader.GetInt64(0), reader.GetInt64(1));
            if (reader.IsDBNull(2))
            {
                break; // nothing after what is settled
            }

            var sequence = reader.GetInt64(2);
            _seen.Add(sequence);
            events.Add(new TailedEvent(
                sequence, reader.GetGuid(3), reader.GetString(4), reader.GetInt64(5), reader.GetString(6), reader.GetFieldValue<Instant>(7),
                reader.IsDBNull(8) ? null : reader.GetString(8)));
        }

        Settle(oldestTransaction, nextTransaction, sawAll: events.Count < atMost);
        return events;
    }

    /// <summary>What has been seen above what is settled, as ranges: most of it is contiguous.</summary>
    private NpgsqlRange<long>[] SeenRanges()
    {
        var ranges = new List<NpgsqlRange<long>>();
        long first = 0, last = long.MinValue;
        foreach (var sequence in _seen)
        {
            if (sequence != last + 1)
            {
                Add();
                first = sequence;
            }

            last = sequence;
        }

        Add();
        return [.. ranges];

        void Add()
        {
            if (last != long.MinValue)
            {
                ranges.Add(new NpgsqlRange<long>(first, last));
            }
        }
    }

    private void Settle(long oldestTransaction, long nextTransaction, bool sawAll)
    {
        if (_earlier is { } earlier && oldestTransaction >= earlier.NextTransaction && (sawAll || Newest >= earlier.Newest))
        {
            Settled = Math.Max(Settled, earlier.Newest);
            _earlier = null;
        }

        // Without a gap there is nothing to wait for.
        _seen.RemoveWhere(sequence => sequence <= Settled);
        while (_seen.Remove(Settled + 1))
        {
            Settled++;
        }

        if (_seen.Count > 0 && _earlier is null)
        {
            _earlier = (_seen.Max, nextTransaction);
        }
    }
}
