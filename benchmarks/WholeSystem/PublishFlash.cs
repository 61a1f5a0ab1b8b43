using System.Diagnostics;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// A flash sale over a channel that allows few calls. What must hold at all ends the measurement when it does not: the budget, and the last number of every
/// SKU.
/// </summary>
internal static class PublishFlash
{
    private const int Skus = 5_000;
    private const int ChangesPerSecond = 3_333;
    private const int PerCall = 100;
    private const int CallsPerSecond = 4;
    private const string Shop = "flash";

    private static double least;

    public static readonly Benchmark Benchmark = new("publish-flash", "calls", Goal.NoMoreThan(1.2), Calls, _ => Task.FromResult(least),
        "calls used for 3,333 changes a second on 5,000 SKUs at 4 calls a second, against the least in which the published numbers could have been published; a "
            + "measured time of 60 s has 200,000 changes");

    private static async Task<double> Calls(Conditions conditions)
    {
        await using var opened = await Shops.Open(conditions, Skus, 10_000, (Shop, CallsPerSecond));
        await opened.Settled(Shop, TimeSpan.FromMinutes(2));
        var (callsBefore, publishedBefore) = (opened.CallsOf(Shop).Count, opened.PublishedTo(Shop).Count);
        var random = new Random(1);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < conditions.Measured && await beat.WaitForNextTickAsync())
        {
            await opened.Sell([.. Enumerable.Range(0, ChangesPerSecond / 20).Select(_ => random.Next(Skus)).Distinct()]);
        }

        await opened.Settled(Shop, TimeSpan.FromMinutes(2));
        var calls = opened.CallsOf(Shop);
        for (var call = CallsPerSecond + 1; call < calls.Count; call++)
        {
            if (Stopwatch.GetElapsedTime(calls[call - CallsPerSecond - 1], calls[call]) < TimeSpan.FromSeconds(1))
            {
                throw new InvalidOperationException("Over budget: more calls in a second than it has.");
            }
        }

        least = Math.Ceiling((opened.PublishedTo(Shop).Count - publishedBefore) / (double)PerCall);
        return calls.Count - callsBefore;
    }
}
