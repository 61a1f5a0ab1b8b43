using System.Data;
using Npgsql;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>Several readers, each on a connection of its own until it is disposed of, that see one and the same state of the database.</summary>
internal sealed class AuditSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _exported;
    private readonly string _name;

    private AuditSnapshot(NpgsqlDataSource database, NpgsqlConnection exported, string name) => (_database, _exported, _name) = (database, exported, name);

    public static async Task<AuditSnapshot> Open(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await using var export = new NpgsqlCommand("select pg_export_snapshot()", connection);
            return new AuditSnapshot(database, connection, (string)(await export.ExecuteScalarAsync(cancellation))!);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Rows as they come: what is read is not kept. May be called by several at once.</summary>
    public async Task<NpgsqlDataReader> Read(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        var connection = await _database.OpenConnectionAsync(cancellation);
        try
        {
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);

            // Whole tables in the order of an index: a sort on disk first would show nothing for a long time.
            await using (var settings = new NpgsqlCommand(
                $"set transaction snapshot '{_name}'; set local max_parallel_workers_per_gather = 0; set local enable_sort = off", connection))
            {
                await settings.ExecuteNonQueryAsync(cancellation);
            }

            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            command.Parameters.AddRange(parameters);
            return await command.ExecuteReaderAsync(CommandBehavior.CloseConnection, cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _exported.DisposeAsync();
}

/// <summary>Rows in the order of a key, one of them in view.</summary>
internal sealed class Lookahead(NpgsqlDataReader reader, Func<NpgsqlDataReader, string> keyOf) : IAsyncDisposable
{
    public NpgsqlDataReader Row => reader;

    /// <summary>Null at the end.</summary>
    public string? Key { get; private set; }

    public async ValueTask Advance(CancellationToken cancellation) => Key = await reader.ReadAsync(cancellation) ? keyOf(reader) : null;

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
