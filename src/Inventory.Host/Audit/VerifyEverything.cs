using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>
/// Reads every event once, in the order of streams, beside the positions, their balances and the chains in the same order and of the same snapshot: folds,
/// hashes and compares as it goes, so that any number of them takes no more memory than one. Then the tables that have another order are
/// compared with what was gathered on the way.
/// </summary>
public sealed class VerifyEverything(NpgsqlDataSource database, KeepChain chain, SignCheckpoints checkpoints)
{
    private const string Schema = Projections.Projections.Schema;
    private const int EventsBetweenProgress = 10_000;

    /// <summary>Parameter: the streams to look at, null for all.</summary>
    private const string SelectPositions = $"{PositionTable.SelectAll} where ($1::text[] is null or sku || '@' || location = any($1)) order by (sku || '@' || location) collate \"C\"";

    /// <inheritdoc cref="SelectPositions"/>
    private const string SelectLinks = $"select stream, version, round, hashes from {ChainTables.Links} where ($1::text[] is null or stream = any($1)) order by stream collate \"C\", version";

    /// <summary>One at a time: it reads everything there is.</summary>
    private readonly SemaphoreSlim _one = new(1);

    /// <param name="progress">Is told now and then how many events are done, of about how many.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<Verification> Run(Action<long, long>? progress, CancellationToken cancellation) => Run(null, progress, cancellation);

    /// <summary>Verifies some positions that chance picks, and what PostgreSQL can compare by itself: a small part each night finds in time what is wrong everywhere.</summary>
    /// <param name="positions">How many, at most.</param>
    /// <param name="cancellation">Stops it.</param>
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

