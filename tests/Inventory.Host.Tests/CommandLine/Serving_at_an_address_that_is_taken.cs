using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.CommandLine;

public sealed class Serving_at_an_address_that_is_taken
{
    [Fact]
    public async Task Says_so_and_blames_nothing_else()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(
            dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls", $"http://{other.LocalEndpoint}"])
        {
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Serilog__MinimumLevel__Default"] = "Warning",
                ["ConnectionStrings__RetailSync"] = database.ConnectionString },
        };

        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.NotEqual(0, process.ExitCode);
        Assert.EndsWith($"Failed to bind to address http://{other.LocalEndpoint}: address already in use.", said.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("BackgroundService", said, StringComparison.Ordinal);
    }
}
