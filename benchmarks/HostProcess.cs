using System.Diagnostics;

namespace RetailSync.Benchmarks;

/// <summary>The product as it is started by an operator: a process of its own on a database that others may share.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process process;

    private HostProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static Task<HostProcess> Start(FreshDatabase database, params IEnumerable<string> switches) => Start(database, switches, isCompiled: false);

    /// <summary>
    /// With all code compiled for good where it is first used. As it comes, a process goes on compiling for a minute, and two of them do it twice, on the
    /// processors on which they are measured.
    /// </summary>
    public static Task<HostProcess> StartCompiled(FreshDatabase database) => Start(database, [], isCompiled: true);

    private static async Task<HostProcess> Start(FreshDatabase database, IEnumerable<string> switches, bool isCompiled)
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls", "http://127.0.0.1:0", .. switches])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["ConnectionStrings__RetailSync"] = database.ConnectionString;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Serilog__MinimumLevel__Default"] = "Warning";
        if (isCompiled)
        {
            start.Environment["DOTNET_TieredCompilation"] = "0";
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new HostProcess(process, new Uri(line["ready ".Length..]));
            }
        }

        throw new InvalidOperationException($"The host ended with {process.ExitCode} before it was ready.");
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary><c>SIGTERM</c>; returns when it has stopped.</summary>
    public async Task Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            await Kill();
        }
    }
}
