using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Benchmarks;

/// <summary>The whole product in this process, on a database of its own, with nothing switched off.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly ChannelId Web = ChannelId.Parse("web");

    private readonly WebApplication app;
    private bool _keepsDatabase;

    private Product(FreshDatabase database, WebApplication app) => (Database, this.app) = (database, app);

    public FreshDatabase Database { get; }

    public IServiceProvider Services => app.Services;

    public Uri Address => new(app.Urls.First());

    /// <summary>Started, and with stock at every position of <paramref name="load"/>.</summary>
    public static async Task<Product> Start(Conditions conditions, EvenLoad load, params string[] switches)
    {
        var product = await Open(await FreshDatabase.Create(conditions), keep: false, switches);
        foreach (var batch in load.Stock())
        {
            await product.Record(batch);
        }

        await product.Database.Settle();
        return product;
    }

    /// <summary>Started, and empty.</summary>
    public static async Task<Product> Start(Conditions conditions)
    {
        return await Open(await FreshDatabase.Create(conditions), keep: false);
    }

    /// <summary>Started over what is there, which stays when it is stopped.</summary>
    public static Task<Product> Open(FreshDatabase database) => Open(database, keep: true);

    private static async Task<Product> Open(FreshDatabase database, bool keep, params string[] switches)
    {
        string[] quietly = ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Serilog:MinimumLevel:Default=Warning",
            "--Logging:LogLevel:Default=Warning"];
        var product = new Product(database, Server.Build([.. quietly, .. switches], database.ConnectionString)) { _keepsDatabase = keep };
        await product.app.StartAsync();
        return product;
    }

    private static readonly Provenance By = new("benchmark", new Actor("benchmark", Role.Ops));

    /// <summary>Through the lanes. Says how many were recorded, which is all of them or the measurement is worth nothing.</summary>
    public async Task<int> Record(IReadOnlyList<Movement> movements)
    {
        var outcomes = await app.Services.GetRequiredService<WriteLanes>().Record(movements, By, CancellationToken.None);
        return outcomes.All(outcome => outcome.Outcome == Outcome.Accepted)
            ? outcomes.Length
            : throw new InvalidOperationException($"Not accepted: {outcomes.First(outcome => outcome.Outcome != Outcome.Accepted)}");
    }

    /// <summary>One unit at each position for one order. Says 1 when it is held; there is always enough, so anything else ends the measurement.</summary>
    public async Task<int> Hold(string order, params IReadOnlyList<PositionKey> basket)
    {
        var request = new HoldStock(
            order, Web, HoldStock.DefaultHold, [.. basket.Select(position => new RequestedLine(position.Sku, 1, position.Location, AllowBackorder: false))]);
        var answer = await app.Services.GetRequiredService<WriteLanes>().Hold(request, By, CancellationToken.None);
        return answer.Changed ? 1 : throw new InvalidOperationException($"Not held: {answer.Refusal}");
    }

    /// <summary>Baskets a second by this many callers in process.</summary>
    public static async Task<double> HoldRate(
        Conditions conditions, int callers, Func<Random, PositionKey[], IReadOnlyList<PositionKey>> draw, Func<Product, PositionKey[], Task>? prepare = null)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Start(conditions, load);
        var positions = load.Positions.ToArray();
        await (prepare?.Invoke(product, positions) ?? Task.CompletedTask);
        var random = Enumerable.Range(0, callers).Select(caller => new Random(caller)).ToArray();
        long number = 0;
        return await Measure.Rate(callers, conditions, caller =>
            product.Hold(FormattableString.Invariant($"order-{Interlocked.Increment(ref number):D12}"), draw(random[caller], positions)));
    }

    /// <summary>The channel that the load generator's reservations name.</summary>
    public async Task RegisterChannel()
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/channels/{Web}")
        { Content = new StringContent("""{"adapter":"none"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A part of it.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Stops it, and leaves its database to others.</summary>
    public async Task<FreshDatabase> StopAndKeep()
    {
        _keepsDatabase = true;
        await DisposeAsync();
        return Database;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        if (!_keepsDatabase)
        {
            await Database.DisposeAsync();
        }
    }
}
