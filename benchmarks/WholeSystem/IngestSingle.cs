using RetailSync.Benchmarks.Baselines;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>One movement a call, as a till sends them.</summary>
internal static class IngestSingle
{
    private const int Connections = 128;

    public static readonly Benchmark Benchmark = new("ingest-single", "movements/s", Goal.AtLeast(2), Ours, SqlSingle.Rate,
        "one movement per HTTP call over 128 connections from another process, against one SQL transaction per movement at its best client and number of "
            + "connections, without HTTP");

    private static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await Product.Start(conditions, new EvenLoad("ours", conditions.Positions, conditions.PerBatch));
        return await LoadProcess.Rate(conditions, Workload.IngestSingle, product.Address, Connections);
    }
}
