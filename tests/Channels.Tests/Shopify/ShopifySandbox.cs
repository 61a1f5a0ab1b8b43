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

    /// <summary>The version in which it answers; it is asked for another one where that is no longer served.</summary>
    public string Version { get; set; } = "2026-10";

    /// <summary>Deprecated fields that it says were used.</summary>
    public string? DeprecatedReason { get; set; }

    /// <summary>What was answered under each key.</summary>
    public Dictionary<string, (string Input, JsonObject Payload)> Keys { get; } = [];

    /// <summary>Inputs that were carried out.</summary>
    public int Executed { get; private set; }

    public Answered Answer(Asked asked)
    {
        if (asked.Headers.GetValueOrDefault("X-Shopify-Access-Token") != Token)
        {
            return new Answered(401, """{"errors":"[API] Invalid API key or access token"}""");
        }

        if (Points < Cost)
        {
            return Say(new JsonObject
            { ["errors"] = new JsonArray(new JsonObject { ["message"] = "Throttled", ["extensions"] = new JsonObject { ["code"] = "THROTTLED" } }) });
        }

        Points -= Cost;
        var request = JsonDocument.Parse(asked.Body).RootElement;
        var variables = request.GetProperty("variables");
        return request.GetProperty("query").GetString()!.StartsWith("mutation", StringComparison.Ordinal)
            ? Mutate(request.GetProperty("query").GetString()!, variables)
            : Say(
                new JsonObject
                {
                    ["data"] = new JsonObject
                    { ["nodes"] = new JsonArray([.. variables.GetProperty("ids").EnumerateArray().Select(id => Node(id.GetString()!, variables))]) }
                });
    }

    /// <summary>
    /// Since 2026-04: an idempotency key, <c>changeFromQuantity</c> for each quantity (null, said, opts out), and none of the fields that were removed.
    /// </summary>
    private Answered Mutate(string document, JsonElement variables)
    {
        var input = variables.GetProperty("input");
        var quantities = input.GetProperty("quantities").EnumerateArray().ToList();
        string? wrong = !document.Contains("@idempotent(key: $key)", StringComparison.Ordinal) || variables.GetProperty("key")
            .GetString() is not { Length: > 0 }
                ? "The @idempotent directive is required for this mutation."
            : input.TryGetProperty("ignoreCompareQuantity", out _) || quantities.Any(quantity => quantity.TryGetProperty("compareQuantity", out _))
            ? "Field is not defined on InventoryQuantityInput"
            : quantities.Any(quantity => !quantity.TryGetProperty("changeFromQuantity", out _))
            ? "changeFromQuantity is required for each quantity; pass null to opt out."
            : null;
        if (wrong is not null)
        {
            return Say(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = wrong }) });
        }

        var (key, said) = (variables.GetProperty("key").GetString()!, input.GetRawText());
        if (!Keys.TryGetValue(key, out var before))
        {
            Keys[key] = before = (said, Set(input));
        }
        else if (before.Input != said || before.Payload["userErrors"]!.AsArray().Count > 0)
        {
            var code = before.Input != said ? "IDEMPOTENCY_KEY_PARAMETER_MISMATCH" : "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";
            before = (said, new JsonObject { ["userErrors"] = new JsonArray(new JsonObject { ["code"] = code, ["field"] = null, ["message"] = code }) });
        }

        return Say(new JsonObject { ["data"] = new JsonObject { ["inventorySetQuantities"] = before.Payload.DeepClone() } });
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
            else if (quantity.GetProperty("changeFromQuantity") is { ValueKind: not JsonValueKind.Null } from && from.GetInt64() != shows)
            {
                errors.Add(Error("CHANGE_FROM_QUANTITY_STALE", place, "The changeFromQuantity argument no longer matches the persisted quantity."));
            }
        }

        Executed += errors.Count == 0 ? 1 : 0;
        foreach (var quantity in errors.Count == 0 ? quantities : [])
        {
            var (id, location, units) =
                (quantity.GetProperty("inventoryItemId").GetString()!, quantity.GetProperty("locationId")
                    .GetString()!, quantity.GetProperty("quantity").GetInt64());
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
        return new Answered(200, body.ToJsonString(),
            Headers: [("X-Shopify-API-Version", Version), .. DeprecatedReason is { } reason
                ? [("X-Shopify-API-Deprecated-Reason", reason)] : Array.Empty<(string, string)>()]);
    }
}
