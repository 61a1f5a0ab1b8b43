using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels.Tests.Shopify;

/// <summary>
/// Stands in for the Admin GraphQL API as documented: all of an input or nothing, compare-and-set, a bucket of points. Not timed: points come
/// back when a test gives them.
/// </summary>
internal sealed class ShopifySandbox
{
    private const string Token = "shpat_secret";
    private const int Cost = 10;

    /// <summary>What the shop shows, by inventory item.</summary>
    public Dictionary<string, long> Available { get; } = [];

    public decimal Points { get; set; } = 2_000;

    public Answered Answer(Asked asked)
    {
        if (asked.Headers.GetValueOrDefault("X-Shopify-Access-Token") != Token)
        {
            return new Answered(401, """{"errors":"[API] Invalid API key or access token"}""");
        }

        if (Points < Cost)
        {
            return Say(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = "Throttled", ["extensions"] = new JsonObject { ["code"] = "THROTTLED" } }) });
        }

        Points -= Cost;
        var request = JsonDocument.Parse(asked.Body).RootElement;
        var variables = request.GetProperty("variables");
        return request.GetProperty("query").GetString()!.StartsWith("mutation", StringComparison.Ordinal)
            ? Say(new JsonObject { ["data"] = new JsonObject { ["inventorySetQuantities"] = Set(variables.GetProperty("input")) } })
            : Say(new JsonObject { ["data"] = new JsonObject { ["nodes"] = new JsonArray([.. variables.GetProperty("ids").EnumerateArray().Select(id => Node(id.GetString()!))]) } });
    }

    private JsonObject Set(JsonElement input)
    {
        var quantities = input.GetProperty("quantities").EnumerateArray().ToList();
        var errors = new JsonArray();
        foreach (var (quantity, place) in quantities.Select((quantity, place) => (quantity, place)))
        {
            var id = quantity.GetProperty("inventoryItemId").GetString()!;
            if (!Available.TryGetValue(id, out var shows))
            {
                errors.Add(Error("INVALID_INVENTORY_ITEM", place, "The specified inventory item could not be found."));
            }
            else if (quantity.GetProperty("compareQuantity").GetInt64() != shows)
            {
                errors.Add(Error("COMPARE_QUANTITY_STALE", place, "The compareQuantity argument no longer matches the persisted quantity."));
            }
        }

        foreach (var quantity in errors.Count == 0 ? quantities : [])
        {
            Available[quantity.GetProperty("inventoryItemId").GetString()!] = quantity.GetProperty("quantity").GetInt64();
        }

        return new JsonObject { ["inventoryAdjustmentGroup"] = null, ["userErrors"] = errors };
    }

    private JsonNode? Node(string id) => !Available.TryGetValue(id, out var shows) ? null : new JsonObject
    {
        ["id"] = id,
        ["inventoryLevel"] = new JsonObject { ["quantities"] = new JsonArray(new JsonObject { ["name"] = "available", ["quantity"] = shows }) },
    };

    private static JsonObject Error(string code, int place, string message) =>
        new() { ["code"] = code, ["field"] = new JsonArray("input", "quantities", $"{place}", "inventoryItemId"), ["message"] = message };

    private Answered Say(JsonObject body)
    {
        body["extensions"] = new JsonObject
        {
            ["cost"] = new JsonObject
            {
                ["requestedQueryCost"] = Cost,
                ["throttleStatus"] = new JsonObject { ["maximumAvailable"] = 2000, ["currentlyAvailable"] = Points, ["restoreRate"] = 100 },
            },
        };
        return new Answered(200, body.ToJsonString());
    }
}
