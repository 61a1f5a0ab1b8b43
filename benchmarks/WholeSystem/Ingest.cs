using RetailSync.Benchmarks.Baselines;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Movements a second through the lanes, everything of the write path.</summary>
internal static class Ingest
{
    /// <summary>Batches in flight: enough that a lane never waits for a caller.</summary>
    private const int Callers = 4;

    public static readonly Benchmark Benchmark = new("ingest", "movements/s", Goal.AtLeast(0.5), Ours, SqlIngest.Rate,
        "4 callers against 500 movements in one SQL statement on 2 connections; batches of 500 distinct positions");

    private static async Task<double> Ours(Conditions conditions)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        return await Rate(conditions, product, load);
    }

    public static async Task<double> Rate(Conditions conditions, Product product, EvenLoad load)
    {
        long number = 0;
        return await Measure.Rate(Callers, conditions, _ => product.Record(load.Batch(Interlocked.Increment(ref number))));
    }
}
