using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The kits of a walk: one whose components may come from anywhere, and one that is complete at one location.</summary>
internal static class WalkKits
{
    private static readonly Dictionary<string, (string From, (string Sku, decimal PerKit)[] Components)> Kits = new()
    {
        ["set"] = ("any", [("cup", 2), ("spoon", 1)]),
        ["box"] = ("one-location", [("plate", 1), ("spoon", 1)]),
    };

    public static bool IsKit(string sku) => Kits.ContainsKey(sku);

    /// <summary>Whether it waits for supply only where its line names the location.</summary>
    public static bool IsOfOneLocation(string sku) => Kits.TryGetValue(sku, out var kit) && kit.From == "one-location";

    public static async Task Set(HttpClient client, string url)
    {
        foreach (var (sku, (from, components)) in Kits)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"{url}/v1/kits/{sku}")
            {
                Content = JsonContent.Create(new { from, components = components.Select(one => new { sku = one.Sku, quantity = one.PerKit }) }),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-planner");
            using var answer = await client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Units by SKU, where a kit, prepacked or not, counts as what it is made of. Those of which there are none are left out.</summary>
    public static SortedDictionary<string, decimal> InComponents(IEnumerable<(string Sku, decimal Units)> units) => new(units
        .SelectMany(one => Kits.TryGetValue(one.Sku, out var kit) ? kit.Components.Select(part => (part.Sku, one.Units * part.PerKit)) : [(one.Sku, one.Units)])
        .GroupBy(one => one.Sku, one => one.Item2).Where(one => one.Sum() != 0).ToDictionary(one => one.Key, one => one.Sum()));

    /// <summary>Whether there are no more units of any SKU.</summary>
    public static bool IsWithin(this SortedDictionary<string, decimal> units, SortedDictionary<string, decimal> limit) =>
        units.All(one => one.Value <= limit.GetValueOrDefault(one.Key));
}
