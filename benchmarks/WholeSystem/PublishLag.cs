using System.Diagnostics;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>From commit to a shop's ear, the slowest hundredth.</summary>
internal static class PublishLag
{
    private const int Skus = 2_000;
    private const int PerBatch = 100;
    private const double Promised = 1_000;

    private static readonly string[] Healthy = ["shop-1", "shop-2", "shop-3", "shop-4", "shop-5"];

    public static readonly Benchmark Benchmark =
        new("publish-lag", "ms p99", Goal.NoMoreThan(1), conditions => Lag(conditions, null), _ => Task.FromResult(Promised),
        "commit to the receipt by 5 shops without limits, at 2,000 movements a second, against the second that is promised");

    /// <summary>The largest p99 of the healthy shops, while a sixth one answers as slowly as it is said to; null leaves it out.</summary>
    internal static async Task<double> Lag(Conditions conditions, TimeSpan? sixthAnswersIn)
    {
        List<(string, decimal?)> shops = [.. Healthy.Select(shop => (shop, (decimal?)null))];
        if (sixthAnswersIn is not null)
        {
            shops.Add(("shop-6", null));
        }

        await using var opened = await Shops.Open(conditions, Skus, 1_000_000, shops);
        if (sixthAnswersIn is { } time)
        {
            opened.Answering["shop-6"] = time;
        }

        foreach (var shop in Healthy)
        {
            await opened.Settled(shop, TimeSpan.FromMinutes(1));
        }

        List<(int Place, decimal Quantity, long At)> changes = [];
        var random = new Random(1);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(PerBatch / 2.0));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < conditions.WarmUp + conditions.Measured && await beat.WaitForNextTickAsync())
        {
            var places = Enumerable.Range(0, PerBatch).Select(_ => random.Next(Skus)).Distinct().ToArray();
            var at = await opened.Sell(places);
            if (Stopwatch.GetElapsedTime(started) > conditions.WarmUp)
            {
                changes.AddRange(places.Select(place => (place, opened.OnHand[place], at)));
            }
        }

        foreach (var shop in Healthy)
        {
            await opened.Settled(shop, TimeSpan.FromMinutes(1));
        }

        return Healthy.Max(shop => opened.Lag(shop, changes));
    }
}
