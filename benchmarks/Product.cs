using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.SampleDay;

namespace RetailSync.Benchmarks;

/// <summary>The whole product in this process, on a database of its own, with nothing switched off.</summary>
internal sealed class Product : IAsyncDisposable
{
    private readonly WebApplication app;

    private Product(FreshDatabase database, WebApplication app) => (Database, this.app) = (database, app);

    public FreshDatabase Database { get; }

    public Uri Address => new(app.Urls.First());

    /// <summary>Started, and with stock at every position of <paramref name="load"/>.</summary>
    public static async Task<Product> Start(Conditions conditions, EvenLoad load)
    {
        var database = await FreshDatabase.Create(conditions);
        string[] quietly = ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Serilog:MinimumLevel:Default=Warning", "--Logging:LogLevel:Default=Warning"];
        var product = new Product(database, Server.Build(quietly, database.ConnectionString));
        await product.app.StartAsync();
        foreach (var batch in load.Stock())
        {
            await product.Record(batch);
        }

        await database.Settle();
        return product;
    }

    /// <summary>Through the lanes. Says how many were recorded, which is all of them or the measurement is worth nothing.</summary>
    public async Task<int> Record(IReadOnlyList<Movement> movements)
    {
        var outcomes = await app.Services.GetRequiredService<WriteLanes>().Record(movements, "benchmark", CancellationToken.None);
        return outcomes.All(outcome => outcome.Outcome == Outcome.Accepted)
            ? outcomes.Length
            : throw new InvalidOperationException($"Not accepted: {outcomes.First(outcome => outcome.Outcome != Outcome.Accepted)}");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }
}
