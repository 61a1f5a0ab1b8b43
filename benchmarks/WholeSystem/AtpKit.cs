using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Kits, asked one a request as SKUs are in atp-one; half of them are assembled at one location.</summary>
internal static class AtpKit
{
    private const int Components = 5;

    public static readonly Benchmark Benchmark = new("atp-kit", "answers/s", Goal.AtLeast(0.3), async conditions =>
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        using var http = new HttpClient { BaseAddress = product.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        string[] skus = [.. AvailabilityLoad.SkuNames];
        string[] kits = [.. skus.Select((_, number) => string.Create(CultureInfo.InvariantCulture, $"KIT-{number:D7}"))];
        for (var number = 0; number < kits.Length; number++)
        {
            var components = Enumerable.Range(number, Components).Select(at => new { sku = skus[at % skus.Length], quantity = 1 + (at % 3) });
            using var answer = await http.PutAsJsonAsync(
                $"/v1/kits/{kits[number]}", new { components, from = number % 2 == 0 ? "any" : "one-location" });
            answer.EnsureSuccessStatusCode();
        }

        return (await RawLoad.Run(
            conditions, product.Address, kits.Select(kit => $"GET /v1/availability/{kit}?channel=web"), AvailabilityLoad.Connections)).Rate;
    }, AtpOne.Ours, "kits of 5 components at 181 locations each, against SKUs as in atp-one");
}
