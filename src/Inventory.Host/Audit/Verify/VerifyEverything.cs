using System.Data;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.Audit.Verify.Checks;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>
/// Reads every event once, in the order of streams, beside the positions, their position checkpoints and the chains in the same order and of the same snapshot:
/// folds, hashes and compares as it goes, so that any number of them takes no more memory than one. The tables that have another order are compared with what
/// was gathered on the way.
/// </summary>
public sealed class VerifyEverything(
    [FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database, HashChainWriter chain, ChainCheckpointSigner signing,
        CheckpointKeys keys, CheckpointFile file)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>One range of streams is folded while PostgreSQL reads for the other. More would take the processor from those who sell.</summary>
    private const int Ranges = 2;

    /// <summary>
    /// Where ranges with as many events each begin, but for the first. Parameter: how many ranges. What is wrong with a version makes ranges uneven and nothing
    /// else.
    /// </summary>
    private const string SelectBoundaries =
        $"""
         select min(id) from (
           select id, floor((sum(greatest(version, 1)) over (order by id) - 1) * $1 / sum(greatest(version, 1)) over ()) as range
             from {Schema}.mt_streams) as placed
         where range > 0 group by range order by 1
         """;

    /// <summary>One at a time: it reads everything there is.</summary>
    private readonly SemaphoreSlim _one = new(1);

    /// <param name="progress">Receives, from time to time, how many events are done, of about how many.</param>
    public Task<Verification> Run(Action<long, long>? progress, CancellationToken cancellation) => Run(null, [], progress, cancellation);

    /// <summary>Verifies everything, and compares the checkpoints with copies that were kept elsewhere.</summary>
    /// <param name="copies">Which a trusted key has to have signed, and which have to be here still.</param>
    /// <param name="progress">Receives, from time to time, how many events are done, of about how many.</param>
    public Task<Verification> Run(IReadOnlyList<Checkpoint> copies, Action<long, long>? progress, CancellationToken cancellation) =>
        Run(null, copies, progress, cancellation);

    /// <summary>
    /// Verifies a random sample of positions, and what PostgreSQL can compare in one query: a small part each night detects systematic faults.
    /// </summary>
    /// <param name="positions">How many, at most.</param>
    public async Task<Verification> Sample(int positions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select sku || '@' || location from {Schema}.{PositionTable.Name} order by random() limit $1");
        command.Parameters.AddWithValue(positions);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var streams = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            streams.Add(reader.GetString(0));
        }

        return await Run([.. streams], [], null, cancellation);
    }

    /// <summary>Whether the checkpoints are right, and the chains those that they were made over.</summary>
    internal async Task<bool> ChainsAreAsSigned(CancellationToken cancellation)
    {
        using var checkpoints = new CheckpointCheck(await keys.Trusted(cancellation), signing.Seen, file, []);
        checkpoints.ReadFile();
        await using var snapshot = await AuditSnapshot.Open(database, cancellation);
        await checkpoints.Read(snapshot, cancellation);
        var (_, _, isInOrder) = await Extent(snapshot, cancellation);
        await checkpoints.ReadHeads(snapshot, isInOrder, cancellation);
        return !checkpoints.Differences().Any();
    }

    private async Task<Verification> Run(string[]? streams, IReadOnlyList<Checkpoint> copies, Action<long, long>? progress, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await chain.Extend(cancellation);
            return await Check(streams, copies, progress, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Verification> Check(string[]? only, IReadOnlyList<Checkpoint> copies, Action<long, long>? progress, CancellationToken cancellation)
    {
        using var checkpoints = new CheckpointCheck(await keys.Trusted(cancellation), signing.Seen, file, copies);
        checkpoints.ReadFile();
        await using var snapshot = await AuditSnapshot.Open(database, cancellation);
        await checkpoints.Read(snapshot, cancellation);
        var (settled, expected, isInOrder) = await Extent(snapshot, cancellation);
        var read = 0L;
        var memory = new IdempotencyKeyCheck();
        var holds = new HeldUnits();
        var ranges = (await Divide(snapshot, only, isInOrder, cancellation)).ConvertAll(range => new RangeCheck(snapshot, range, settled, Read));
        List<Func<CancellationToken, Task>> work = [.. ranges.Select(range => (Func<CancellationToken, Task>)range.Run)];
        if (only is null)
        {
            work.Add(token => memory.ReadStoredKeys(snapshot, token));
            work.Add(token => holds.ReadStored(snapshot, token));
            work.Add(token => checkpoints.ReadHeads(snapshot, isInOrder, token));
        }

        await Parallel.ForEachAsync(
            work, new ParallelOptions { MaxDegreeOfParallelism = work.Count, CancellationToken = cancellation }, async (part, token) => await part(token));

        var found = new Differences();
        foreach (var range in ranges)
        {
            found.Add(range.Found);
            memory.Add(range.Movements);
            holds.Add(range.Holds);
        }

        foreach (var difference in checkpoints.Differences())
        {
            found.Add(difference);
        }

        if (only is null)
        {
            await memory.Compare(snapshot, found, cancellation);
            await ReplacedChains.Compare(snapshot, found, cancellation);
        }

        await CompareTables(snapshot, found, cancellation);
        if (only is null)
        {
            holds.Compare(found);
            await CompareFencedUse(snapshot, found, cancellation);
        }

        progress?.Invoke(read, read);
        return new Verification(
            found.First is null, read, ranges.Sum(range => range.PositionsChecked), found.First, found.Count, ranges.Sum(range => range.EventsLinked),
            checkpoints.Newest, checkpoints.Checked, checkpoints.CopiesChecked, await LinkedLate(snapshot, cancellation));

        void Read(int events)
        {
            var done = Interlocked.Add(ref read, events);
            progress?.Invoke(done, Math.Max(expected, done));
        }
    }

    private static async Task<List<StreamRange>> Divide(AuditSnapshot snapshot, string[]? only, bool isInOrder, CancellationToken cancellation)
    {
        // Elsewhere a range could not be read by an index, and everything would be read for each.
        if (only is not null || !isInOrder)
        {
            return [new StreamRange(isInOrder, Only: only)];
        }

        var ranges = new List<StreamRange> { new(isInOrder) };
        await using var reader = await snapshot.Read(SelectBoundaries, cancellation, new NpgsqlParameter<int> { TypedValue = Ranges });
        while (await reader.ReadAsync(cancellation))
        {
            var boundary = reader.GetString(0);
            ranges[^1] = ranges[^1] with { Until = boundary };
            ranges.Add(new StreamRange(isInOrder, From: boundary));
        }

        return ranges;
    }

    private static async Task<(long Settled, long Expected, bool IsInOrder)> Extent(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read(
            $"""
             select coalesce((select settled from {ChainTables.Progress} where id = 1), 0) as settled,
               coalesce((select sum(version) from {Schema}.{PositionTable.Name}), 0)::bigint as events,
               datcollate in ('C', 'POSIX') and datlocprovider = 'c' as is_in_order from pg_database where datname = current_database()
             """,
            cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64("settled"), reader.GetInt64("events"), reader.GetBoolean("is_in_order"));
    }

    private static async Task<long> LinkedLate(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read($"select coalesce(sum(cardinality(versions)), 0)::bigint from {AuditTables.Repairs}", cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetInt64(0);
    }

    /// <summary>What PostgreSQL can compare in one query.</summary>
    private static async Task CompareTables(AuditSnapshot snapshot, Differences found, CancellationToken cancellation)
    {
        await using (var reader = await snapshot.Read(Projections.Reservations.ReservationTable.SelectMismatches, cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var stream = $"{reader.GetString("sku")}@{reader.GetString("location")}";
                var (reserved, opened) = (reader.GetDecimal("reserved"), reader.GetDecimal("opened"));
                found.Add(Difference.At("reservations", stream, null, FormattableString.Invariant(
                    $"The position has {reserved:0.####} reserved, and open reservations keep {opened:0.####} there.")));
            }
        }

        await using (var reader = await snapshot.Read(Projections.Reservations.ReservationTable.SelectSupplyMismatches, cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var stream = $"{reader.GetString("sku")}@{reader.GetString("location")}";
                found.Add(Difference.At("reservations", stream, null, FormattableString.Invariant(
                    $"The position has {reader.GetDecimal("carried"):0.####} kept of {reader.GetString("document")}, and open reservations keep {reader.GetDecimal("kept"):0.####} of it.")));
            }
        }

        await using var versions = await snapshot.Read(
            $"""
             select coalesce(s.id, p.sku || '@' || p.location) as stream, coalesce(s.version, 0) as version, coalesce(p.version, 0) as position_version
             from {Schema}.mt_streams s full join {Schema}.{PositionTable.Name} p on s.id = p.sku || '@' || p.location
             where s.version is distinct from p.version and (s.id is null or s.id like '%@%') limit 20
             """,
            cancellation);
        while (await versions.ReadAsync(cancellation))
        {
            found.Add(Difference.At("stream", versions.GetString("stream"), null, FormattableString.Invariant(
                $"The stream is at version {versions.GetInt64("version")}, its position at {versions.GetInt64("position_version")}.")));
        }
    }

    private static async Task CompareFencedUse(AuditSnapshot snapshot, Differences found, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read(FencedUseTable.SelectMismatches, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (rule, used, counted) = (reader.GetString("rule"), reader.GetDecimal("used"), reader.GetDecimal("counted"));
            found.Add(new Difference("ring-fence", null, reader.GetString("sku"), null, null, FormattableString.Invariant(
                $"{used:0.####} are used up of {rule}, and reservations keep and have shipped {counted:0.####} of it.")));
        }
    }

    /// <summary>The first difference in the order of checking, and how many there are.</summary>
    internal sealed class Differences
    {
        private const int CountedAtMost = 1_000;

        public Difference? First { get; private set; }

        public int Count { get; private set; }

        public void Add(Difference difference)
        {
            First ??= difference;
            Count = Math.Min(CountedAtMost, Count + 1);
        }

        /// <summary>Adds those that come after in the order of checking.</summary>
        public void Add(Differences later)
        {
            First ??= later.First;
            Count = Math.Min(CountedAtMost, Count + later.Count);
        }
    }
}
