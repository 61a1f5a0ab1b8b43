using System.Data;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.RecordedMovements;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>
/// Compares the table of movement ids (the idempotency keys) with the events, which are read in another order: both sides are counted and added up as sums of
/// hashes with a random seed. Only where the sums differ the database is queried for the difference.
/// </summary>
internal sealed class IdempotencyKeyCheck
{
    private const string Schema = Projections.InventorySchema.Name;
    private const string Table = $"{Schema}.{RecordedMovementTable.Name}";

    /// <summary>
    /// The first idempotency key without its event, or the other way round. A movement with two ends has its id in both streams, and its key is stored with the
    /// first.
    /// </summary>
    private const string SelectFirst =
        $"""
         (select e.stream_id, e.version, r.source, r.id from {Table} r left join (select * from {EventHistory.All}) e on e.seq_id = r.sequence
           where e.seq_id is null or e.data->>'source' is distinct from r.source or e.data->>'id' is distinct from r.id limit 1)
         union all
         (select e.stream_id, e.version, e.data->>'source' as source, e.data->>'id' as id from (select * from {EventHistory.All}) e
           where e.data->>'source' <> '' and not exists (select 1 from {Table} r where r.source = e.data->>'source' and r.id = e.data->>'id') limit 1)
         """;

    /// <summary>Parameters: sources and ids.</summary>
    private const string SelectStoredKeys =
        $"""
         select r.source, r.id, r.sequence from unnest($1, $2) as wanted(source, id)
         cross join lateral (select * from {Table} r where r.source = wanted.source and r.id = wanted.id offset 0) as r
         """;

    /// <summary>Of corrections it takes the history to say which end they are at: they are compared one by one.</summary>
    private readonly Dictionary<long, (string Source, string Id)> _corrections = [];
    private Sum _recorded;
    private Sum _stored;

    public void Add(StockEvent happened, long sequence)
    {
        switch (happened)
        {
            case ReservationFulfilled or StockAnnounced or StockSold { Kit: not null } or StockReturned { Kit: not null }:
                break; // no source named it; the other end of a transfer; a component of a kit
            case MovementCorrected correction:
                _corrections[sequence] = (correction.Source, correction.Id);
                break;
            case StockFact fact:
                _recorded = _recorded.With(fact.Source, fact.Id, sequence);
                break;
        }
    }

    /// <summary>Adds what another has been shown.</summary>
    public void Add(IdempotencyKeyCheck other)
    {
        _recorded += other._recorded;
        foreach (var (sequence, correction) in other._corrections)
        {
            _corrections[sequence] = correction;
        }
    }

    /// <summary>Adds up the idempotency keys; may run beside the adding up of the events.</summary>
    public async Task ReadStoredKeys(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read($"select source, id, sequence from {Table}", cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            _stored = _stored.With(reader.GetString("source"), reader.GetString("id"), reader.GetInt64("sequence"));
        }
    }

    /// <summary>After all events and all idempotency keys.</summary>
    public async Task Compare(AuditSnapshot snapshot, VerifyEverything.Differences found, CancellationToken cancellation)
    {
        if (await AreCorrectionsStored(snapshot, cancellation) && _recorded == _stored)
        {
            return;
        }

        await using var first = await snapshot.Read(SelectFirst, cancellation);
        found.Add(await first.ReadAsync(cancellation) && first.TextOrNull("stream_id") is { } stream
            ? Difference.At("recorded-movement", stream, first.GetInt64("version"),
                $"Movement '{first.GetString("id")}' of '{first.GetString("source")}' has an idempotency key that differs from what was recorded.")
            : new Difference("recorded-movement", null, null, null, null, "The memory of movement ids is not that of the events."));
    }

    /// <summary>Each with one of its ends, which count as recorded from here on.</summary>
    private async Task<bool> AreCorrectionsStored(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        var unseen = _corrections.Values.ToHashSet();
        if (unseen.Count == 0)
        {
            return true;
        }

        (string Source, string Id)[] wanted = [.. unseen];
        await using var reader = await snapshot.Read(
            SelectStoredKeys, cancellation, SqlArray.Of(NpgsqlDbType.Text, wanted, correction => correction.Source),
            SqlArray.Of(NpgsqlDbType.Text, wanted, correction => correction.Id));
        while (await reader.ReadAsync(cancellation))
        {
            var (source, id, sequence) = (reader.GetString("source"), reader.GetString("id"), reader.GetInt64("sequence"));
            if (_corrections.TryGetValue(sequence, out var correction) && correction == (source, id) && unseen.Remove(correction))
            {
                _recorded = _recorded.With(source, id, sequence);
            }
        }

        return unseen.Count == 0;
    }

    /// <summary>How many there are, and the sum of their hashes.</summary>
    private readonly record struct Sum(long Count, ulong Hashes)
    {
        public static Sum operator +(Sum left, Sum right) => new(left.Count + right.Count, unchecked(left.Hashes + right.Hashes));

        public Sum With(string source, string id, long sequence) => this + new Sum(1, Hash(source, id, sequence));
    }

    /// <summary>The hashes of strings have a seed that is drawn when the process starts.</summary>
    private static ulong Hash(string source, string id, long sequence)
    {
        unchecked
        {
            var mixed = (((ulong)(uint)source.GetHashCode(StringComparison.Ordinal) << 32) | (uint)id.GetHashCode(StringComparison.Ordinal))
                + ((ulong)sequence * 0x9E3779B97F4A7C15);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            return mixed ^ (mixed >> 31);
        }
    }
}
