using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>What a rebuild did.</summary>
/// <param name="PositionsChecked">Positions that were folded again.</param>
/// <param name="PositionsRebuilt">Those whose row was not what their events say, and is now.</param>
/// <param name="First">The first of them, as <c>{sku}@{location}</c>, at most a hundred.</param>
public sealed record Rebuilt(long PositionsChecked, long PositionsRebuilt, IReadOnlyList<string> First);

/// <summary>
/// Folds positions again from their events, without downtime, and writes the rows that differ: each in one statement, so a reader
/// sees the old one until the new one is there, also when the host is killed half-way. A row that was written meanwhile is skipped and read
/// again. No event is recorded and nothing is published: a row is only derived from events. Balances are rebuilt after that.
/// </summary>
public sealed class RebuildPositions([FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database, StockCache book, IClock clock)
{
    /// <summary>Rows of one commit.</summary>
    private const int AtOnce = 1_000;

    /// <summary>Retries for a position that is written concurrently.</summary>
    private const int MostRounds = 10;

    private const int NamedAtMost = 100;

    private const int EventsBetweenProgress = 10_000;

    private const string Schema = Projections.InventorySchema.Name;
    private const string Table = $"{Schema}.{PositionTable.Name}";
    private const string Sets =
        """
        version = w.version, on_hand = w.on_hand, unsellable = w.unsellable, reserved = w.reserved, in_transit = w.in_transit, counted_at = w.counted_at,
        newest_movement_at = w.newest_movement_at, newest_status_at = w.newest_status_at, newest_document_at = w.newest_document_at,
          recorded_at = w.recorded_at, detail = w.detail
        """;

    /// <summary>The guard is the version that the row had when it was read: a lane that has written since has moved it on. -1 stands for no row.</summary>
    private static readonly string Write =
        $"""
         with wanted as materialized (
           select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) as w({PositionTable.Columns}, seen)),
         updated as (
           update {Table} p set {Sets} from wanted w where p.sku = w.sku and p.location = w.location and p.version = w.seen returning p.sku, p.location),
         inserted as (
           insert into {Table} ({PositionTable.Columns}) select {PositionTable.Columns} from wanted where seen = -1 order by sku, location
           on conflict do nothing returning sku, location),
         written as (select sku, location, seen from wanted join (select * from updated union all select * from inserted) as done using (sku, location)),
         logged as ({RepairLogTable.Insert("written", "$15")})
         select sku, location from written
         """;

    /// <summary>Rows of nothing: their stream does not exist. Parameters: SKU and location, null for all.</summary>
    private static readonly string DeleteRowsOfNothing =
        $"""
         with removed as (
           delete from {Table} p where ($1::text is null or p.sku = $1) and ($2::text is null or p.location = $2)
             and not exists (select 1 from {Schema}.mt_streams s where s.id = p.sku || '@' || p.location)
           returning p.sku, p.location, p.version as seen),
         logged as ({RepairLogTable.Insert("removed", "$3")})
         select sku, location, seen from removed
         """;

    /// <param name="sku">Of this SKU only; null for all.</param>
    /// <param name="location">At this location only; null for all.</param>
    /// <param name="progress">Receives how many events are read, of about how many.</param>
    /// <param name="cancellation">Stops it; what is rebuilt stays so.</param>
    public async Task<Rebuilt> Run(Sku? sku, LocationId? location, Action<long, long>? progress, CancellationToken cancellation)
    {
        var total = await RemoveRowsOfNothing(sku, location, cancellation);
        var (read, named) = (0L, new List<string>());
        string[]? streams = null;
        for (var round = 0; round < MostRounds && streams is not { Length: 0 }; round++)
        {
            var left = new List<string>();
            var differing = new List<Folded>();
            await foreach (var folded in Fold(sku, location, streams, progress, cancellation))
            {
                read += round == 0 ? 1 : 0;
                if (folded.Differs)
                {
                    differing.Add(folded);
                }

                if (differing.Count == AtOnce)
                {
                    total += await Store(differing, left, named, cancellation);
                    differing.Clear();
                }
            }

            total += await Store(differing, left, named, cancellation);
            streams = [.. left];
        }

        await RebuildBalances.Run(database, sku, location, cancellation);
        return new Rebuilt(read, total, named);
    }

    private async Task<long> RemoveRowsOfNothing(Sku? sku, LocationId? location, CancellationToken cancellation)
    {
        var delete = new NpgsqlBatchCommand(DeleteRowsOfNothing);
        delete.Parameters.Add(SqlValue.OrNull(sku?.Value));
        delete.Parameters.Add(SqlValue.OrNull(location?.Value));
        delete.Parameters.AddWithValue(clock.GetCurrentInstant());
        var removed = 0L;
        await foreach (var reader in OneAfterTheOther(delete, cancellation))
        {
            removed++;
            book.Replace(KeyOf(reader), reader.GetInt64("seen"), StockPosition.Empty, Instant.MinValue);
        }

        return removed;
    }

    private async Task<long> Store(List<Folded> differing, List<string> left, List<string> named, CancellationToken cancellation)
    {
        if (differing.Count == 0)
        {
            return 0;
        }

        // In the order in which lanes write them, so that they cannot deadlock.
        differing.Sort((first, second) => PositionTable.Order(first.Key, second.Key));
        var write = new NpgsqlBatchCommand(Write);
        var recordedAt = differing.ToDictionary(folded => folded.Key, folded => folded.RecordedAt);
        PositionTable.AddColumns(write.Parameters, differing.ConvertAll(folded => (folded.Key, folded.Position)), row => recordedAt[row.Key]);
        write.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, differing, folded => folded.Seen));
        write.Parameters.AddWithValue(clock.GetCurrentInstant());
        var written = new HashSet<PositionKey>();
        await foreach (var reader in OneAfterTheOther(write, cancellation))
        {
            written.Add(KeyOf(reader));
        }

        // Readers' caches were filled from the rows before the repair.
        foreach (var folded in differing.Where(folded => written.Contains(folded.Key)))
        {
            book.Replace(folded.Key, folded.Seen, folded.Position, folded.RecordedAt);
        }

        left.AddRange(differing.Where(folded => !written.Contains(folded.Key)).Select(folded => folded.Stream));
        named.AddRange(written.Select(key => key.ToString()).Order(StringComparer.Ordinal).Take(NamedAtMost - named.Count));
        return written.Count;
    }

    /// <summary>The rows of a statement that also writes the repair log, which invalidates other hosts' caches: both atomically.</summary>
    private async IAsyncEnumerable<NpgsqlDataReader> OneAfterTheOther(NpgsqlBatchCommand statement, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Timeout = 0; // it may go through every position
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RepairLogTable.Lock));
        batch.BatchCommands.Add(statement);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return reader;
        }
    }

    /// <summary>Positions that have events, folded, beside their rows of the same snapshot.</summary>
    private async IAsyncEnumerable<Folded> Fold(
        Sku? sku, LocationId? location, string[]? streams, Action<long, long>? progress, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        const string SkuOf = "left(id, length(id) - strpos(reverse(id), '@'))";
        const string LocationOf = "right(id, strpos(reverse(id), '@') - 1)";
        List<string> conditions = ["id like '%@%'"];
        Where("id = any", streams);
        Where("id = ", sku is { } one && location is { } there ? new PositionKey(one, there).ToString() : null);
        Where($"{SkuOf} = ", location is null ? sku?.Value : null);
        Where($"{LocationOf} = ", sku is null ? location?.Value : null);
        command.CommandText =
            $"""
             select p.*, s.id, e.type, e.data, e.timestamp
             from (select id, {SkuOf} as sku, {LocationOf} as location from {Schema}.mt_streams where {string.Join(" and ", conditions)}) as s
             left join lateral (select {PositionTable.Columns} from {Table} t where t.sku = s.sku and t.location = s.location offset 0) as p on true
             cross join lateral (select version, type, data, timestamp from {EventHistory.Of("s.id")} order by version offset 0) as e
             order by s.id, e.version
             """;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        Folded? current = null;
        var read = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            var stream = reader.GetString("id");
            if (current?.Stream != stream)
            {
                if (current is not null)
                {
                    yield return current;
                }

                current = new Folded(stream, reader.IsDBNull("sku") ? null : PositionRow.Read(reader));
            }

            current.Add(StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")), reader.GetFieldValue<Instant>("timestamp"));
            if (++read % EventsBetweenProgress == 0)
            {
                progress?.Invoke(read, read);
            }
        }

        if (current is not null)
        {
            yield return current;
        }

        void Where(string condition, object? value)
        {
            if (value is not null)
            {
                command.Parameters.AddWithValue(value);
                conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{condition}(${command.Parameters.Count})"));
            }
        }
    }

    private static PositionKey KeyOf(NpgsqlDataReader reader) =>
        new(Sku.Parse(reader.GetString("sku")), LocationId.Parse(reader.GetString("location")));

    /// <summary>A position as its events make it, beside its row.</summary>
    private sealed class Folded(string stream, PositionRow? row)
    {
        public string Stream => stream;

        public PositionKey Key { get; } = PositionKey.Parse(stream);

        public StockPosition Position { get; private set; } = StockPosition.Empty;

        public Instant RecordedAt { get; private set; }

        public long Seen => row?.Position.Version ?? -1;

        public bool Differs => row?.FirstDifference(Position) is not null || row is null;

        public void Add(StockEvent happened, Instant recordedAt) => (Position, RecordedAt) = (StockPosition.Evolve(Position, happened), recordedAt);
    }
}
