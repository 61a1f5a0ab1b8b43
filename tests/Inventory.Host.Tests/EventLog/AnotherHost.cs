using Npgsql;

namespace RetailSync.Inventory.Host.Tests.EventLog;

/// <summary>
/// A transaction as another host's lane makes it, step by step: it takes its sequences, and commits its events with the rows of their positions when a test
/// says so. What it records are receipts like one that was recorded before.
/// </summary>
public sealed class AnotherHost : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _like;
    private readonly string _sku;
    private readonly int _count;

    private AnotherHost(NpgsqlConnection connection, string like, string sku, int count) => (_connection, _like, _sku, _count) = (connection, like, sku, count);

    /// <summary>The sequences of its events, ascending.</summary>
    public long[] Sequences { get; private set; } = [];

    /// <param name="host">Whose database.</param>
    /// <param name="like">A SKU with one receipt at S001.</param>
    /// <param name="sku">How its SKUs begin: a number from 1 follows.</param>
    /// <param name="count">How many positions, with an event each.</param>
    /// <param name="application">The name of its session.</param>
    public static async Task<AnotherHost> Begin(RunningHost host, string like, string sku, int count, string application = "another-host")
    {
        var connection = new NpgsqlConnection(host.ConnectionString + $";Pooling=false;Application Name={application}");
        await connection.OpenAsync();
        var begun = new AnotherHost(connection, like, sku, count);
        await begun.Execute("set session_replication_role = replica; begin");
        await using var take = new NpgsqlCommand($"select array_agg(nextval('inventory.mt_events_sequence')) from generate_series(1, {count})", connection);
        begun.Sequences = (long[])(await take.ExecuteScalarAsync())!;
        return begun;
    }

    public int ProcessId => _connection.ProcessID;

    public async Task Commit()
    {
        var made = $"unnest(array[{string.Join(',', Sequences)}]::bigint[]) with ordinality as made(sequence, n)";
        await Execute(
            $"""
             insert into inventory.mt_streams
             select (jsonb_populate_record(s, jsonb_build_object('id', '{_sku}' || n || '@S001'))).*
             from inventory.mt_streams as s, generate_series(1, {_count}) as n where s.id = '{_like}@S001';
             insert into inventory.mt_events
             select (jsonb_populate_record(e, jsonb_build_object('seq_id', made.sequence, 'id', gen_random_uuid(),
               'stream_id', '{_sku}' || n || '@S001', 'data', jsonb_set(e.data, array['id'], to_jsonb('{_sku}' || n))))).*
             from inventory.mt_events as e, {made} where e.stream_id = '{_like}@S001';
             insert into inventory.position
             select (jsonb_populate_record(p, jsonb_build_object('sku', '{_sku}' || n))).*
             from inventory.position as p, generate_series(1, {_count}) as n where p.sku = '{_like}' and p.location = 'S001';
             insert into inventory.recorded_movement select (jsonb_populate_record(m, jsonb_build_object('id', '{_sku}' || n, 'sequence', made.sequence))).*
             from inventory.recorded_movement as m, {made} where m.sequence = (select seq_id from inventory.mt_events where stream_id = '{_like}@S001');
             commit
             """);
    }

    public Task RollBack() => Execute("rollback");

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task Execute(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
