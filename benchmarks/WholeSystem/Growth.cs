using System.Globalization;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// What ten million events do to the next one. One database is measured at a hundred thousand events, filled through the product itself, and measured again; it
/// takes some ten minutes, so it is done once, and the three benchmarks that look at it share it.
/// </summary>
internal static class Growth
{
    private const int Callers = 4;
    private const long Few = 100_000;
    private const long Many = 10_000_000;

    private static readonly string Notes =
        string.Create(CultureInfo.InvariantCulture, $"at {Many:N0} events stored against {Few:N0}, one database, filled through the lanes");

    private static Task<(Figures Few, Figures Many)>? measured;

    public static readonly Benchmark Rate =
        new("growth", "movements/s", Goal.AtLeast(0.9), async conditions => (await Measured(conditions)).Many.Rate,
            async conditions => (await Measured(conditions)).Few.Rate, Notes);

    public static readonly Benchmark Processor = new(
        "cpu-growth", "µs/movement", Goal.NoMoreThan(1.2), async conditions => (await Measured(conditions)).Many.Processor,
        async conditions => (await Measured(conditions)).Few.Processor, "processor time of host, load and PostgreSQL for each movement, " + Notes);

    public static readonly Benchmark Memory = new(
        "memory", "MB", Goal.NoMoreThan(1.2), async conditions => (await Measured(conditions)).Many.Memory,
        async conditions => (await Measured(conditions)).Few.Memory, "peak memory of the process with host and load, " + Notes);

    private readonly record struct Figures(double Rate, double Processor, double Memory);

    private static Task<(Figures Few, Figures Many)> Measured(Conditions conditions) => measured ??= Grow(conditions);

    private static async Task<(Figures Few, Figures Many)> Grow(Conditions conditions)
    {
        var load = new EvenLoad("growth", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        ProcessFigures.ResetPeak();
        long batches = 0;
        await Fill(Few);
        var few = await Look();
        await Fill(Many);
        return (few, await Look());

        async Task Fill(long events)
        {
            // The opening stock is among the events.
            var wanted = (events - conditions.Positions) / conditions.PerBatch;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref batches) is var number && number <= wanted)
                {
                    await product.Record(load.Batch(number));
                }
            })));
        }

        async Task<Figures> Look()
        {
            await product.Database.Settle();
            long done = 0;
            var before = ProcessFigures.ProcessorTime();
            var rate = await Measure.Rate(Callers, conditions, async _ =>
            {
                var recorded = await product.Record(load.Batch(Interlocked.Increment(ref batches)));
                Interlocked.Add(ref done, recorded);
                return recorded;
            });
            return new Figures(rate, (ProcessFigures.ProcessorTime() - before).TotalMicroseconds / done, ProcessFigures.PeakMegabytes());
        }
    }
}

/// <summary>Appending to a position that has had a million events.</summary>
internal static class LongStream
{
    private const int PerCall = 100;
    private const int Long = 1_000_000;
    private const int Short = 100;

    private static Task<Product>? started;
    private static long number;

    public static readonly Benchmark Benchmark = new(
        "long-stream", "movements/s", Goal.AtLeast(0.95), conditions => Append(conditions, "LONG"), conditions => Append(conditions, "SHORT"),
        "100 sales a call to one position with 1,000,000 events, against one with 100 (and those that the measurement adds)");

    private static async Task<double> Append(Conditions conditions, string sku)
    {
        var product = await (started ??= Start(conditions));
        await product.Database.Settle();
        return await Measure.Rate(callers: 1, conditions, _ => product.Record(Sales(sku == "LONG" ? sku : Renewed(), PerCall)));
    }

    /// <summary>A short stream does not stay short while it is measured: each ten thousand sales go to another one.</summary>
    private static string Renewed() => string.Create(CultureInfo.InvariantCulture, $"SHORT-{Interlocked.Read(ref number) / 10_000}");

    private static async Task<Product> Start(Conditions conditions)
    {
        var product = await Product.Start(conditions);
        for (var filled = 0; filled < Long; filled += 500)
        {
            await product.Record(Sales("LONG", 500));
        }

        await product.Record(Sales("SHORT-0", Short));
        return product;
    }

    private static Movement[] Sales(string sku, int count) => [.. Enumerable.Range(0, count).Select(_ => (Movement)new Sale(
        new MovementId("long", string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref number):D12}")),
        PositionKey.Parse($"{sku}@S001"), NodaTime.Instant.FromUtc(2025, 11, 24, 10, 0), "receipt-000124", 1, null))];
}
