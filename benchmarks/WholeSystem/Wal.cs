using RetailSync.Benchmarks.Baselines;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Bytes of write-ahead log that a movement costs, whole pages after a checkpoint left out: they are written while warming up.</summary>
internal static class Wal
{
    private const int WarmUpBatches = 200;
    private const int MeasuredBatches = 400;

    public static readonly Benchmark Benchmark = new("wal", "bytes/movement", Goal.NoMoreThan(1.5), Ours, Baseline,
        "batches of 500 distinct positions; 100,000 movements to warm up, 200,000 measured");

    private static async Task<double> Ours(Conditions conditions)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        return await BytesPerMovement(conditions, product.Database, number => product.Record(load.Batch(number)));
    }

    private static async Task<double> Baseline(Conditions conditions)
    {
        var load = new EvenLoad("baseline", conditions.Positions, conditions.PerBatch);
        await using var database = await HandWritten.Create(conditions, load.Positions);
        await using var source = database.Connections(1);
        var writer = new SqlIngest(await source.OpenConnectionAsync());
        return await BytesPerMovement(conditions, database, number => writer.Record(load.Batch(number)));
    }

    private static async Task<double> BytesPerMovement(Conditions conditions, FreshDatabase database, Func<long, Task> record)
    {
        await Record(0, WarmUpBatches);
        var before = await Written();
        await Record(WarmUpBatches, MeasuredBatches);
        return (double)(await Written() - before) / (MeasuredBatches * conditions.PerBatch);

        async Task Record(long first, int count)
        {
            for (var number = first; number < first + count; number++)
            {
                await record(number);
            }
        }

        Task<decimal> Written() => database.Scalar("select pg_current_wal_lsn() - '0/0'::pg_lsn");
    }
}
