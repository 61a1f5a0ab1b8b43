using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime.Testing;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Security;
using RetailSync.Testing;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests;

/// <summary>
/// The real host on a real port over a database of its own: one for each test class, whose tests keep to SKUs of their own. Its clock
/// stands at <see cref="Now"/> and moves a millisecond whenever it is read.
/// </summary>
public class RunningHost : IAsyncLifetime
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);

    /// <summary>Of what a test records below HTTP.</summary>
    internal static readonly Provenance ByTest = new("test", new Actor("dev-ops", Role.Ops));

    private WebApplication? _app;
    private TestDatabase? _database;
    private HttpClient? _client;

    public FakeClock Clock { get; } = new(Now, Duration.FromMilliseconds(1));

    public string ConnectionString => _database!.ConnectionString;

    public IServiceProvider Services => _app!.Services;

    public Uri Address => _client!.BaseAddress!;

    /// <summary>What the host connects with: a superuser, unless it says otherwise.</summary>
    protected virtual string HostConnectionString => ConnectionString;

    /// <summary>Switches of the command line, such as <c>--Lanes:QueueLength=5</c>.</summary>
    protected virtual string[] Switches => [];

    /// <summary>What is otherwise than in the product.</summary>
    protected virtual void Arrange(IServiceCollection services)
    {
    }

    public async Task InitializeAsync()
    {
        _database = await PostgresForTests.CreateDatabase();
        await Prepare();
        await Start();
    }

    /// <summary>What has to be in the empty database before the host starts.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Stop();
        await _database!.DisposeAsync();
    }

    /// <summary>Another process over the same database: nothing that was only in memory is left.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    public async Task<Answer> Send(
        HttpMethod method, string path, HttpContent? body = null, string? key = "dev-admin", params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _client!.SendAsync(request);
        return await Answer.Of(answer);
    }

    public Task<Answer> Get(string path, string? key = "dev-admin", params IReadOnlyList<(string Name, string Value)> headers) =>
        Send(HttpMethod.Get, path, null, key, headers);

    public Task<Answer> Post(string path, object body, string? key = "dev-admin", params IReadOnlyList<(string Name, string Value)> headers) =>
        Send(HttpMethod.Post, path, JsonContent.Create(body), key, headers);

    public Task<Answer> Put(string path, object body, string? key = "dev-admin", params IReadOnlyList<(string Name, string Value)> headers) =>
        Send(HttpMethod.Put, path, JsonContent.Create(body), key, headers);

    /// <summary>Records lines of the source <c>pos</c>, and expects that the call itself is understood.</summary>
    public async Task<JsonElement> Record(params IReadOnlyList<JsonObject> lines) =>
        (await Post("/v1/movements?results=all", new { source = "pos", movements = lines })).Ok();

    /// <summary>Records lines that all have to be accepted.</summary>
    public async Task<long> RecordAccepted(params IReadOnlyList<JsonObject> lines)
    {
        var recorded = await Record(lines);
        Assert.True(lines.Count == recorded.Number("accepted"), recorded.GetRawText());
        return (long)recorded.Number("sequence");
    }

    public async Task<JsonElement> Position(string sku, string location = "S001") => (await Get($"/v1/positions/{Uri.EscapeDataString(sku)}/{location}")).Ok();

    public async Task<decimal> OnHand(string sku, string location = "S001") => (await Position(sku, location)).Number("onHand");

    public async Task<JsonElement[]> Events(string sku, string location = "S001") =>
        (await Get($"/v1/positions/{Uri.EscapeDataString(sku)}/{location}/events")).Ok().Items();

    /// <summary>Has a message handled here and now, as its schedule or sender would later.</summary>
    public async Task Handle(object message)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(message);
    }

    /// <summary>Sends a message to whoever handles it, with all that becomes of it when that fails.</summary>
    public async Task Publish(object message)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().PublishAsync(message);
    }

    /// <summary>What an operator would do in the database.</summary>
    public Task<object?> Sql(string sql, params object[] parameters) => TestDatabase.Sql(ConnectionString, sql, parameters);

    private async Task Start()
    {
        _app = Server.Build(["--urls", "http://127.0.0.1:0", "--environment", "Development", .. Switches], HostConnectionString, builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IClock>(Clock));
            builder.Services.ConfigureWolverine(options => options.Durability.Mode = DurabilityMode.Solo);
            Arrange(builder.Services);
        });
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = ListeningAddress.Browsable(_app.Urls.First()) };
    }

    protected async Task Stop()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            // Its connections too: a test that restarts its host many times would use up those of the server.
            var database = _app.Services.GetRequiredService<Npgsql.NpgsqlDataSource>();
            await _app.StopAsync();
            await _app.DisposeAsync();
            await database.DisposeAsync();
            _app = null;
        }
    }
}
