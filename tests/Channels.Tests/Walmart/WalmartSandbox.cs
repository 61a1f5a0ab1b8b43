using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels.Tests.Walmart;

/// <summary>Stands in for the Marketplace API: items, nodes that can fail alone, and feeds that refuse the wrong letter case.</summary>
internal sealed class WalmartSandbox
{
    private JsonArray _feed = [];

    public Dictionary<string, long> Items { get; } = [];

    /// <summary>What sellers with several nodes have at each.</summary>
    public Dictionary<(string Sku, string Node), long> Nodes { get; } = [];

    public bool NodeFails { get; set; }

    public string FeedStatus { get; set; } = "RECEIVED";

    public Answered Answer(Asked asked)
    {
        if (asked.Path == "/v3/token")
        {
            return new Answered(200, """{"access_token":"eyJ-walmart","token_type":"Bearer","expires_in":900}""");
        }

        if (asked.Headers.GetValueOrDefault("WM_SEC.ACCESS_TOKEN") != "eyJ-walmart" || !asked.Headers.ContainsKey("WM_QOS.CORRELATION_ID")
            || !asked.Headers.ContainsKey("WM_SVC.NAME"))
        {
            return new Answered(401, """{"error":[{"code":"UNAUTHORIZED.GMP_GATEWAY_API"}]}""");
        }

        return (asked.Method, asked.Path) switch
        {
            ("PUT", "/v3/inventory") => Put(JsonDocument.Parse(asked.Body).RootElement),
            ("PUT", _) => PutNode(Uri.UnescapeDataString(asked.Path.Split('/')[^1]), JsonDocument.Parse(asked.Body).RootElement),
            ("POST", "/v3/feeds") => Feed(asked),
            ("GET", "/v3/inventory") => Show(Uri.UnescapeDataString(asked.Query["?sku=".Length..])),
            ("GET", var path) when path.StartsWith("/v3/inventories/", StringComparison.Ordinal) => ShowNodes(Uri.UnescapeDataString(path.Split('/')[^1])),
            _ => Status(),
        };
    }

    private Answered Put(JsonElement inventory)
    {
        var sku = inventory.GetProperty("sku").GetString()!;
        if (!Items.ContainsKey(sku))
        {
            return new Answered(404, """{"error":[{"code":"CONTENT_NOT_FOUND.GMP_INVENTORY_API","description":"Content not found"}]}""");
        }

        Items[sku] = Amount(inventory.GetProperty("quantity"));
        return new Answered(200, inventory.GetRawText());
    }

    private Answered Show(string sku) => Items.TryGetValue(sku, out var amount)
        ? new Answered(200, new JsonObject { ["sku"] = sku, ["quantity"] = Quantity(amount) }.ToJsonString())
        : new Answered(404, """{"error":[{"code":"CONTENT_NOT_FOUND.GMP_INVENTORY_API","description":"Content not found"}]}""");

    /// <summary>Two of each are kept for Walmart's own orders.</summary>
    private Answered ShowNodes(string sku) => new(200, new JsonObject
    {
        ["sku"] = sku,
        ["nodes"] = new JsonArray([.. Nodes.Where(node => node.Key.Sku == sku).Select(node => (JsonNode)new JsonObject
        {
            ["shipNode"] = node.Key.Node,
            ["inputQty"] = Quantity(node.Value),
            ["availToSellQty"] = Quantity(node.Value - 2),
            ["reservedQty"] = Quantity(2),
        })]),
    }.ToJsonString());

    private static JsonObject Quantity(long amount) => new() { ["unit"] = "EACH", ["amount"] = amount };

    private Answered PutNode(string sku, JsonElement update)
    {
        var results = new JsonArray();
        foreach (var node in update.GetProperty("inventories").GetProperty("nodes").EnumerateArray())
        {
            var name = node.GetProperty("shipNode").GetString()!;
            Nodes[(sku, name)] = Amount(node.GetProperty("inputQty"));
            Items[sku] = Nodes.Where(at => at.Key.Sku == sku).Sum(at => at.Value);
            results.Add(NodeFails && results.Count == 0
                ? new JsonObject
                {
                    ["shipNode"] = name,
                    ["status"] = "Failure",
                    ["errors"] = new JsonArray(new JsonObject { ["code"] = "INVALID_SHIP_NODE", ["description"] = "Not yours" })
                }
                : new JsonObject { ["shipNode"] = name, ["status"] = "Success" });
        }

        return new Answered(200, new JsonObject { ["sku"] = sku, ["nodes"] = results }.ToJsonString());
    }

    private Answered Feed(Asked asked)
    {
        var file = asked.Body[asked.Body.IndexOf('{', StringComparison.Ordinal)..(asked.Body.LastIndexOf('}') + 1)];
        var feed = JsonDocument.Parse(file).RootElement;
        var (header, list, version) = asked.Query == "?feedType=inventory" ? ("InventoryHeader", "Inventory", "1.4") : ("inventoryHeader", "inventory", "1.5");
        if (!feed.TryGetProperty(header, out var head) || head.GetProperty("version").GetString() != version || !feed.TryGetProperty(list, out var items))
        {
            return new Answered(400, """{"error":[{"code":"ERR_EXT_DATA_0503009","description":"Wrong letter case"}]}""");
        }

        _feed = [.. items.EnumerateArray().Select(item => JsonNode.Parse(item.GetRawText()))];
        return new Answered(200, """{"feedId":"F1@AQ"}""");
    }

    private Answered Status()
    {
        var details = _feed.Select(item => item!["sku"]!.GetValue<string>()).Select(sku => (JsonNode)(Items.ContainsKey(sku)
            ? new JsonObject { ["sku"] = sku, ["ingestionStatus"] = "SUCCESS" }
            : new JsonObject
            {
                ["sku"] = sku,
                ["ingestionStatus"] = "DATA_ERROR",
                ["ingestionErrors"] = new JsonObject
                { ["ingestionError"] = new JsonArray(new JsonObject { ["type"] = "DATA_ERROR", ["code"] = "ERR_1", ["description"] = "No such item" }) },
            }));
        return new Answered(200, new JsonObject
        {
            ["feedId"] = "F1@AQ",
            ["feedStatus"] = FeedStatus,
            ["itemsReceived"] = _feed.Count,
            ["itemDetails"] = FeedStatus == "PROCESSED" ? new JsonObject { ["itemIngestionStatus"] = new JsonArray([.. details]) } : null,
        }.ToJsonString());
    }

    private static long Amount(JsonElement quantity)
    {
        Assert.Equal("EACH", quantity.GetProperty("unit").GetString());
        return quantity.GetProperty("amount").GetInt64();
    }
}
