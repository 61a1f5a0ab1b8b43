using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>Reads what was recorded at a position, from the newest back, as far as a decision needs it.</summary>
internal static class LaneHistory
{
    private const string Schema = Projections.InventorySchema.Name;

    private const string SelectHistory =
        $"""
         select version, type, data, timestamp from {Schema}.mt_events
         where stream_id = $1 and version < $2 order by version desc limit $3
         """;

    /// <summary>A row of the archive, the newest before a version: parameters as of <see cref="SelectHistory"/>.</summary>
    private const string SelectArchivedHistory =
        $"""
         select a.version + e.n - 1, e.type, e.data, e.timestamp
         from (select * from {EventHistory.Archive} where stream = $1 and version < $2 order by version desc limit 1) as a
           cross join lateral {EventHistory.Unpacked}
         where a.version + e.n - 1 < $2 order by e.n desc limit $3
         """;

    /// <summary>The places of the columns of <see cref="SelectHistory"/>.</summary>
    private static class Column
    {
        public const int Version = 0, Type = 1, Data = 2, RecordedAt = 3;
    }

    /// <summary>
    /// A fact more than 5 minutes in the future is refused, and hosts' clocks may differ by a minute: earlier recordings cannot have occurred later.
    /// </summary>
    private static readonly Duration AheadAtMost = Duration.FromMinutes(6);

    /// <param name="newBatch">Of the connection to read from.</param>
    /// <param name="need">The earliest instant that the decision needs.</param>
    /// <returns>The facts in the order of recording, and the version of the stream.</returns>
    public static async Task<(IReadOnlyList<StockFact> Facts, long Version)> Read(Func<NpgsqlBatch> newBatch, PositionKey key, HistoryNeed need)
    {
        const int page = 1_000;
        var facts = new List<StockFact>();
        long version = 0;
        var before = long.MaxValue;
        var isArchived = false;
        while (true)
        {
            await using var batch = newBatch();
            LaneStore.Add(batch, isArchived ? SelectArchivedHistory : SelectHistory, new NpgsqlParameter<string> { TypedValue = key.ToString() },
                new NpgsqlParameter<long> { TypedValue = before }, new NpgsqlParameter<int> { TypedValue = page });
            await using var reader = await batch.ExecuteReaderAsync();
            var rows = 0;
            var reachedStart = false;
            while (await reader.ReadAsync())
            {
                rows++;
                before = reader.GetInt64(Column.Version);
                version = Math.Max(version, before);
                reachedStart |= need.Since is { } since && reader.GetFieldValue<Instant>(Column.RecordedAt) < since - AheadAtMost;
                if (LaneStore.ReadEvent(reader.GetString(Column.Type), reader.GetString(Column.Data)) is StockFact fact)
                {
                    facts.Add(fact);
                }
            }

            // The newest event is never archived, so a stream that ends before its first version goes on in the archive; what is archived meanwhile has been
            // read, or is read there.
            if (reachedStart || before is 1 or long.MaxValue || (isArchived && rows == 0))
            {
                facts.Reverse();
                return (facts, version);
            }

            isArchived |= rows < page;
        }
    }
}
