using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>What was published to a shop, and when.</summary>
internal readonly record struct Published(string Sku, decimal Quantity, long Sequence, long At);

/// <summary>
/// The product, and web shops on a real socket to which it publishes. Each SKU is at one location, so that its on-hand is the published number.
/// </summary>
internal sealed class Shops : IAsyncDisposable
{
    private static readonly Instant Morning = Instant.FromUtc(2025, 11, 24, 6, 0);

    private readonly Product _product;
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Published>> _published = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _calls = [];
    private readonly Sku[] _skus;
    private readonly decimal[] _onHand;
    private long _number;

    private Shops(Product product, WebApplication server, int skus, decimal stock)
    {
        (_product, _server) = (product, server);
        _skus = [.. Enumerable.Range(0, skus).Select(number => Sku.Parse(string.Create(CultureInfo.InvariantCulture, $"shop-{number:D5}")))];
        _onHand = [.. Enumerable.Repeat(stock, skus)];
    }

    public IReadOnlyList<Sku> Skus => _skus;

    public Uri Address => _product.Address;

    public IReadOnlyList<decimal> OnHand => _onHand;

    /// <summary>How long a shop takes to answer; zero unless set.</summary>
    public ConcurrentDictionary<string, TimeSpan> Answering { get; } = [];

    public IReadOnlyList<Published> PublishedTo(string shop) => [.. _published.GetValueOrDefault(shop) ?? []];

    /// <summary>When it was called.</summary>
    public IReadOnlyList<long> CallsOf(string shop) => [.. _calls.GetValueOrDefault(shop) ?? []];

    public static async Task<Shops> Open(Conditions conditions, int skus, decimal stock, params IReadOnlyList<(string Shop, decimal? RateLimit)> shops)
    {
        Environment.SetEnvironmentVariable("Channels__AllowPrivateNetworks", "true");
        var product = await Product.Start(conditions, new EvenLoad("ours", conditions.PerBatch, conditions.PerBatch));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var opened = new Shops(product, builder.Build(), skus, stock);
        opened._server.Run(opened.Receive);
        await opened._server.StartAsync();
        using var http = new HttpClient { BaseAddress = product.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        foreach (var (shop, rateLimit) in shops)
        {
            using var answer = await http.PutAsJsonAsync(
                $"/v1/channels/{shop}", new
                {
                    adapter = "webhook",
                    rateLimit,
                    settings = new { url = $"{opened._server.Urls.First()}/{shop}", timeoutSeconds = 60 }
                });
            answer.EnsureSuccessStatusCode();
        }

        foreach (var batch in opened._skus.Select((sku, number) => opened.Receipt(sku, stock, number)).Chunk(conditions.PerBatch))
        {
            await product.Record(batch);
        }

        return opened;
    }

    /// <summary>Sells a unit of each of these, and says when that was committed.</summary>
    public async Task<long> Sell(IReadOnlyList<int> places)
    {
        var number = Interlocked.Increment(ref _number);
        await _product.Record([.. places.Select((place, index) => (Movement)new Sale(
            new MovementId("till", string.Create(CultureInfo.InvariantCulture, $"{number:D9}-{index:D4}")), Position(_skus[place]),
            Morning + Duration.FromHours(1), null, 1, null))]);
        var committed = Stopwatch.GetTimestamp();
        foreach (var place in places)
        {
            _onHand[place]--;
        }

        return committed;
    }

    /// <summary>Until a shop has the current number of every SKU.</summary>
    public async Task Settled(string shop, TimeSpan atMost)
    {
        var started = Stopwatch.GetTimestamp();
        while (!IsSettled(shop))
        {
            if (Stopwatch.GetElapsedTime(started) > atMost)
            {
                throw new InvalidOperationException($"{shop} does not get the last number of every SKU.");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>How long the slowest hundredth of these changes took to be published, in milliseconds: a later one that is as new or newer counts.</summary>
    public double Lag(string shop, IEnumerable<(int Place, decimal Quantity, long At)> changes) =>
        Lag(shop, changes.Select(change => (_skus[change.Place].Value, change.Quantity, change.At)));

    /// <summary>The same of any SKUs, by their names.</summary>
    public double Lag(string shop, IEnumerable<(string Sku, decimal Quantity, long At)> changes)
    {
        var published = PublishedTo(shop).GroupBy(one => one.Sku).ToDictionary(same => same.Key, same => same.OrderBy(one => one.At).ToArray());
        var lags = changes.Select(
            change => published.GetValueOrDefault(change.Sku, []).Where(one => one.Quantity <= change.Quantity)
            .Select(one => (long?)one.At).FirstOrDefault() is { } at
            ? Math.Max(0, Stopwatch.GetElapsedTime(change.At, at).TotalMilliseconds) : throw new InvalidOperationException("A change was not published."))
            .Order().ToArray();
        return lags[(int)(lags.Length * 0.99)];
    }

    public async ValueTask DisposeAsync()
    {
        await _product.DisposeAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private static PositionKey Position(Sku sku) => new(sku, LocationId.Parse("S001"));

    private Movement Receipt(Sku sku, decimal stock, int number) =>
        new Receipt(new MovementId("till", string.Create(CultureInfo.InvariantCulture, $"opening-{number:D6}")), Position(sku), Morning, null, stock, null);

    private bool IsSettled(string shop)
    {
        var newest = PublishedTo(shop).GroupBy(one => one.Sku).ToDictionary(same => same.Key, same => same.MaxBy(one => one.Sequence).Quantity);
        return _skus.Select((sku, place) => newest.TryGetValue(sku.Value, out var quantity) && quantity == _onHand[place]).All(right => right);
    }

    private async Task Receive(HttpContext http)
    {
        var at = Stopwatch.GetTimestamp();
        var shop = http.Request.Path.Value!.Trim('/');
        _calls.GetOrAdd(shop, _ => []).Enqueue(at);
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        if (Answering.TryGetValue(shop, out var time))
        {
            await Task.Delay(time, http.RequestAborted);
        }

        var published = _published.GetOrAdd(shop, _ => []);
        foreach (var change in body.RootElement.EnumerateArray().Select(change => change.GetProperty("data")))
        {
            published.Enqueue(
                new Published(change.GetProperty("sku").GetString()!, change.GetProperty("quantity").GetDecimal(), change.GetProperty("sequence").GetInt64(), at));
        }
    }
}
