using System.Data;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace RetailSync.Inventory.Host.EventLog;

/// <param name="Sequence">Its place in the store.</param>
/// <param name="Stream">Of a position (<c>{sku}@{location}</c>) or of a rule, whose key has no <c>@</c>.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Reservation">The reservation that it is about; null when it is about none.</param>
/// <param name="Data">JSON as PostgreSQL returns it; null from a tail that does not read it (<see cref="EventTail.ReadsData"/>).</param>
public readonly record struct TailedEvent(
    long Sequence, Guid Id, string Stream, long Version, string Type, Instant RecordedAt, string? Reservation, byte[]? Data);

/// <summary>
/// Follows the event log: every event that is committed is returned by exactly one <see cref="Read"/>, also one that commits after others with a higher
/// sequence, and nothing waits for it.
/// <para>
/// Sequences are taken before a commit, so what is missing below the newest that was seen has been given up, or is still to come, from the
/// <see cref="SequenceWriters"/> alone. While something is missing, a read asks for those first and for the events afterwards. A transaction that took a
/// missing sequence and is not among them has ended, and the snapshot of the events shows what it committed: what is missing all the same was given up. One
/// that is among them took its sequences after what was <see cref="Newest"/> when the last read began that did not find it. So everything is settled up to
/// the lowest of these marks and up to what was the newest when this read began, as far as this read has looked: one that stops at its limit settles nothing
/// beyond its last event.
/// </para>
/// <para>Keeps ranges of what is missing and a mark for each open writer, and nothing for each event. Not for two threads.</para>
/// </summary>
/// <param name="database">Where the events are.</param>
/// <param name="completeUpTo">Everything up to here is known already.</param>
public sealed class EventTail(NpgsqlDataSource database, long completeUpTo = 0)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>Between two missing sequences so many events are passed over rather than to look for the second by the index.</summary>
    private const int Near = 64;

    /// <summary>Parameters: spans to look in, by their ends; what is missing; how many at most; whether with their data.</summary>
    private const string Select =
        $"""
         select e.* from unnest($1, $2) as span (first, last)
         cross join lateral (
           select seq_id, id, stream_id, version, type, timestamp,
             coalesce(data->>'reservation', case when type = 'reservation_fulfilled' then data->>'id' end),
             case when $5 then data end from {Schema}.mt_events
           where seq_id between span.first and span.last and $3 @> seq_id order by seq_id limit $4) as e
         order by e.seq_id limit $4
         """;

    /// <summary>What is missing after a sequence, as the events around it, and the newest event. Parameter: the sequence.</summary>
    private const string SelectGaps =
        $"""
         with seen as (select seq_id, lag(seq_id, 1, $1) over (order by seq_id) as before from {Schema}.mt_events where seq_id > $1)
         select before, seq_id from seen where seq_id > before + 1 or seq_id = (select max(seq_id) from {Schema}.mt_events) order by seq_id
         """;

    /// <summary>The places of the columns of <see cref="Select"/>.</summary>
    private static class Column
    {
        public const int Sequence = 0, Id = 1, Stream = 2, Version = 3, Type = 4, RecordedAt = 5, Reservation = 6, Data = 7;
    }

    private readonly List<SequenceRange> _missing = [];
    private Dictionary<string, long> _writers = [];
    private long _newestBefore = completeUpTo;
    private long _unchanged = completeUpTo;

    /// <summary>
    /// With more ranges missing than this (a writer is open for long while others give sequences up), the old ones are looked at only once a writer has ended
    /// that may have taken them: such an event comes one read later.
    /// </summary>
    internal int RangesAtOnce { get; init; } = 1_000;

    /// <summary>Whether <see cref="TailedEvent.Data"/> is wanted.</summary>
    public bool ReadsData { get; init; }

    /// <summary>Every event up to here has been returned, and none will come: a place to go on from, for one who keeps it. Never falls.</summary>
    public long CompleteUpTo => _missing.Count > 0 ? _missing[0].First - 1 : Newest;

    /// <summary>The newest event that was returned or is known; <see cref="CompleteUpTo"/> where there was none.</summary>
    public long Newest { get; private set; } = completeUpTo;

    /// <summary>What has been returned or is known by now.</summary>
    public LedgerWatermark Watermark => new(Newest, [.. _missing]);

    /// <summary>Takes events as seen that the caller knows already, because it committed them: they are not returned.</summary>
    public void Know(IEnumerable<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            See(sequence);
        }
    }

    /// <summary>
    /// A tail that starts now: returns each event that is committed after this, and none that a statement after this can read anyway. It looks for what is
    /// missing behind what is settled, in the index alone.
    /// </summary>
    /// <param name="database">Where the events are.</param>
    /// <param name="completeUpTo">Some sequence up to which everything is settled; the later, the quicker.</param>
    /// <param name="readsData"><see cref="ReadsData"/></param>
    public static async Task<EventTail> FromNow(NpgsqlDataSource database, long completeUpTo, CancellationToken cancellation, bool readsData = false)
    {
        var tail = new EventTail(database, completeUpTo) { ReadsData = readsData };
        await using var command = database.CreateCommand(SelectGaps);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = completeUpTo });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            tail.Newest = reader.GetInt64("before");
            tail.See(reader.GetInt64("seq_id"));
        }

        return tail;
    }

    /// <param name="atMost">More than this wait for the next read.</param>
    /// <param name="cancellation">Stops it. Then, and where it fails, nothing counts as returned.</param>
    /// <returns>What had been committed before this was called and was not returned, by sequence; empty when there is nothing.</returns>
    public async Task<IReadOnlyList<TailedEvent>> Read(int atMost, CancellationToken cancellation)
    {
        var looksForWriters = _missing.Count > 0;
        var above = _missing.Count > RangesAtOnce ? _unchanged : long.MinValue;
        await using var batch = database.CreateBatch();
        if (looksForWriters)
        {
            // The snapshot of the events has to be taken after the writers are known, whatever the database's default is.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin isolation level read committed read only"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SequenceWriters.Select));
            batch.BatchCommands.Add(SelectMissing(above, atMost));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        }
        else
        {
            batch.BatchCommands.Add(SelectMissing(above, atMost));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var writers = new List<string>();
        while (looksForWriters && await reader.ReadAsync(cancellation))
        {
            writers.Add(reader.GetString(0));
        }

        _ = looksForWriters && await reader.NextResultAsync(cancellation);
        var events = new List<TailedEvent>();
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(new TailedEvent(
                reader.GetInt64(Column.Sequence), reader.GetGuid(Column.Id), reader.GetString(Column.Stream), reader.GetInt64(Column.Version),
                reader.GetString(Column.Type), reader.GetFieldValue<Instant>(Column.RecordedAt),
                reader.IsDBNull(Column.Reservation) ? null : reader.GetString(Column.Reservation), reader.IsDBNull(Column.Data) ? null
                    : reader.GetFieldValue<byte[]>(Column.Data)));
        }

        Take(events, writers, lookedFrom: above, lookedUntil: events.Count < atMost ? long.MaxValue : events[^1].Sequence);
        return events;
    }

    /// <param name="above">Ranges up to here are left out.</param>
    /// <param name="atMost">Most events to return, above 0.</param>
    private NpgsqlBatchCommand SelectMissing(long above, int atMost)
    {
        var (first, last, missing) = (new List<long>(), new List<long>(), new List<NpgsqlRange<long>>());
        for (var index = LedgerWatermark.IndexOf(_missing, above + 1); index < _missing.Count; index++)
        {
            Add(_missing[index].First, _missing[index].Last);
            missing.Add(new NpgsqlRange<long>(_missing[index].First, _missing[index].Last));
        }

        Add(Newest + 1, long.MaxValue);
        missing.Add(new NpgsqlRange<long>(Newest + 1, true, lowerBoundInfinite: false, 0, false, upperBoundInfinite: true));
        var command = new NpgsqlBatchCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. first] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. last] });
        command.Parameters.Add(new NpgsqlParameter { Value = missing.ToArray(), NpgsqlDbType = NpgsqlDbType.BigIntMultirange });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = atMost });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = ReadsData });
        return command;

        void Add(long from, long to)
        {
            if (last.Count > 0 && from - last[^1] <= Near)
            {
                last[^1] = to;
                return;
            }

            first.Add(from);
            last.Add(to);
        }
    }

    private void Take(List<TailedEvent> events, List<string> found, long lookedFrom, long lookedUntil)
    {
        var (newest, open) = (Newest, new Dictionary<string, long>(found.Count));
        foreach (var writer in found)
        {
            open[writer] = _writers.TryGetValue(writer, out var mark) ? mark : SequenceWriters.IsPrepared(writer) ? CompleteUpTo : _newestBefore;
        }

        _unchanged = Math.Min(newest, lookedUntil);
        foreach (var (writer, mark) in _writers)
        {
            _unchanged = open.ContainsKey(writer) ? _unchanged : Math.Min(_unchanged, mark);
        }

        foreach (var happened in events)
        {
            See(happened.Sequence);
        }

        Advance(Math.Min(Math.Min(newest, lookedUntil), open.Count > 0 ? open.Values.Min() : long.MaxValue), lookedFrom);
        (_writers, _newestBefore) = (open, newest);
    }

    /// <summary>What is missing up to here was given up, unless it was not looked at.</summary>
    private void Advance(long upTo, long lookedFrom)
    {
        if (_missing.Count == 0 || _missing[0].Last <= lookedFrom)
        {
            return;
        }

        _missing.RemoveRange(0, LedgerWatermark.IndexOf(_missing, upTo + 1));
        if (_missing.Count > 0 && _missing[0].First <= upTo)
        {
            _missing[0] = _missing[0] with { First = upTo + 1 };
        }
    }

    private void See(long sequence)
    {
        if (sequence > Newest)
        {
            if (sequence > Newest + 1)
            {
                _missing.Add(new SequenceRange(Newest + 1, sequence - 1));
            }

            Newest = sequence;
            return;
        }

        var at = LedgerWatermark.IndexOf(_missing, sequence);
        if (at == _missing.Count || _missing[at].First > sequence)
        {
            return;
        }

        var (first, last) = _missing[at];
        _missing.RemoveAt(at);
        if (last > sequence)
        {
            _missing.Insert(at, new SequenceRange(sequence + 1, last));
        }

        if (first < sequence)
        {
            _missing.Insert(at, new SequenceRange(first, sequence - 1));
        }
    }
}
