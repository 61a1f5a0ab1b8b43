using System.Data;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>Reads the events of a range of streams in their order, beside everything else that is kept by stream, and has each stream checked.</summary>
/// <param name="snapshot">All of it is of one state.</param>
/// <param name="settled">Every event up to this sequence must be linked.</param>
/// <param name="progress">Receives, from time to time, the number of further events that are done.</param>
internal sealed class RangeCheck(AuditSnapshot snapshot, StreamRange range, long settled, Action<int> progress)
{
    private const string Schema = Projections.InventorySchema.Name;
    private const int EventsBetweenProgress = 10_000;
    private const string PositionStream = "(sku || '@' || location)";

    public VerifyEverything.Differences Found { get; } = new();

    public IdempotencyKeyCheck Movements { get; } = new();

    public HeldUnits Holds { get; } = new();

    public long PositionsChecked { get; private set; }

    public long EventsLinked { get; private set; }

    public async Task Run(CancellationToken cancellation)
    {
        await using var positions =
            await Read($"{PositionTable.SelectAll} where {range.Contains(PositionStream)} order by {range.Order(PositionStream)}",
                reader => $"{reader.GetString("sku")}@{reader.GetString("location")}", cancellation);
        await using var links = await Read(SelectLinks(), First, cancellation);
        await using var balances =
            await Read($"{BalanceCheck.Select} where {range.Contains("stream")} order by {range.Order("stream")}, version", First, cancellation);
        await using var archived = await Read(SelectArchived(), First, cancellation);
        await using var recent = await Read(SelectRecent(), First, cancellation);
        var streams = new StreamCheck(Found, new BalanceCheck(Found, balances), Movements, Holds, settled);
        var unreported = 0;
        while (Next(archived, recent) is { Key: { } stream } events)
        {
            if (stream != streams.Stream)
            {
                await streams.End(positions, cancellation);
                await streams.Begin(stream, positions, links, cancellation);
            }

            streams.Add(events.Row);
            if (++unreported == EventsBetweenProgress)
            {
                progress(unreported);
                unreported = 0;
            }

            await events.Advance(cancellation);
        }

        await streams.End(positions, cancellation);
        await streams.Rest(positions, links, cancellation);
        progress(unreported);
        (PositionsChecked, EventsLinked) = (streams.PositionsChecked, streams.EventsLinked);
    }

    private async Task<Lookahead> Read(string sql, Func<NpgsqlDataReader, string> keyOf, CancellationToken cancellation)
    {
        var rows = new Lookahead(await snapshot.Read(sql, cancellation, range.Parameters()), keyOf);
        await rows.Advance(cancellation);
        return rows;
    }

    /// <summary>A row for each stream. PostgreSQL adds up in the order that it is given.</summary>
    private string SelectLinks() =>
        $"""
         select stream, {ChainRows.Columns}
         from (select stream, version, hashes from {ChainTables.Links} where {range.Contains("stream")} order by {range.Order("stream")}, version offset 0) as l
         group by stream order by {range.Order("stream")}
         """;

    private string SelectRecent() =>
        $"select {ChainedEvent.Columns}, {ReservationTable.HoldEnds("mt_events")} as hold_ends, "
            + $"{ReservationTable.HoldChannel("mt_events")} as hold_channel from {Schema}.mt_events "
            + $"where {range.Contains("stream_id")} order by {range.Order("stream_id")}, version";

    /// <summary>
    /// In the same order: rows of the archive are put in order before they are unpacked, and each by itself afterwards. What somebody took out of one of a
    /// row's arrays is not null but wrong, and is reported like every other change.
    /// </summary>
    private string SelectArchived() =>
        $"""
         select a.stream, a.version + e.n - 1, coalesce(e.seq_id, 0), coalesce(e.id, '{Guid.Empty}'), coalesce(e.type, ''),
           coalesce(e.timestamp, 'epoch'), e.correlation_id, e.user_name,
           coalesce(e.data, 'null'),
           {ReservationTable.HoldEnds("e")} as hold_ends, {ReservationTable.HoldChannel("e")} as hold_channel
         from (select * from {EventHistory.Archive} where {range.Contains("stream")} order by {range.Order("stream")}, version offset 0) as a
           cross join lateral {EventHistory.Unpacked}
         order by {range.Order("a.stream")}, a.version, e.n
         """;

    private static string First(NpgsqlDataReader row) => row.GetString(0);

    /// <summary>What is archived of a stream is before the rest of it.</summary>
    private static Lookahead Next(Lookahead archived, Lookahead recent) =>
        archived.Key is { } old && (recent.Key is not { } stream || Utf8Order.Compare(old, stream) <= 0) ? archived : recent;
}
