using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>What an operator sees of the system: from this host's memory, and from tables that are small or have statistics.</summary>
public sealed class ReadOperations(
    NpgsqlDataSource database, WriteLanes lanes, StockCache book, HostName name, RetentionPolicy retention, IHostEnvironment environment, IClock clock)
{
    private const int TablesAtMost = 40;

    private const string Schema = InventorySchema.Name;

    private const string NodesSql =
        $"""
         select node.id::text as id, node.node_number, node.description, node.started, node.health_check, node.version,
           array(select assigned.id from {Schema}.wolverine_node_assignments as assigned where assigned.node_id = node.id order by assigned.id) as agents
         from {Schema}.wolverine_nodes as node order by node.node_number
         """;

    /// <summary>For each follower the last event up to which it has everything, and when the first after that was recorded.</summary>
    private const string FollowersSql =
        $"""
         select follower.name, follower.sequence, (select max(seq_id) from {Schema}.mt_events) as newest,
           (select timestamp from {Schema}.mt_events where seq_id > follower.sequence order by seq_id limit 1) as waits_since
         from (
           select 'publications' as name, coalesce((select greatest(settled, newest) from {PublicationTables.Cursor} limit 1), 0) as sequence
           union all select 'hash-chain', coalesce((select settled from {ChainTables.Progress} where id = 1), 0)
           union all select 'memory', $1) as follower
         order by follower.name
         """;

    /// <summary>By the statistics of the last analysis: nothing is counted.</summary>
    private const string TablesSql =
        $"""
         select relname as name, pg_total_relation_size(oid) as bytes, greatest(reltuples, 0)::bigint as rows
         from pg_class where relnamespace = '{Schema}'::regnamespace and relkind in ('r', 'p') order by bytes desc, name limit $1
         """;

    private const string DatabaseSql =
        $"""
         select pg_database_size(current_database()) as bytes, current_setting('server_version') as version,
           (select count(*) from pg_stat_activity where datname = current_database()) as connections,
           coalesce((select max(seq_id) from {Schema}.mt_events), 0) as newest
         """;

    public async Task<OperationsAnswer> Read(CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(DatabaseSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(TablesSql) { Parameters = { new NpgsqlParameter { Value = TablesAtMost } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(FollowersSql) { Parameters = { new NpgsqlParameter { Value = book.NewestSequence } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NodesSql));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (bytes, postgres) = (reader.GetInt64("bytes"), reader.GetString("version"));
        var (connections, newest) = (reader.GetInt64("connections"), reader.GetInt64("newest"));
        var tables = await Rows(reader, row => new TableSize(row.GetString("name"), row.GetInt64("bytes"), row.GetInt64("rows")), cancellation);
        var followers = await Rows(reader, row => FollowerOf(row, now), cancellation);
        var hosts = await Rows(reader, row => new HostShown(
            row.GetString("id"), row.GetInt32("node_number"), row.GetString("description"), row.GetFieldValue<Instant>("started"),
            row.GetFieldValue<Instant>("health_check"), row.TextOrNull("version"), row.GetFieldValue<string[]>("agents")), cancellation);
        var archive = tables.Find(table => $"{Schema}.{table.Name}" == EventHistory.Archive);
        return new OperationsAnswer(
            now, newest, new VersionsShown(MeAnswer.ProductVersion, Environment.Version.ToString(), postgres), environment.EnvironmentName, name.Value,
            [.. lanes.Figures.Select((lane, index) => new LaneShown(
                index, lane.Waiting, lane.Commits, lane.Commits == 0 ? null : Math.Round((decimal)lane.Took.TotalSeconds / lane.Commits, 6), lane.IsStalled))],
            followers, hosts,
            new ArchiveShown(retention.ArchiveAfterYears, retention.ArchivedBefore(now), archive?.Bytes ?? 0, archive?.Rows ?? 0),
            retention, new DatabaseShown(bytes, connections, tables));
    }

    /// <summary>The rows of the batch's next statement.</summary>
    private static async Task<List<T>> Rows<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await reader.NextResultAsync(cancellation);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static FollowerShown FollowerOf(NpgsqlDataReader row, Instant now)
    {
        var waits = row.ValueOrNull<Instant>("waits_since");
        return new FollowerShown(
            row.GetString("name"), row.GetInt64("sequence"),
            waits is { } since ? Math.Max(0, Math.Round((decimal)(now - since).TotalSeconds, 3)) : 0);
    }
}
