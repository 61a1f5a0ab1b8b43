using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.RecordedMovements;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>
/// Compares the memory of movement ids with the events, which are read in another order: both sides are counted and added up as sums of
/// hashes with a seed that nobody knows. Only where the sums differ is the database asked for what it is.
/// </summary>
internal sealed class MovementMemory
{
    private const string Schema = Projections.Projections.Schema;
    private const string Table = $"{Schema}.{RecordedMovementTable.Name}";

    /// <summary>The first that is remembered and is not there, or the other way round. A movement with two ends has its id in both streams, and is remembered with the first.</summary>
    private const string SelectFirst =
        $"""
         (select e.stream_id, e.version, r.source, r.id from {Table} r left join (select * from {EventHistory.All}) e on e.seq_id = r.sequence
           where e.seq_id is null or e.data->>'source' is distinct from r.source or e.data->>'id' is distinct from r.id limit 1)
         union all
         (select e.stream_id, e.version, e.data->>'source', e.data->>'id' from (select * from {EventHistory.All}) e
           where e.data->>'source' <> '' and not exists (select 1 from {Table} r where r.source = e.data->>'source' and r.id = e.data->>'id') limit 1)
         """;

    /// <summary>Of corrections it takes the history to say which end they are at: they are compared one by one.</summary>
    private readonly Dictionary<long, (string Source, string Id)> _corrections = [];
    private long _count;
    private ulong _sum;

    public void Add(StockEvent happened, long sequence)
    {
        switch (happened)
        {
            case ReservationFulfilled or StockAnnounced:
                break; // no source named it; the other end of a transfer
            case MovementCorrected correction:
                _corrections.Add(sequence, (correction.Source, correction.Id));
                break;
            case StockFact fact:
                _count++;
                _sum = unchecked(_sum + Hash(fact.Source, fact.Id, sequence));
                break;
        }
    }

    public async Task Compare(AuditSnapshot snapshot, VerifyEverything.Differences found, CancellationToken cancellation)
    {
        var (count, sum, remembered) = (0L, 0ul, new HashSet<(string, string)>());
        var wrong = false;
        await using (var reader = await snapshot.Read($"select source, id, sequence from {Table}", cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var (source, id, sequence) = (reader.GetString(0), reader.GetString(1), reader.GetInt64(2));
                if (_corrections.TryGetValue(sequence, out var correction))
                {
                    wrong |= correction != (source, id);
                    remembered.Add((source, id));
                }
                else
                {
                    count++;
                    sum = unchecked(sum + Hash(source, id, sequence));
                }
            }
        }

        if (!wrong && (count, sum) == (_count, _sum) && _corrections.Values.All(remembered.Contains))
        {
            return;
        }

        await using var first = await snapshot.Read(SelectFirst, cancellation);
        found.Add(await first.ReadAsync(cancellation) && !first.IsDBNull(0)
            ? Difference.At("recorded-movement", first.GetString(0), first.GetInt64(1), $"Movement '{first.GetString(3)}' of '{first.GetString(2)}' is not remembered as it was recorded.")
            : new Difference("recorded-movement", null, null, null, null, "The memory of movement ids is not that of the events."));
    }

    /// <summary>The hashes of strings have a seed that is drawn when the process starts.</summary>
    private static ulong Hash(string source, string id, long sequence)
    {
        unchecked
        {
            var mixed = (((ulong)(uint)source.GetHashCode(StringComparison.Ordinal) << 32) | (uint)id.GetHashCode(StringComparison.Ordinal)) + ((ulong)sequence * 0x9E3779B97F4A7C15);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            return mixed ^ (mixed >> 31);
        }
    }
}
