using Npgsql;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>
/// Who is at it: an advisory lock of a connection, which PostgreSQL takes back with it. It outlives transactions, so that long work can be done in short ones.
/// </summary>
internal static class Turn
{
    public static async Task<bool> TryTake(NpgsqlConnection connection, string work, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 8))", connection);
        command.Parameters.AddWithValue(work);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>A connection that is gone has given it back.</summary>
    public static async Task GiveBack(NpgsqlConnection connection, string work)
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended($1, 8))", connection);
            command.Parameters.AddWithValue(work);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
