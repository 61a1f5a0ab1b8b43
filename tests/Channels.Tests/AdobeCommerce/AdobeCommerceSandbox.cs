using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels.Tests.AdobeCommerce;

/// <summary>Stands in for the REST API: source items at once or in bulk, of products that exist.</summary>
internal sealed class AdobeCommerceSandbox
{
    private readonly List<(string Sku, bool Known)> _operations = [];

    public Dictionary<string, (decimal Quantity, int Status)> Sources { get; } = [];

    public bool IsBusy { get; set; } = true;

    public Answered Answer(Asked asked)
    {
        if (asked.Headers.GetValueOrDefault("Authorization") != "Bearer adobe-secret")
        {
            return new Answered(401, """{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_InventoryApi::source"}}""");
        }

        switch (asked.Path)
        {
            case "/shop/rest/V1/inventory/source-items" when asked.Method == "GET":
                return Find(Uri.UnescapeDataString(asked.Query));

            case "/shop/rest/V1/inventory/source-items":
                return JsonDocument.Parse(asked.Body).RootElement.GetProperty("sourceItems").EnumerateArray().All(Set)
                    ? new Answered(200, "[]")
                    : new Answered(400, """{"message":"Validation Failed","errors":[{"message":"\"SKU\" value should be known."}]}""");

            case "/shop/rest/async/bulk/V1/inventory/source-items":
                _operations.Clear();
                _operations.AddRange(JsonDocument.Parse(asked.Body).RootElement.EnumerateArray()
                    .Select(body => body.GetProperty("sourceItems")[0]).Select(item => (item.GetProperty("sku").GetString()!, Set(item))));
                return new Answered(202, new JsonObject
                {
                    ["bulk_uuid"] = "b-1",
                    ["request_items"] = new JsonArray([.. _operations.Select((_, id) => (JsonNode)new JsonObject { ["id"] = id, ["data_hash"] = "h", ["status"] = "accepted" })]),
                    ["errors"] = false,
                }.ToJsonString());

            default:
                return new Answered(200, new JsonObject { ["operations_list"] = new JsonArray([.. _operations.Select(Operation)]) }.ToJsonString());
        }
    }

    /// <summary>Of the SKUs that are among the filters of the first group.</summary>
    private Answered Find(string query)
    {
        Assert.Contains("searchCriteria[filter_groups][1][filters][0][value]=default&", query, StringComparison.Ordinal);
        var found = Sources.Where(source => query.Contains($"[value]={source.Key}&", StringComparison.Ordinal)).Select(source => (JsonNode)new JsonObject
        {
            ["sku"] = source.Key,
            ["source_code"] = "default",
            ["quantity"] = source.Value.Quantity,
            ["status"] = source.Value.Status,
        });
        return new Answered(200, new JsonObject { ["items"] = new JsonArray([.. found]), ["total_count"] = 1 }.ToJsonString());
    }

    private JsonNode Operation((string Sku, bool Known) operation, int id) => new JsonObject
    {
        ["id"] = id,
        ["status"] = IsBusy ? 4 : operation.Known ? 1 : 3,
        ["result_message"] = operation.Known ? "Service execution success" : "Product does not exist",
        ["serialized_data"] = new JsonObject
        {
            ["meta_information"] = new JsonObject { ["sourceItems"] = new JsonArray(new JsonObject { ["sku"] = operation.Sku }) }.ToJsonString(),
        }.ToJsonString(),
    };

    private bool Set(JsonElement item)
    {
        var sku = item.GetProperty("sku").GetString()!;
        Assert.Equal("default", item.GetProperty("source_code").GetString());
        if (Sources.ContainsKey(sku))
        {
            Sources[sku] = (item.GetProperty("quantity").GetDecimal(), item.GetProperty("status").GetInt32());
        }

        return Sources.ContainsKey(sku);
    }
}
