using System.Diagnostics;
using System.Net.Http.Headers;
using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The product as a process of its own on a database of the tests, to be killed.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("retailsync-process");
    private readonly Process _process;

    private HostProcess(string connectionString, string url, bool isErrorUnread, IEnumerable<string> switches)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        _process = Process.Start(new ProcessStartInfo(
            dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls", url, "--data", _data.FullName, .. switches])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = isErrorUnread,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Serilog__MinimumLevel__Default"] = isErrorUnread ? "Information" : "Warning",
                ["ConnectionStrings__RetailSync"] = connectionString,
            },
        })!;
        Url = url;
        Http = new HttpClient { BaseAddress = new Uri(url) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
    }

    public HttpClient Http { get; }

    public string Url { get; }

    /// <summary>Returns when it says that it is ready.</summary>
    public static Task<HostProcess> Start(string connectionString, params IEnumerable<string> switches) => Start(connectionString, false, switches);

    /// <summary>As <see cref="Start(string, IEnumerable{string})"/>, with everything logged to a pipe that nobody reads.</summary>
    public static Task<HostProcess> StartWithErrorUnread(string connectionString) => Start(connectionString, true, []);

    /// <summary>As <see cref="Start(string, IEnumerable{string})"/>, where a host has been or will be looked for.</summary>
    public static Task<HostProcess> StartAt(Uri address, string connectionString, params IEnumerable<string> switches) =>
        Start(connectionString, $"http://{address.Authority}", false, switches);

    private static Task<HostProcess> Start(string connectionString, bool isErrorUnread, IEnumerable<string> switches) =>
        Start(connectionString, $"http://{HaProxy.FreeAddress().Authority}", isErrorUnread, switches);

    private static async Task<HostProcess> Start(string connectionString, string url, bool isErrorUnread, IEnumerable<string> switches)
    {
        var started = new HostProcess(connectionString, url, isErrorUnread, switches);
        Assert.Equal($"ready {url}", await started._process.StandardOutput.ReadLineAsync());
        return started;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task Kill()
    {
        PosixCalls.Signal(_process.Id, PosixCalls.Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>It does nothing until <see cref="Thaw"/>, and its connections stay.</summary>
    public void Freeze() => PosixCalls.Signal(_process.Id, PosixCalls.Stop);

    public void Thaw() => PosixCalls.Signal(_process.Id, PosixCalls.Continue);

    /// <summary><c>SIGTERM</c>; returns the exit code.</summary>
    public async Task<int> Stop()
    {
        PosixCalls.Signal(_process.Id, PosixCalls.Terminate);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
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
