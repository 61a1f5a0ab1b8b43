using RetailSync.Benchmarks.Baselines;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary><see cref="ReserveHot"/> over HTTP from another process, on both sides.</summary>
internal static class ReserveHotHttp
{
    private const int Connections = 128;

    public static readonly Benchmark Benchmark = new("reserve-hot-http", "reservations/s", Goal.AtLeast(8), Ours,
        conditions => SqlReserveEndpoint.Rate(conditions, Workload.ReserveHot, Connections),
        "one SKU at one location, 128 connections from another process, against the SQL of reserve-hot behind a minimal endpoint at its best number of "
            + "database connections");

    private static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await Product.Start(conditions, new EvenLoad("ours", conditions.Positions, conditions.PerBatch));
        await product.RegisterChannel();
        return await LoadProcess.Rate(conditions, Workload.ReserveHot, product.Address, Connections);
    }
}
