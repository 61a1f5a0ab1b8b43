using System.Diagnostics;
using RetailSync.Inventory.Host.CommandLine;
using RetailSync.Testing;
using HaProxy = RetailSync.Inventory.Host.Tests.Walks.HaProxy;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

public sealed class A_broker_unavailable_at_the_start
{
    [Fact]
    public async Task Is_named_and_the_host_exits_with_its_own_code()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var nobody = HaProxy.FreeAddress();
        var data = Directory.CreateTempSubdirectory("retailsync-no-broker");
        try
        {
            var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            string[] command = ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls",
                "http://127.0.0.1:0", "--data", data.FullName];
            using var process = Process.Start(new ProcessStartInfo(dotnet, command)
            {
                RedirectStandardError = true,
                Environment =
                {
                    ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Serilog__MinimumLevel__Default"] = "Warning",
                    ["ConnectionStrings__RetailSync"] = database.ConnectionString, ["Messaging__RabbitMq"] =
                    $"amqp://somebody:kept-to-ourselves@{nobody.Authority}",
                },
            })!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();

            Assert.Equal(Commands.Away, process.ExitCode);
            var last = said.TrimEnd().Split('\n')[^1];
            Assert.StartsWith("RabbitMQ does not answer (", last, StringComparison.Ordinal);
            Assert.Contains("start this host again", last, StringComparison.Ordinal);
            Assert.DoesNotContain("kept-to-ourselves", said, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
