using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Channels.Tests;
using RetailSync.Testing;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>Two processes on one database. The one that follows and publishes is killed in the middle of a call; the other goes on.</summary>
public sealed class A_publishing_host_that_is_killed : IAsyncLifetime
{
    private const int Skus = 400;

    private readonly ConcurrentDictionary<string, (long Sequence, decimal Quantity)> _shop = new();
    private TestDatabase? _database;
    private int _heard;

    public async Task InitializeAsync() => _database = await PostgresForTests.CreateDatabase();

    public Task DisposeAsync() => _database!.DisposeAsync().AsTask();

    [Fact]
    public async Task Loses_nothing_and_leaves_no_gap()
    {
        await using var shop = await Sandbox.Start(Hear);
        await using var killed = await HostProcess.Start(_database!.ConnectionString, "--Channels:AllowPrivateNetworks=true");
        var first = killed.Http;
        await Put(first, "/v1/channels/shop", new { adapter = "webhook", settings = new { url = $"{shop.Address}", batchSize = 10 } });
        await Record(first, 0, Skus / 2, quantity: 1);
        await PublishingHost.Eventually(() => Task.FromResult(Volatile.Read(ref _heard)), heard => heard >= 20);
        await using var survivor = await HostProcess.Start(_database.ConnectionString, "--Channels:AllowPrivateNetworks=true");
        var second = survivor.Http;

        // The number of each SKU changes again while the first host is publishing, and then it is killed.
        await Record(second, 0, Skus / 2, quantity: 2);
        await killed.Kill();
        await Record(second, Skus / 2, Skus, quantity: 3);

        await PublishingHost.Eventually(
            async () => (await second.GetFromJsonAsync<JsonElement>("/v1/channels/shop")).GetProperty("status"),
            status => status.Number("dirty") == 0 && _shop.Count == Skus && _shop.Values.All(published => published.Quantity == 3));
        var feed = await Feed(second);
        Assert.Equal(Enumerable.Range(1, feed.Count).Select(number => (decimal)number), feed.Select(change => change.Number("sequence")));
        Assert.Equal(Skus, feed.Select(change => change.Text("sku")).Distinct().Count());
        Assert.All(feed.GroupBy(change => change.Text("sku")), changes => Assert.Equal(3, changes.Last().Number("quantity")));
    }

    /// <summary>Takes a moment for each message, so that one is under way when the host dies; keeps what has the highest sequence, as a shop should.</summary>
    private async Task<Answered> Hear(Asked asked)
    {
        foreach (var change in JsonDocument.Parse(asked.Body).RootElement.EnumerateArray().Select(change => change.GetProperty("data").Clone()))
        {
            var published = ((long)change.Number("sequence"), change.Number("quantity"));
            _shop.AddOrUpdate(change.Text("sku")!, published, (_, known) => known.Sequence > published.Item1 ? known : published);
            Interlocked.Increment(ref _heard);
        }

        await Task.Delay(20);
        return new Answered(200);
    }

    private static async Task Put(HttpClient http, string path, object body)
    {
        using var answer = await http.PutAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Counts, so that the number of each SKU is this whatever it was.</summary>
    private static async Task Record(HttpClient http, int from, int to, int quantity)
    {
        var at = Instant.FromUtc(2026, 11, 1, quantity, 0);
        var movements = Enumerable.Range(from, to - from)
            .Select(sku => new { id = $"count-{sku}-{quantity}", type = "count", sku = $"sku-{sku}", location = "S001", quantity, occurredAt = $"{at}" });
        using var answer = await http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements });
        Assert.Equal(to - from, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Number("accepted"));
        if (quantity == 2)
        {
            await Record(http, from, to, 3);
        }
    }

    private static async Task<List<JsonElement>> Feed(HttpClient http)
    {
        List<JsonElement> feed = [];
        JsonElement[] page;
        do
        {
            page = (await http.GetFromJsonAsync<JsonElement>($"/v1/availability/changes?channel=shop&limit=1000&after={feed.Count}")).Items();
            feed.AddRange(page);
        }
        while (page.Length > 0);
        return feed;
    }
}
