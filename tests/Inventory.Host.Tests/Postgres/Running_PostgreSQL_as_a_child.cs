using System.Diagnostics;
using Npgsql;
using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Inventory.Host.Tests.Postgres;

/// <summary>Real clusters of their own, in a directory that PostgreSQL's account cannot reach by its path (as a clone in /root).</summary>
public sealed class Running_PostgreSQL_as_a_child : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("retailsync keeping ").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_second_start_finds_what_the_first_wrote()
    {
        await using (var first = await Start())
        {
            await Query(first, "create table shelf as select 7 as units");
        }

        await using var second = await Start();

        Assert.Equal(7, await Query(second, "select units from shelf"));
    }

    [Fact]
    public async Task No_process_and_no_file_is_left_after_the_stop()
    {
        string sockets;
        await using (var postgres = await Start())
        {
            sockets = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
            Assert.NotEmpty(OrphanedPostgres.ProcessesOf(Cluster));
        }

        Assert.Empty(OrphanedPostgres.ProcessesOf(Cluster));
        Assert.False(Directory.Exists(sockets));
    }

    [Fact]
    public async Task A_second_host_on_the_directory_is_refused_with_the_reason()
    {
        await using var first = await Start();

        var refusal = await Assert.ThrowsAsync<LocalPostgresException>(Start);

        Assert.Contains($"Another host (process {Environment.ProcessId})", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Query(first, "select 1"));
    }

    [Fact]
    public async Task Commits_are_durable()
    {
        await using var postgres = await Start();

        foreach (var (setting, value) in new[]
        {
            ("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("data_checksums", "on"), ("server_encoding", "UTF8"),
            ("lc_collate", "C"), ("listen_addresses", ""), ("password_encryption", "scram-sha-256"), ("jit", "off"),
        })
        {
            Assert.Equal((setting, value), (setting, await Query(postgres, $"select current_setting('{setting}')")));
        }
    }

    [Fact]
    public async Task A_connection_without_the_password_is_refused()
    {
        await using var postgres = await Start();
        await using var stranger =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => stranger.OpenAsync());

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "postgres.password")));
    }

    [Fact]
    public async Task No_process_of_it_runs_as_root()
    {
        await using var postgres = await Start();

        var users = OrphanedPostgres.ProcessesOf(Cluster)
            .Select(process => File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1]);

        Assert.DoesNotContain("0", users);
    }

    [Fact]
    public async Task After_a_kill_it_restarts_with_every_commit()
    {
        await using var postgres = await Start();
        await Query(postgres, "create table shelf as select 7 as units");
        var killed = Postmaster();

        PosixCalls.Signal(killed, PosixCalls.Kill);

        Assert.Equal(7, await QueryOnceItIsBack(postgres, killed, "select units from shelf"));
    }

    [Fact]
    public async Task A_PostgreSQL_left_by_a_killed_host_is_taken_over()
    {
        await using (var first = await Start())
        {
            await Query(first, "create table shelf as select 7 as units");
        }

        using var orphan = StartWithoutAHost();
        await Task.Run(() => SpinWait.SpinUntil(() => OrphanedPostgres.ProcessesOf(Cluster).Any() && File.Exists(Note), TimeSpan.FromSeconds(30)));
        await using var second = await Start();

        Assert.Equal(7, await Query(second, "select units from shelf"));
        Assert.DoesNotContain(orphan.Id, OrphanedPostgres.ProcessesOf(Cluster));
    }

    [Fact]
    public async Task A_stale_process_file_does_not_prevent_a_start()
    {
        await using (await Start())
        {
        }

        // The number of a process that lives and is no PostgreSQL, as after a restart of the machine.
        await File.WriteAllTextAsync(Note, $"{Environment.ProcessId}\n{Cluster}\n0\n5432\n");
        await using var postgres = await Start();

        Assert.Equal(1, await Query(postgres, "select 1"));
    }

    [Fact]
    public async Task Sockets_left_by_a_killed_host_are_deleted()
    {
        await using (await Start())
        {
        }

        var left = SocketDirectory.Create(SocketDirectory.NewPath(), owner: null);
        await File.WriteAllTextAsync(Note, $"{Environment.ProcessId}\n{Cluster}\n0\n5432\n{left}\n");
        await using var postgres = await Start();

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void A_foreign_directory_is_never_deleted()
    {
        SocketDirectory.Remove(directory);

        Assert.True(Directory.Exists(directory));
    }

    [Fact]
    public async Task An_interrupted_initialization_is_started_anew()
    {
        Directory.CreateDirectory(Path.Combine(directory, "postgres.new-0badf00d", "base"));

        await using var postgres = await Start();

        Assert.Equal(1, await Query(postgres, "select 1"));
        Assert.Equal(["postgres"], Directory.GetDirectories(directory).Select(Path.GetFileName));
    }

    private string Cluster => PosixCalls.RealPath(Path.Combine(directory, "postgres"));

    private string Note => Path.Combine(directory, "postgres", "postmaster.pid");

    /// <summary>0 while there is none.</summary>
    private int Postmaster() => File.Exists(Note) && int.TryParse(File.ReadLines(Note).FirstOrDefault(), out var process) ? process : 0;

    private Task<LocalPostgres> Start() =>
        LocalPostgres.Start(directory, CancellationToken.None, new PostgresSettings(SharedBuffersMegabytes: 16, MaxConnections: 30));

    private Process StartWithoutAHost()
    {
        var account = PostgresAccount.ToDropTo(Cluster);
        var start = ShellCommand.Describe(PostgresProcess.InDirectory(Cluster, account,
            [PostgresBinaries.Find(version: null).Server, "-D", PostgresProcess.OpenedDirectory, "-c", "listen_addresses=", "-c", "unix_socket_directories="]));
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    private static async Task<object?> Query(LocalPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A session may outlive its killed server for a moment, so an answer counts only from the next one.</summary>
    private async Task<object?> QueryOnceItIsBack(LocalPostgres postgres, int killed, string sql)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if (Postmaster() is not 0 and var running && running != killed)
                {
                    return await Query(postgres, sql);
                }
            }
            catch (Exception away) when (away is NpgsqlException or IOException && !patience.IsCancellationRequested)
            {
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
