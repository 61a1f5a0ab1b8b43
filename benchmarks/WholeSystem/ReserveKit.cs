using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Kits that are held by what they are made of, as much as the baskets of reserve-basket hold.</summary>
internal static class ReserveKit
{
    private const int Components = 5;

    public static readonly Benchmark Benchmark = new("reserve-kit", "kits/s", Goal.AtLeast(0.8), Ours, ReserveBasket.Ours,
        "one kit of 5 components at a location of its own, 256 callers in process, against our baskets of 5 lines of reserve-basket");

    private static Task<double> Ours(Conditions conditions) =>
        Product.HoldRate(conditions, ReserveHot.Callers, (random, positions) => [KitAt(positions[random.Next(positions.Length)])], RegisterKits);

    /// <summary>The kit of which a SKU is the first component.</summary>
    private static PositionKey KitAt(PositionKey first) => new(Sku.Parse($"KIT-{first.Sku}"), first.Location);

    /// <summary>A kit for each SKU: it and the next four.</summary>
    private static async Task RegisterKits(Product product, PositionKey[] positions)
    {
        using var http = new HttpClient { BaseAddress = product.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        string[] skus = [.. positions.Select(position => position.Sku.Value).Distinct().Order(StringComparer.Ordinal)];
        for (var number = 0; number < skus.Length; number++)
        {
            var components = Enumerable.Range(number, Components).Select(at => new { sku = skus[at % skus.Length], quantity = 1 });
            using var answer = await http.PutAsJsonAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/kits/KIT-{skus[number]}"), new { components });
            answer.EnsureSuccessStatusCode();
        }
    }
}
