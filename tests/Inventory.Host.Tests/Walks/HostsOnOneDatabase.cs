using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>What was answered; <see cref="Status"/> 0 when nothing was: the connection broke, and the outcome is unknown.</summary>
public sealed record Reply(int Status, JsonElement Body)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The code of a problem, or the status.</summary>
    public string Word => Code ?? $"{Status}";
}

/// <summary>Real hosts on real ports, as many as wanted, on one database of their own.</summary>
public sealed class HostsOnOneDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly List<WebApplication> _hosts = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 }) { Timeout = TimeSpan.FromMinutes(5) };

    private readonly IClock? _clock;

    private HostsOnOneDatabase(TestDatabase database, IClock? clock) => (_database, _clock) = (database, clock);

    public string ConnectionString => _database.ConnectionString;

    public IReadOnlyList<WebApplication> Hosts => _hosts;

    public static async Task<HostsOnOneDatabase> Start(int hosts, IClock? clock = null)
    {
        var started = new HostsOnOneDatabase(await PostgresForTests.CreateDatabase(), clock);
        for (var host = 0; host < hosts; host++)
        {
            await started.StartAnother();
        }

        return started;
    }

    /// <param name="machine">The clock of the machine that it runs on; the real one where it is not given.</param>
    public async Task StartAnother(IClock? machine = null)
    {
        var application = Server.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Serilog:MinimumLevel:Default=Warning"],
            ConnectionString,
            builder =>
            {
                if (machine is not null)
                {
                    builder.Services.Replace(ServiceDescriptor.Singleton(new MachineClock(machine)));
                }

                if (_clock is not null)
                {
                    builder.Services.Replace(ServiceDescriptor.Singleton(_clock));
                }
            });
        await application.StartAsync();
        _hosts.Add(application);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    public async Task<Reply> Send(HttpMethod method, string path, object? body = null, string key = "dev-admin", int host = 0)
    {
        var text = body as string ?? (body is null ? null : JsonSerializer.Serialize(body));
        using var request = new HttpRequestMessage(method, _hosts[host].Urls.First() + path)
        {
            Content = text is null ? null : new StringContent(text, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await _client.SendAsync(request);
        var answered = await answer.Content.ReadAsStringAsync();
        return new Reply((int)answer.StatusCode, answered.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answered));
    }

    /// <summary>For what is answered with no JSON.</summary>
    public async Task<int> Status(string path, int host)
    {
        using var answer = await _client.GetAsync(_hosts[host].Urls.First() + path);
        return (int)answer.StatusCode;
    }

    public Task<Reply> Get(string path, string key = "dev-admin") => Send(HttpMethod.Get, path, null, key);

    public Task<Reply> Post(string path, object? body = null, string key = "dev-admin") => Send(HttpMethod.Post, path, body, key);

    public Task<Reply> Put(string path, object body, string key = "dev-admin") => Send(HttpMethod.Put, path, body, key);

    /// <summary>Registers a channel that publishes nowhere.</summary>
    public async Task Register(string channel) => Assert.Equal(200, (await Put($"/v1/channels/{channel}", new { adapter = "none" })).Status);

    /// <summary>Receives units.</summary>
    public async Task Receive(string sku, string location, decimal quantity, Instant at)
    {
        var line = new { id = $"in-{Guid.NewGuid():n}", type = "receipt", sku, location, quantity, occurredAt = $"{at}" };
        var recorded = await Post("/v1/movements", new { source = "wms", movements = new[] { line } });
        Assert.Equal(1, recorded.Body.GetProperty("accepted").GetInt32());
    }

    public async Task<T> Sql<T>(string sql, params object[] parameters) => (T)(await TestDatabase.Sql(ConnectionString, sql, parameters))!;
}

/// <summary>A clock that does not move until it is moved.</summary>
public sealed class HandClock(Instant now) : IClock
{
    private Instant _now = now;

    public Instant GetCurrentInstant() => _now;

    public void Pass(Duration time) => _now += time;
}
