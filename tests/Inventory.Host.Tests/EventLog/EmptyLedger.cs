using Marten;
using Npgsql;
using RetailSync.Inventory.Projections;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.EventLog;

/// <summary>
/// The event log and nothing beside it: a database with Marten's tables, and transactions on it that take sequences, record and end when a test says so.
/// </summary>
public sealed class EmptyLedger : IAsyncLifetime
{
    private TestDatabase? _database;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresForTests.CreateDatabase();
        Database = new NpgsqlDataSourceBuilder(_database.ConnectionString + ";Maximum Pool Size=40").UseNodaTime().Build();
        using var store = DocumentStore.For(options =>
        {
            options.Connection(Database);
            options.AddInventory();
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(JasperFx.AutoCreate.CreateOrUpdate);
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await _database!.DisposeAsync();
    }

    public async Task<LedgerWriter> Begin()
    {
        var connection = await Database.OpenConnectionAsync();
        await using var prepare = new NpgsqlCommand("set session_replication_role = replica; begin", connection);
        await prepare.ExecuteNonQueryAsync();
        return new LedgerWriter(connection);
    }
}

/// <summary>A transaction that is open.</summary>
public sealed class LedgerWriter(NpgsqlConnection connection)
{
    private readonly List<long> _taken = [];

    /// <summary>What it has recorded, or will have with its next <see cref="Record"/>.</summary>
    public IReadOnlyList<long> Taken => _taken;

    /// <summary>Takes sequences and records nothing: unless it has recorded before, the transaction has no number afterwards.</summary>
    public async Task<LedgerWriter> Take(int count = 1)
    {
        await using var command = new NpgsqlCommand("select nextval('inventory.mt_events_sequence') from generate_series(1, $1)", connection);
        command.Parameters.AddWithValue(count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            _taken.Add(reader.GetInt64(0));
        }

        return this;
    }

    /// <summary>Takes sequences within a savepoint that is rolled back: they are given up, and the transaction goes on.</summary>
    public async Task GiveUp(int count)
    {
        await Execute("savepoint s");
        await Execute($"select nextval('inventory.mt_events_sequence') from generate_series(1, {count})");
        await Execute("rollback to s");
    }

    /// <summary>An event for each sequence that it took.</summary>
    public async Task<LedgerWriter> Record()
    {
        await using var command = new NpgsqlCommand(
            """
            insert into inventory.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
            select n, gen_random_uuid(), 'tail-' || n, 1, '{}', 'tail_test', now(), '*DEFAULT*', false from unnest($1) as n on conflict (seq_id) do nothing
            """, connection)
        { Parameters = { new() { Value = _taken.ToArray() } } };
        await command.ExecuteNonQueryAsync();
        return this;
    }

    /// <summary>Whether PostgreSQL has assigned the transaction an id, so that every snapshot includes it.</summary>
    public async Task<bool> HasNumber()
    {
        await using var command = new NpgsqlCommand("select pg_current_xact_id_if_assigned() is not null", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    public Task Commit() => End("commit");

    public Task RollBack() => End("rollback");

    public Task End(string how) => Execute(how, close: true);

    private async Task Execute(string sql, bool close = false)
    {
        await using (var command = new NpgsqlCommand(sql, connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        if (close)
        {
            await connection.CloseAsync();
        }
    }
}
