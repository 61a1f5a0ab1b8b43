using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Questions while tills are busy.</summary>
internal static class AtpUnderLoad
{
    private const double Questions = 2_000;
    private const int MovementsPerSecond = 5_000;
    private const int PerCall = 100;

    public static readonly Benchmark Benchmark = new("atp-under-load", "ms", Goal.NoMoreThan(2), Busy, AtRest,
        "the latency that 99 of 100 questions stay below at 2,000 questions a second, while 5,000 movements a second are recorded, against at rest");

    private static async Task<double> AtRest(Conditions conditions)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, AvailabilityLoad.One, AvailabilityLoad.Connections, Questions)).P99;
    }

    private static async Task<double> Busy(Conditions conditions)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return await Busy(conditions, product);
    }

    /// <summary>The latency that 99 of 100 questions stay below, in milliseconds.</summary>
    public static async Task<double> Busy(Conditions conditions, Product product)
    {
        using var stop = new CancellationTokenSource();
        var load = new EvenLoad("busy", conditions.Positions, PerCall);
        var recording = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)PerCall / MovementsPerSecond));
            var calls = new List<Task>();
            for (long number = 0; !stop.IsCancellationRequested && await timer.WaitForNextTickAsync(); number++)
            {
                calls.Add(product.Record(load.Batch(number)));
                calls.RemoveAll(call => call.IsCompletedSuccessfully);
            }

            await Task.WhenAll(calls);
        });
        var result = await RawLoad.Run(conditions, product.Address, AvailabilityLoad.One, AvailabilityLoad.Connections, Questions);
        await stop.CancelAsync();
        await recording;
        return result.P99;
    }
}
