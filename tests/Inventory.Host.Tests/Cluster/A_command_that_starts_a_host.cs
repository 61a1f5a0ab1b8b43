using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;
using RetailSync.Cli;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Testing;
using HaProxy = RetailSync.Inventory.Host.Tests.Walks.HaProxy;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Cluster;

/// <summary>It does what was asked over a database that others may serve, and is gone: nothing may be assigned to it.</summary>
public sealed class A_command_that_starts_a_host
{
    private const string Joined = "select count(*) from inventory.wolverine_node_records where event_name = 'NodeStarted'";

    [Fact]
    public async Task Does_not_join_the_cluster()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        Assert.Equal(0, await Verify(database.ConnectionString));
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Assert.Equal(0L, await Count(source));

        await using var host = await HostProcess.Start(database.ConnectionString);
        await Waiting.Until(async () => await Count(source) == 1);
        Assert.Equal(0, await Verify(database.ConnectionString));
        Assert.Equal(1L, await Count(source));

        // The host that serves is asked, and its file is read while a host writes to it.
        var copies = Path.GetTempFileName();
        using (AppendOnlyFile.Open(copies))
        {
            Assert.Equal(Commands.WrongUse, await Verify(database.ConnectionString, "--url", host.Url, "--checkpoints", copies));
        }

        File.Delete(copies);
    }

    [Theory]
    [InlineData(PosixCalls.Terminate)]
    [InlineData(PosixCalls.Kill)]
    public async Task Takes_it_along_however_it_ends(int signal)
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var data = Directory.CreateTempSubdirectory("retailsync-command");
        var address = HaProxy.FreeAddress();
        try
        {
            using var command = Command(database.ConnectionString, data, "--urls", $"http://{address.Authority}");
            Assert.Equal($"ready http://{address.Authority}", await command.StandardOutput.ReadLineAsync());
            Assert.True(await Listens(address));

            PosixCalls.Signal(command.Id, signal);
            await command.WaitForExitAsync();

            if (signal == PosixCalls.Terminate)
            {
                Assert.Equal(Commands.Done, command.ExitCode);
                Assert.False(await Listens(address));
            }

            await Waiting.Until(async () => !await Listens(address));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<bool> Listens(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<long> Count(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(Joined);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> Verify(string connectionString, params string[] switches)
    {
        var data = Directory.CreateTempSubdirectory("retailsync-command");
        try
        {
            // Without either it would ask a host that happens to serve at the usual address.
            string[] host = switches.Length == 0 ? ["--data", data.FullName] : switches;
            using var process = Command(connectionString, data, ["verify", .. host]);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Process Command(string connectionString, DirectoryInfo data, params string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        return Process.Start(new ProcessStartInfo(dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ConnectionStrings__RetailSync"] = connectionString, ["RETAILSYNC_DATA"] = data.FullName,
                ["Serilog__MinimumLevel__Default"] = "Warning",
            },
        })!;
    }
}
