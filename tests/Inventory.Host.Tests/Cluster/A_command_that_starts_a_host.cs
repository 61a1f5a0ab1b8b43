using System.Diagnostics;
using Npgsql;
using RetailSync.Testing;
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
    }

    private static async Task<long> Count(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(Joined);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> Verify(string connectionString)
    {
        var data = Directory.CreateTempSubdirectory("retailsync-command");
        try
        {
            var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
                ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
            string[] command = ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "verify", "--data", data.FullName];
            using var process = Process.Start(new ProcessStartInfo(dotnet, command)
            {
                Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ConnectionStrings__RetailSync"] = connectionString },
            })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
