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
    private const string Main = "gid://shopify/Location/77";

    /// <summary>What the shop shows, by inventory item.</summary>
    public Dictionary<string, long> Available { get; } = [];

    /// <summary>The same at locations beside the one of <see cref="Available"/>, by inventory item and location. What is not here is not kept there.</summary>
    public Dictionary<(string Item, string Location), long> Elsewhere { get; } = [];

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
            : Say(new JsonObject { ["data"] = new JsonObject { ["nodes"] = new JsonArray([.. variables.GetProperty("ids").EnumerateArray().Select(id => Node(id.GetString()!, variables))]) } });
    }

    private JsonObject Set(JsonElement input)
    {
        var quantities = input.GetProperty("quantities").EnumerateArray().ToList();
        var errors = new JsonArray();
        foreach (var (quantity, place) in quantities.Select((quantity, place) => (quantity, place)))
        {
            var id = quantity.GetProperty("inventoryItemId").GetString()!;
            if (!Available.ContainsKey(id))
            {
                errors.Add(Error("INVALID_INVENTORY_ITEM", place, "The specified inventory item could not be found."));
            }
            else if (Shows(id, quantity.GetProperty("locationId").GetString()!) is not { } shows)
            {
                errors.Add(Error("ITEM_NOT_STOCKED_AT_LOCATION", place, "The specified inventory item is not stocked at the location."));
            }
            else if (quantity.GetProperty("compareQuantity").GetInt64() != shows)
            {
                errors.Add(Error("COMPARE_QUANTITY_STALE", place, "The compareQuantity argument no longer matches the persisted quantity."));
            }
        }

        foreach (var quantity in errors.Count == 0 ? quantities : [])
        {
            var (id, location, units) = (quantity.GetProperty("inventoryItemId").GetString()!, quantity.GetProperty("locationId").GetString()!, quantity.GetProperty("quantity").GetInt64());
            if (location == Main)
            {
                Available[id] = units;
            }
            else
            {
                Elsewhere[(id, location)] = units;
            }
        }

        return new JsonObject { ["inventoryAdjustmentGroup"] = null, ["userErrors"] = errors };
    }

    private long? Shows(string id, string location) =>
        location == Main ? Available.TryGetValue(id, out var here) ? here : null : Elsewhere.TryGetValue((id, location), out var there) ? there : null;

    /// <summary>A level for every location that is asked about by a name of its own.</summary>
    private JsonNode? Node(string id, JsonElement variables)
    {
        if (!Available.ContainsKey(id))
        {
            return null;
        }

        var node = new JsonObject { ["id"] = id };
        foreach (var variable in variables.EnumerateObject().Where(variable => variable.Name != "ids"))
        {
            node[variable.Name] = Shows(id, variable.Value.GetString()!) is not { } shows ? null
                : new JsonObject { ["quantities"] = new JsonArray(new JsonObject { ["name"] = "available", ["quantity"] = shows }) };
        }

        return node;
    }

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
