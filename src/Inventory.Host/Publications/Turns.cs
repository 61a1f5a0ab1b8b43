using Npgsql;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>
/// Which work this host does of what one host of the cluster does at a time. A turn is an advisory lock on a connection that does nothing
/// else: PostgreSQL takes it back when this host dies, at once where the connection breaks and within seconds where it only falls silent.
/// A turn decides who is busy, not what is right: what is written is guarded in the tables. Needs a connection of its own all along,
/// so a pooler between that hands out one per transaction will not do.
/// </summary>
public sealed class Turns(string connectionString, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<string> _held = [];
    private NpgsqlConnection? _connection;
    private long _heardAt;

    /// <summary>Whether it is this host's turn, now or still. Says no as well when the database is away.</summary>
    public async Task<bool> Take(string work, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await Listen(cancellation);
            if (_held.Contains(work))
            {
                return true;
            }

            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", _connection);
            command.Parameters.AddWithValue($"retailsync/{work}");
            return (bool)(await command.ExecuteScalarAsync(cancellation))! && _held.Add(work);
        }
        catch (Exception away) when (away is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
        {
            await Lose();
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Lose();
        _one.Dispose();
    }

    /// <summary>Makes sure that the connection which holds the turns is there, and that PostgreSQL was heard on it a moment ago.</summary>
    private async Task Listen(CancellationToken cancellation)
    {
        if (_connection is null)
        {
            _connection = new NpgsqlConnection(ConnectionString());
            await _connection.OpenAsync(cancellation);
        }
        else if (time.GetElapsedTime(_heardAt) > Freshness)
        {
            await using var command = new NpgsqlCommand("select 1", _connection);
            await command.ExecuteScalarAsync(cancellation);
        }

        _heardAt = time.GetTimestamp();
    }

    private async Task Lose()
    {
        _held.Clear();
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    /// <summary>Not pooled, so that closing it ends the session; and the server asks after three silent seconds whether we are still there.</summary>
    private string ConnectionString()
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "retailsync-turns",
            Pooling = false,
            CommandTimeout = 5,
            Multiplexing = false,
        };
        settings.Options = $"{settings.Options} -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3".Trim();
        return settings.ConnectionString;
    }
}
