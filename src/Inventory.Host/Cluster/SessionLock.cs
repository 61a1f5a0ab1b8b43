using Npgsql;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// Who receives, compares or corrects a sheet, asks a system for one, or rebuilds, keeps a lock on it: an advisory lock of a connection, which PostgreSQL takes
/// back when its host dies. It outlives transactions, so that long work can be done in short ones. A message that two hosts handle for a moment so does its
/// work once.
/// </summary>
internal static class SessionLock
{
    private const string Key = "hashtextextended($1, 8)";

    /// <summary>At once or not at all.</summary>
    public static async Task<bool> TryTake(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({Key})", connection);
        command.Parameters.AddWithValue(name);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Waits up to five seconds.</summary>
    /// <exception cref="PostgresException">55P03: another session holds it.</exception>
    public static async Task Take(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local lock_timeout = '5s'"));
        var take = new NpgsqlBatchCommand($"select pg_advisory_lock({Key})");
        take.Parameters.AddWithValue(name);
        batch.BatchCommands.Add(take);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A broken connection has released it.</summary>
    public static async Task GiveBack(NpgsqlConnection connection, string name)
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand($"select pg_advisory_unlock({Key})", connection);
            command.Parameters.AddWithValue(name);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
