using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>A thousand SKUs in one question, and one SKU with its reasons.</summary>
internal static class AtpBulk
{
    public static readonly Benchmark Benchmark = new("atp-bulk", "SKUs/s", Goal.AtLeast(10), async conditions =>
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, AvailabilityLoad.Bulk, connections: 4)).Rate * 1_000;
    }, AtpOne.Ours, "1,000 SKUs a call over 4 connections, against one SKU a call as in atp-one");

    public static readonly Benchmark Explain = new("explain", "answers/s", Goal.AtLeast(0), async conditions =>
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, AvailabilityLoad.Explained, AvailabilityLoad.Connections)).Rate;
    }, AtpOne.Ours, "with every term of 181 locations, against plain answers");
}
