using RetailSync.Benchmarks.Baselines;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Everybody wants the same article.</summary>
internal static class ReserveHot
{
    public const int Callers = 256;

    public static readonly Benchmark Benchmark = new("reserve-hot", "reservations/s", Goal.AtLeast(10), Ours, SqlReserve.Rate,
        "one SKU at one location, 256 callers in process, against one SQL transaction per reservation on 8 connections");

    private static Task<double> Ours(Conditions conditions) => Product.HoldRate(conditions, Callers, (_, _) => [SqlReserve.HotSku]);
}