        return await Run([.. streams], null, cancellation);
    }

    private async Task<Verification> Run(string[]? streams, Action<long, long>? progress, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await chain.Extend(cancellation);
            return await Check(streams, progress, cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Verification> Check(string[]? only, Action<long, long>? progress, CancellationToken cancellation)
    {
        await using var snapshot = await AuditSnapshot.Open(database, cancellation);
        var checkpoint = only is null ? await checkpoints.Newest(cancellation) : null;
        var asked = new NpgsqlParameter { Value = (object?)only ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
        var (settled, expected, isInOrder) = await Extent(snapshot, cancellation);
        var found = new Differences();
        var memory = new MovementMemory();

        await using var positions = new Lookahead(await snapshot.Read(SelectPositions, cancellation, asked.Clone()), reader => $"{reader.GetString(0)}@{reader.GetString(1)}");
        await using var links = new Lookahead(await snapshot.Read(SelectLinks, cancellation, asked.Clone()), reader => reader.GetString(0));
        await using var balances = new Lookahead(await snapshot.Read(BalanceCheck.Select, cancellation, asked.Clone()), reader => reader.GetString(0));
        await positions.Advance(cancellation);
        await links.Advance(cancellation);
        await balances.Advance(cancellation);

        using var heads = new SignCheckpoints.Heads();
        var streams = new StreamCheck(found, new BalanceCheck(found, balances), memory, heads, checkpoint?.Round, settled);
        long read = 0;
        await using (var archived = new Lookahead(await snapshot.Read(SelectArchived(isInOrder, only is null), cancellation, only is null ? null : asked.Clone()), reader => reader.GetString(0)))
        await using (var recent = new Lookahead(await snapshot.Read(SelectEvents(isInOrder, only is null), cancellation, only is null ? null : asked.Clone()), reader => reader.GetString(0)))
        {
            await archived.Advance(cancellation);
            await recent.Advance(cancellation);
            while (Next(archived, recent) is { Key: { } stream } events)
            {
                if (stream != streams.Stream)
                {
                    await streams.End(positions, links, cancellation);
                    await streams.Begin(stream, positions, links, cancellation);
                }

                streams.Add(events.Row);
                if (++read % EventsBetweenProgress == 0)
                {
                    progress?.Invoke(read, Math.Max(expected, read));
                }

                await events.Advance(cancellation);
            }
        }

        await streams.End(positions, links, cancellation);
        await streams.Rest(positions, links, cancellation);
        if (checkpoint is not null)
        {
            await Compare(checkpoint, heads, found, cancellation);
        }

        if (only is null)
        {
            await memory.Compare(snapshot, found, cancellation);
        }

        await CompareTables(snapshot, found, cancellation);
        if (only is null)
        {
            await CompareFencedUse(snapshot, found, cancellation);
        }

        progress?.Invoke(read, read);
        return new Verification(found.First is null, read, streams.PositionsChecked, found.First, found.Count, streams.EventsLinked, checkpoint?.Number);
    }

    /// <summary>In the order of bytes: that of the index where the database's collation is C, as ours is.</summary>
    private static string SelectEvents(bool isInOrder, bool all) =>
        $"select {ChainHash.Columns}, {BalanceTable.HoldEnds("mt_events")} from {Schema}.mt_events {(all ? "" : "where stream_id = any($1)")} order by stream_id{(isInOrder ? "" : " collate \"C\"")}, version";

    /// <summary>
    /// In the same order: rows of the archive are put in order before they are unpacked, and each by itself afterwards. What somebody took out of one of a row's arrays is not null but wrong, and is told like every other change.
    /// </summary>
    private static string SelectArchived(bool isInOrder, bool all)
    {
        var stream = isInOrder ? "stream" : "stream collate \"C\"";
        return $"""
            select a.stream, a.version + e.n - 1, coalesce(e.seq_id, 0), coalesce(e.id, '{Guid.Empty}'), coalesce(e.type, ''), coalesce(e.timestamp, 'epoch'), e.correlation_id, coalesce(e.data, 'null'),
              {BalanceTable.HoldEnds("e")}
            from (select * from {EventHistory.Archive} {(all ? "" : "where stream = any($1)")} order by {stream}, version offset 0) as a cross join lateral {EventHistory.Unpacked}
            order by a.{stream}, a.version, e.n
            """;
    }

    /// <summary>What is archived of a stream is before the rest of it.</summary>
    private static Lookahead Next(Lookahead archived, Lookahead recent) =>
        archived.Key is { } old && (recent.Key is not { } stream || Utf8Order.Compare(old, stream) <= 0) ? archived : recent;

    private static async Task<(long Settled, long Expected, bool IsInOrder)> Extent(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read(
            $"""
             select coalesce((select settled from {ChainTables.Progress} where id = 1), 0), coalesce((select sum(version) from {Schema}.{PositionTable.Name}), 0)::bigint,
               datcollate in ('C', 'POSIX') and datlocprovider = 'c' from pg_database where datname = current_database()
             """,
            cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2));
    }

    private async Task Compare(Checkpoint checkpoint, SignCheckpoints.Heads heads, Differences found, CancellationToken cancellation)
    {
        if (heads.Streams != checkpoint.Streams || !heads.Root().AsSpan().SequenceEqual(checkpoint.Root))
        {
            found.Add(new Difference("checkpoint", null, null, null, null, $"The chains of today are not those of checkpoint {checkpoint.Number}."));
        }

        if (!await checkpoints.IsSigned(checkpoint, cancellation))
        {
            found.Add(new Difference("checkpoint", null, null, null, null, $"The signature of checkpoint {checkpoint.Number} is not right."));
        }
    }

    /// <summary>What PostgreSQL can compare by itself.</summary>
    private static async Task CompareTables(AuditSnapshot snapshot, Differences found, CancellationToken cancellation)
    {
        await using (var reader = await snapshot.Read(Projections.Reservations.ReservationTable.SelectMismatches, cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var stream = $"{reader.GetString(0)}@{reader.GetString(1)}";
                found.Add(Difference.At("reservations", stream, null, FormattableString.Invariant($"The position has {reader.GetDecimal(2):0.####} reserved, and open reservations keep {reader.GetDecimal(3):0.####} there.")));
            }
        }

        await using var versions = await snapshot.Read(
            $"""
             select coalesce(s.id, p.sku || '@' || p.location), s.version, p.version
             from {Schema}.mt_streams s full join {Schema}.{PositionTable.Name} p on s.id = p.sku || '@' || p.location
             where s.version is distinct from p.version and (s.id is null or s.id like '%@%') limit 20
             """,
            cancellation);
        while (await versions.ReadAsync(cancellation))
        {
            var (stream, position) = (versions.IsDBNull(1) ? 0 : versions.GetInt64(1), versions.IsDBNull(2) ? 0 : versions.GetInt64(2));
            found.Add(Difference.At("stream", versions.GetString(0), null, $"The stream is at version {stream}, its position at {position}."));
        }
    }

    private static async Task CompareFencedUse(AuditSnapshot snapshot, Differences found, CancellationToken cancellation)
    {
        await using var reader = await snapshot.Read(FencedUseTable.SelectMismatches, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Difference("ring-fence", null, reader.GetString(0), null, null, FormattableString.Invariant(
                $"{reader.GetDecimal(2):0.####} are used up of {reader.GetString(1)}, and reservations keep and have shipped {reader.GetDecimal(3):0.####} of it.")));
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
    }
}
