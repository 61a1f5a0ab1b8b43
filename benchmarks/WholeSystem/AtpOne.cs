using RetailSync.Benchmarks.Baselines;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>One question a request, as channels ask it.</summary>
internal static class AtpOne
{
    private const string Load = "random SKUs at 181 locations each, rules of every kind, 32 keep-alive connections from another process, against ";

    public static readonly Benchmark Rate = new("atp-one", "answers/s", Goal.AtLeast(0.8), Ours,
        async conditions => (await FixedEndpoint.Run(conditions, AvailabilityLoad.Body, AvailabilityLoad.One, AvailabilityLoad.Connections)).Rate,
        Load + "the same server answering fixed bytes to everybody");

    public static readonly Benchmark Sql =
        new("atp-sql", "answers/s", Goal.AtLeast(10), Ours, SqlSumEndpoint.Rate, Load + "the sum as one prepared statement behind a minimal endpoint");

    /// <summary>At half of the highest rate that the fixed answer reached in this run.</summary>
    public static readonly Benchmark P99 = new("atp-one-p99", "ms", Goal.NoMoreThan(1.5), OursP99,
        async conditions => (await FixedEndpoint.Run(
            conditions, AvailabilityLoad.Body, AvailabilityLoad.One, AvailabilityLoad.Connections, await Half(conditions))).P99,
        Load + "fixed bytes, both at half of the highest rate of the fixed bytes");

    private static double? half;

    public static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, AvailabilityLoad.One, AvailabilityLoad.Connections)).Rate;
    }

    private static async Task<double> OursP99(Conditions conditions)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, AvailabilityLoad.One, AvailabilityLoad.Connections, await Half(conditions))).P99;
    }

    private static async Task<double> Half(Conditions conditions) =>
        half ??= (await FixedEndpoint.Run(conditions, AvailabilityLoad.Body, AvailabilityLoad.One, AvailabilityLoad.Connections)).Rate / 2;
}
