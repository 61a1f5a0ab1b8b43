using Npgsql;

namespace RetailSync.Inventory.Host.Storage.Migration;

/// <summary>Between a host and its PostgreSQL is a pooler that lends one session to several connections.</summary>
public sealed class SharedSessionsException() : Exception(
    "The database is reached through a pooler that hands out sessions by transaction or by statement, or with Multiplexing in the connection string. "
    + "A host keeps locks, prepared statements and settings in its sessions: connect to PostgreSQL itself, or set pool_mode = session (docs/operations.md).");

/// <summary>
/// Finds a pooler that hands out sessions by transaction or by statement. Over one, locks of a session are lost at once and statements that were prepared are
/// another connection's, so that two hosts lead and nothing can be written, while reading works.
/// </summary>
internal static class OwnSessions
{
    /// <summary>Connections beside the first: a pooler gives the session that was used last, or one after the other.</summary>
    private const int Others = 3;

    private const string Backend = "select pg_backend_pid()";

    /// <summary>
    /// Two connections that are both open never have one session, and an open connection never changes its own: what is said here is always so. What is not
    /// found may be there.
    /// </summary>
    /// <exception cref="SharedSessionsException">They do.</exception>
    public static async Task Require(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var most = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        await using var first = await database.OpenConnectionAsync(cancellation);
        var own = await Ask(first, cancellation);
        List<NpgsqlConnection> others = [];
        try
        {
            for (var number = 0; number < Math.Min(Others, most - 1); number++)
            {
                var other = await database.OpenConnectionAsync(cancellation);
                others.Add(other);
                if (await AskInTransaction(other, cancellation) == own)
                {
                    throw new SharedSessionsException();
                }
            }

            if (await Ask(first, cancellation) != own)
            {
                throw new SharedSessionsException();
            }
        }
        finally
        {
            foreach (var other in others)
            {
                await other.DisposeAsync(); // and with it its transaction
            }
        }
    }

    private static async Task<int> Ask(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Backend, connection);
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>It keeps the session until it is closed.</summary>
    private static async Task<int> AskInTransaction(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await connection.BeginTransactionAsync(cancellation);
            return await Ask(connection, cancellation);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            // By statement, there are no transactions.
            throw new SharedSessionsException();
        }
    }
}
