using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The product as a process of its own, <c>serve</c> with its own PostgreSQL in a directory that is gone afterwards.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    private const int LastWords = 40;

    /// <summary>Of the note of its process, from 0: where its sockets are.</summary>
    private const int SocketLine = 4;

    private readonly DirectoryInfo data;
    private readonly ConcurrentQueue<string> said = new();
    private readonly HttpClient http;
    private readonly string[] switches;
    private Process? process;

    private ServedHost(DirectoryInfo data, string[] switches)
    {
        this.data = data;
        this.switches = switches;
        // Known beforehand, so that a host that comes back is found where it was.
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.Free()}");
        http = new HttpClient { BaseAddress = new Uri(Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev-ops");
    }

    public string Url { get; }

    public HttpClient Http => http;

    public int ProcessId => process!.Id;

    public bool HasExited => process!.HasExited;

    /// <summary>The last lines of its log.</summary>
    public string LastSaid => string.Join(Environment.NewLine, said);

    /// <summary>To its PostgreSQL, past the host.</summary>
    /// <exception cref="IOException">There is none now.</exception>
    public string PostgresConnection => new NpgsqlConnectionStringBuilder
    {
        Host = File.ReadLines(PostmasterNote).ElementAt(SocketLine),
        Username = LocalPostgres.User,
        Password = File.ReadAllText(Path.Combine(data.FullName, "postgres.password")),
        Database = LocalPostgres.Database,
        Pooling = false,
        Timeout = 5,
        CommandTimeout = 10,
    }.ConnectionString;

    /// <summary>What PostgreSQL itself logged last.</summary>
    public IEnumerable<string> PostgresSaid =>
        new DirectoryInfo(Path.Combine(data.FullName, "postgres", "log")).GetFiles("*.log").MaxBy(file => file.LastWriteTimeUtc) is { } newest
            ? File.ReadLines(newest.FullName).TakeLast(LastWords)
            : [];

    /// <param name="switches">Settings, as <c>--Section:Key=value</c>.</param>
    public static Task<ServedHost> Start(params string[] switches) => Start(Directory.CreateTempSubdirectory("retailsync-walk"), switches);

    /// <param name="data">Where it keeps its data; gone afterwards.</param>
    /// <param name="switches">Settings, as <c>--Section:Key=value</c>.</param>
    public static async Task<ServedHost> Start(DirectoryInfo data, params string[] switches)
    {
        var host = new ServedHost(data, switches);
        try
        {
            await host.StartAgain();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when it says that it is ready.</summary>
    public async Task StartAgain()
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        var start = new ProcessStartInfo(
            dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls", Url, "--data", data.FullName, .. switches])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Serilog__MinimumLevel__Default"] = "Warning",
                ["ConnectionStrings__RetailSync"] = null },
        };
        process?.Dispose();
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
        var ready = await process.StandardOutput.ReadLineAsync();
        Assert.True(ready == $"ready {Url}", $"It did not start: {ready} {LastSaid}");
    }

    /// <summary><c>kill -9</c> of the host alone: its PostgreSQL is left to itself.</summary>
    public async Task Kill()
    {
        PosixCalls.Signal(process!.Id, PosixCalls.Kill);
        await process.WaitForExitAsync();
    }

    /// <summary><c>kill -9</c> of PostgreSQL; the host is to start it again.</summary>
    public void KillPostgres() => PosixCalls.Signal(Postmaster, PosixCalls.Kill);

    /// <summary>All of PostgreSQL takes questions, and answers none, until <see cref="ThawPostgres"/>.</summary>
    public void FreezePostgres() => SignalPostgres(PosixCalls.Stop);

    public void ThawPostgres() => SignalPostgres(PosixCalls.Continue);

    private string PostmasterNote => Path.Combine(data.FullName, "postgres", "postmaster.pid");

    private int Postmaster => int.Parse(File.ReadLines(PostmasterNote).First(), CultureInfo.InvariantCulture);

    /// <summary>The postmaster first: it starts no process that is missed then.</summary>
    private void SignalPostgres(int signal)
    {
        var postmaster = Postmaster;
        PosixCalls.Signal(postmaster, signal);
        foreach (var child in Directory.EnumerateDirectories($"/proc/{postmaster}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            PosixCalls.Signal(int.Parse(child, CultureInfo.InvariantCulture), signal);
        }
    }

    /// <summary>The number of the newest event, or null while nobody answers.</summary>
    public async Task<long?> Sequence()
    {
        try
        {
            var page = await http.GetFromJsonAsync<JsonElement>("/v1/positions?limit=1");
            return page.GetProperty("items") is { } items && items.GetArrayLength() == 0 ? 0 : items[0].GetProperty("asOfSequence").GetInt64();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>On-hand of every position.</summary>
    public async Task<Dictionary<(string Sku, string Location), decimal>> OnHand()
    {
        var positions = new Dictionary<(string, string), decimal>();
        string? after = null;
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/v1/positions?limit=1000{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            foreach (var position in page.GetProperty("items").EnumerateArray())
            {
                positions.Add((position.GetProperty("sku").GetString()!, position.GetProperty("location").GetString()!),
                    position.GetProperty("onHand").GetDecimal());
            }

            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return positions;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is { HasExited: false })
        {
            PosixCalls.Signal(process.Id, PosixCalls.Terminate);
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        // Where the host was killed and did not come back, its PostgreSQL may still be on its way out.
        var cluster = Path.Combine(data.FullName, "postgres");
        if (Directory.Exists(cluster))
        {
            await OrphanedPostgres.End(PosixCalls.RealPath(cluster), CancellationToken.None);
        }

        data.Delete(recursive: true);
    }

    private void Remember(string? line)
    {
        said.Enqueue(line ?? "");
        if (said.Count > LastWords)
        {
            said.TryDequeue(out _);
        }
    }
}
