using System.Data;
using System.Diagnostics;
using Npgsql;
using Serilog;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>
/// The host's own PostgreSQL under its data directory: created at the first start, stopped with the host, started again when it
/// dies, taken over when an earlier host was killed. Reached by a Unix socket only, with a password of its own.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    public const string User = "retailsync";
    public const string Database = "retailsync";

    /// <summary>Connections of one host. On a small machine more of them wait for each other rather than do more.</summary>
    public const int PoolSize = 20;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly DirectoryLock directoryLock;
    private readonly PostgresCluster cluster;
    private readonly PostgresSettings settings;
    private readonly string socketDirectory = SocketDirectory.NewPath();
    private readonly string firstWords;
    private readonly CancellationTokenSource stopping = new();
    private PostgresProcess? process;
    private Task supervision = Task.CompletedTask;

    private LocalPostgres(DirectoryLock directoryLock, PostgresCluster cluster, PostgresSettings settings, string dataDirectory)
    {
        (this.directoryLock, this.cluster, this.settings) = (directoryLock, cluster, settings);
        firstWords = Path.Combine(dataDirectory, "postgres.start.log");
        ConnectionString = Connection(Database).ConnectionString;
    }

    /// <summary>Holds the password: for Npgsql, never for a log.</summary>
    public string ConnectionString { get; }

    /// <summary>Returns when the database <c>retailsync</c> answers; after a crash that is once PostgreSQL has recovered.</summary>
    /// <exception cref="LocalPostgresException">It cannot run here; the message says why and what to do.</exception>
    public static async Task<LocalPostgres> Start(string dataDirectory, CancellationToken cancellation, PostgresSettings? settings = null)
    {
        dataDirectory = Path.GetFullPath(dataDirectory);
        var directoryLock = DirectoryLock.Take(dataDirectory);
        LocalPostgres postgres;
        try
        {
            postgres = new(directoryLock, PostgresCluster.OpenOrCreate(dataDirectory), settings ?? PostgresSettings.ForThisMachine(), dataDirectory);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }

        try
        {
            await postgres.StartProcess(cancellation);
            await postgres.Prepare(cancellation);
            postgres.supervision = postgres.Supervise();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await supervision;
        if (process is not null)
        {
            NpgsqlConnection.ClearAllPools();
            process.AskToStop();
            await WaitForExit(process);
            process.Dispose();
        }

        SocketDirectory.Remove(socketDirectory);
        stopping.Dispose();
        directoryLock.Dispose();
    }

    private async Task WaitForExit(PostgresProcess stopped)
    {
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await stopped.WaitForExit(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Log.Warning("PostgreSQL did not stop within {Timeout} and is ended", StopTimeout);
        }

        // Also after a stop in time: the process that writes its log ends a moment after it.
        await OrphanedPostgres.End(cluster.Directory, CancellationToken.None);
    }

    private async Task StartProcess(CancellationToken cancellation)
    {
        await OrphanedPostgres.End(cluster.Directory, cancellation);
        var started = PostgresProcess.Start(cluster, settings, socketDirectory, firstWords);
        process?.Dispose();
        process = started;
        await WaitUntilItAnswers(started, cancellation);
    }

    /// <summary>No bound on the wait: recovery after a crash takes what it takes, and a PostgreSQL that gives up exits.</summary>
    private async Task WaitUntilItAnswers(PostgresProcess started, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Connection("postgres", pooling: false).ConnectionString);
                await connection.OpenAsync(cancellation);
                return;
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                throw new LocalPostgresException("PostgreSQL refuses the password in postgres.password: the file belongs to another cluster.", refused);
            }
            catch (NpgsqlException) when (!started.HasExited)
            {
                await Task.Delay(20, cancellation);
            }
            catch (NpgsqlException notThere)
            {
                throw new LocalPostgresException($"PostgreSQL did not start (exit code {started.ExitCode}); it said: {LastWords()}", notThere);
            }
        }
    }

    private string LastWords()
    {
        var log = Path.Combine(cluster.Directory, "log");
        var files = Directory.Exists(log) ? new DirectoryInfo(log).GetFiles("*.log") : [];
        var newest = files.MaxBy(file => file.LastWriteTimeUtc);
        return string.Join(Environment.NewLine, new[] { firstWords, newest?.FullName }.Where(File.Exists)
            .SelectMany(file => File.ReadLines(file!).TakeLast(5)));
    }

    private async Task Prepare(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres", pooling: false).ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var question = new NpgsqlCommand(
            $"""
            select exists (select from pg_database where datname = '{Database}') as is_there,
                   exists (select from pg_settings where name = 'wal_compression' and 'lz4' = any(enumvals)) as has_lz4
            """, connection);
        var (exists, fastCompression) = (false, false);
        await using (var answer = await question.ExecuteReaderAsync(cancellation))
        {
            await answer.ReadAsync(cancellation);
            (exists, fastCompression) = (answer.GetBoolean("is_there"), answer.GetBoolean("has_lz4"));
        }

        if (!exists)
        {
            await Execute(connection, $"create database {Database}", cancellation);
        }

        if (fastCompression)
        {
            // Not an argument like the others: a PostgreSQL built without lz4 would refuse to start.
            await Execute(connection, $"alter role {User} set wal_compression = 'lz4'", cancellation);
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task Supervise()
    {
        var wait = ShortestWait;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var started = Stopwatch.GetTimestamp();
                await process!.WaitForExit(stopping.Token);
                wait = Stopwatch.GetElapsedTime(started) > LongestWait ? ShortestWait : wait;
                Log.Warning("PostgreSQL ended with exit code {ExitCode}; starting it again in {Wait}", process.ExitCode, wait);
                await Task.Delay(wait, stopping.Token);
                await StartProcess(stopping.Token);
                Log.Information("PostgreSQL is back");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.Error(failure, "PostgreSQL could not be started again");
            }

            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private NpgsqlConnectionStringBuilder Connection(string database, bool pooling = true) => new()
    {
        Host = socketDirectory,
        Username = User,
        Password = cluster.Password,
        Database = database,
        ApplicationName = "retailsync",
        Pooling = pooling,
        MaxPoolSize = PoolSize,
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        Timeout = 15,
    };
}
