using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using RetailSync.Inventory.Host.CommandLine;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>A test behind the system's PgBouncer; skipped where there is none.</summary>
public sealed class PgBouncerTheoryAttribute : TheoryAttribute
{
    public PgBouncerTheoryAttribute() => Skip = Behind_a_pooler.PgBouncer.WhySkipped;
}

/// <summary>What <c>docs/operations.md</c> says of poolers.</summary>
public sealed class Behind_a_pooler
{
    [PgBouncerTheory]
    [InlineData("session", true)]
    [InlineData("transaction", false)]
    [InlineData("statement", false)]
    public async Task A_host_starts_only_with_session_pooling(string mode, bool starts)
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var pooler = await PgBouncer.Start(mode, database.ConnectionString);
        await using var host = Build(pooler.ConnectionString);

        if (starts)
        {
            await host.StartAsync();
            await host.StopAsync();
            return;
        }

        await Assert.ThrowsAsync<SharedSessionsException>(() => host.StartAsync());
        Assert.Equal(Commands.Failed, await Commands.Run(["migrate", $"--ConnectionStrings:RetailSync={pooler.ConnectionString}", "--environment=Production"]));
        Assert.Null(await database.Sql("select from pg_namespace where nspname = 'inventory'"));
    }

    private static WebApplication Build(string connectionString) => Server.Build(
        ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Serilog:MinimumLevel:Default=Warning", $"--Shutdown:DrainSeconds=0"],
        connectionString);

    internal sealed class PgBouncer : IAsyncDisposable
    {
        private static readonly string? Program = (
            from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            let program = Path.Combine(folder, "pgbouncer")
            where File.Exists(program)
            select program).FirstOrDefault();

        private readonly string _configuration;
        private readonly Process _process;

        private PgBouncer(string connectionString, string configuration, Process process) =>
            (ConnectionString, _configuration, _process) = (connectionString, configuration, process);

        /// <summary>Null where there is one.</summary>
        public static string? WhySkipped => Program is null ? "There is no PgBouncer here: run 'apt-get install pgbouncer' as root." : null;

        public string ConnectionString { get; }

        public static async Task<PgBouncer> Start(string mode, string server)
        {
            var database = new NpgsqlConnectionStringBuilder(server);
            var port = LoopbackPort.Free();
            var configuration = Path.GetTempFileName();
            await File.WriteAllTextAsync(
                configuration,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                     [databases]
                     * = host={database.Host} port={database.Port} user={database.Username} password={database.Password}
                     [pgbouncer]
                     listen_addr = 127.0.0.1
                     listen_port = {port}
                     unix_socket_dir =
                     auth_type = any
                     pool_mode = {mode}
                     default_pool_size = 100
                     ignore_startup_parameters = options

                     """));

            // It refuses to be root; as whom PostgreSQL runs, it reaches its socket.
            string[] arguments = Environment.UserName == "root" ? ["-u", "postgres", configuration] : [configuration];
            var process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            var started = new PgBouncer(
                new NpgsqlConnectionStringBuilder(server) { Host = "127.0.0.1", Port = port, Pooling = true, MaxPoolSize = 20 }.ConnectionString,
                configuration, process);
            await Waiting.Until(started.Answers);
            return started;
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            File.Delete(_configuration);
        }

        private async Task<bool> Answers()
        {
            try
            {
                await TestDatabase.Sql(ConnectionString + ";Pooling=false", "select 1");
                return true;
            }
            catch (NpgsqlException)
            {
                Assert.False(_process.HasExited);
                return false;
            }
        }
    }
}
