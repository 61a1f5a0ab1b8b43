using System.Globalization;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Where a basket may be picked up: one call has the number of each of its SKUs at each store.</summary>
internal static class Pickup
{
    private const int Stores = 40;
    private const int Basket = 5;

    public static readonly Benchmark Benchmark = new("pickup", "answers/s", Goal.AtLeast(10), async conditions =>
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return (await RawLoad.Run(conditions, product.Address, Questions, connections: 4)).Rate * Stores * Basket;
    }, AtpOne.Ours, "40 stores and a basket of 5, 200 numbers a call over 4 connections, against one number a call as in atp-one");

    private static IEnumerable<string> Questions
    {
        get
        {
            string[] skus = [.. AvailabilityLoad.SkuNames];
            return skus.Select((_, number) =>
            {
                var lines = Enumerable.Range(number, Basket).Select(at => $"{{\"sku\":\"{skus[at % skus.Length]}\",\"quantity\":2}}");
                var locations = Enumerable.Range(number, Stores).Select(at =>
                    string.Create(CultureInfo.InvariantCulture, $"\"S{at % AvailabilityLoad.Locations:D3}\""));
                return "POST /v1/availability/pickup\t"
                    + $"{{\"channel\":\"web\",\"locations\":[{string.Join(',', locations)}],\"lines\":[{string.Join(',', lines)}]}}";
            });
        }
    }
}
