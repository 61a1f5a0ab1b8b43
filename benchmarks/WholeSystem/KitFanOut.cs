using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>One component of thousands of kits is sold again and again, and limits every one of them: each sale changes the number of each kit.</summary>
internal static class KitFanOut
{
    private const int Kits = 5_000;
    private const int Others = 100;
    private const int ChangesPerSecond = 20;
    private const double Promised = 1_000;
    private const string Shop = "shop-1";

    public static readonly Benchmark Benchmark = new("kit-fan-out", "ms p99", Goal.NoMoreThan(1), Lag, _ => Task.FromResult(Promised),
        "commit to the receipt by a shop of the component and of its 5,000 kits, 20 sales a second of the component, against the second that is promised");

    private static async Task<double> Lag(Conditions conditions)
    {
        await using var opened = await Shops.Open(conditions, Others, 1_000_000, (Shop, null));
        string[] kits = [.. Enumerable.Range(0, Kits).Select(number => string.Create(CultureInfo.InvariantCulture, $"kit-{number:D5}"))];
        using var http = new HttpClient { BaseAddress = opened.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        await Parallel.ForAsync(0, Kits, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, cancellation) =>
        {
            var other = opened.Skus[1 + (number % (Others - 1))].Value;
            var components = new[] { new { sku = opened.Skus[0].Value, quantity = 1m }, new { sku = other, quantity = 0.5m } };
            using var answer = await http.PutAsJsonAsync($"/v1/kits/{kits[number]}", new { components }, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        await Reached(opened, kits);

        List<(string Sku, decimal Quantity, long At)> changes = [];
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChangesPerSecond));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < conditions.WarmUp + conditions.Measured && await beat.WaitForNextTickAsync())
        {
            var at = await opened.Sell([0]);
            if (Stopwatch.GetElapsedTime(started) > conditions.WarmUp)
            {
                changes.AddRange(kits.Append(opened.Skus[0].Value).Select(sku => (sku, opened.OnHand[0], at)));
            }
        }

        await Reached(opened, kits);
        return opened.Lag(Shop, changes);
    }

    /// <summary>Waits until the shop has the number of the component for every kit.</summary>
    private static async Task Reached(Shops opened, string[] kits)
    {
        var started = Stopwatch.GetTimestamp();
        while (opened.PublishedTo(Shop).Where(one => one.Quantity == opened.OnHand[0]).Select(one => one.Sku).Intersect(kits).Count() < kits.Length)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(3))
            {
                throw new InvalidOperationException("The shop does not get the last number of every kit.");
            }

            await Task.Delay(200);
        }
    }
}
