using System.Diagnostics;
using System.Globalization;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>A test behind the system's HAProxy; skipped where there is none.</summary>
public sealed class HaProxyFactAttribute : FactAttribute
{
    public HaProxyFactAttribute() => Skip = HaProxy.WhySkipped;
}

/// <summary>The system's HAProxy in front of some hosts, configured as <c>docs/operations.md</c> shows it, with quicker checks.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    /// <summary>Of each answer: the name of the host that gave it, <c>host0</c> for the first. What HAProxy answers itself has none.</summary>
    public const string AnsweredBy = "X-Answered-By";

    private static readonly string? Program = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        let program = Path.Combine(folder, "haproxy")
        where File.Exists(program)
        select program).FirstOrDefault();

    private readonly string _configuration;
    private readonly Process _process;

    private HaProxy(Uri address, string configuration, Process process) => (Address, _configuration, _process) = (address, configuration, process);

    /// <summary>Null where there is one.</summary>
    public static string? WhySkipped => Program is null ? "There is no HAProxy here: run 'apt-get install haproxy' as root." : null;

    public Uri Address { get; }

    /// <param name="hosts">Where they listen, or will.</param>
    public static async Task<HaProxy> Start(IReadOnlyList<Uri> hosts)
    {
        var address = FreeAddress();
        var servers = hosts.Select((host, number) => FormattableString.Invariant($"  server host{number} {host.Authority} check inter 200ms fall 2 rise 1"));
        var configuration = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            configuration,
            $"""
             global
               maxconn 1000
             defaults
               mode http
               timeout connect 1s
               timeout client 60s
               timeout server 60s
               timeout check 10s
               retries 3
               option redispatch 1
               retry-on conn-failure empty-response
             frontend callers
               bind {address.Authority}
               default_backend hosts
             backend hosts
               balance roundrobin
               option httpchk GET /health/ready
               http-check expect status 200
               http-response set-header {AnsweredBy} %s
             {string.Join('\n', servers)}

             """);
        var process = Process.Start(
            new ProcessStartInfo(Program!, ["-f", configuration, "-db"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new HaProxy(address, configuration, process);
    }

    public static Uri FreeAddress() => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.Free()}"));

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_configuration);
    }
}
