using RetailSync.Benchmarks.Baselines;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary><see cref="Ingest"/> as JSON over HTTP from another process.</summary>
internal static class IngestHttp
{
    private const int Connections = 4;

    public static readonly Benchmark Benchmark = new("ingest-http", "movements/s", Goal.AtLeast(0.3), Ours, SqlIngest.Rate,
        "500-line JSON batches over 4 connections from another process, against the SQL of ingest without HTTP");

    public static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await Product.Start(conditions, new EvenLoad("ours", conditions.Positions, conditions.PerBatch));
        return await LoadProcess.Rate(conditions, Workload.Ingest, product.Address, Connections);
    }
}
