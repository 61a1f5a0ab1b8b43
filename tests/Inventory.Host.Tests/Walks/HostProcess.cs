using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The product as a process of its own on a database of the tests, to be killed.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("retailsync-process");
    private readonly Process _process;

    private HostProcess(string connectionString, string url, IEnumerable<string> switches)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        _process = Process.Start(new ProcessStartInfo(
            dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls", url, "--data", _data.FullName, .. switches])
        {
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Serilog__MinimumLevel__Default"] = "Warning", ["ConnectionStrings__RetailSync"] = connectionString },
        })!;
        Http = new HttpClient { BaseAddress = new Uri(url) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
    }

    public HttpClient Http { get; }

    /// <summary>Returns when it says that it is ready.</summary>
    public static async Task<HostProcess> Start(string connectionString, params IEnumerable<string> switches)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://{free.LocalEndpoint}";
        free.Stop();
        var started = new HostProcess(connectionString, url, switches);
        Assert.Equal($"ready {url}", await started._process.StandardOutput.ReadLineAsync());
        return started;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task Kill()
    {
        PosixCalls.Signal(_process.Id, PosixCalls.Kill);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await Kill();
        }

        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
