using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels.Tests.AdobeCommerce;

/// <summary>Stands in for the REST API: source items at once or in bulk, of products and sources that exist.</summary>
internal sealed class AdobeCommerceSandbox
{
    private const string Default = "default";

    private readonly List<(string Sku, bool Known)> _operations = [];

    public Dictionary<string, (decimal Quantity, int Status)> Sources { get; } = [];

    /// <summary>What its products have in other sources.</summary>
    public Dictionary<(string Sku, string Source), (decimal Quantity, int Status)> Elsewhere { get; } = [];

    /// <summary>Sources beside the default one.</summary>
    public HashSet<string> Others { get; } = ["north", "south"];

    public bool IsBusy { get; set; } = true;

    /// <summary>It gives no more at once, whatever it is asked for.</summary>
    public int MostOnPage { get; set; } = 300;

    public Answered Answer(Asked asked)
    {
        if (asked.Headers.GetValueOrDefault("Authorization") != "Bearer adobe-secret")
        {
            return new Answered(401,
                """{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_InventoryApi::source"}}""");
        }

        switch (asked.Path)
        {
            case "/shop/rest/V1/inventory/source-items" when asked.Method == "GET":
                return Find(Uri.UnescapeDataString(asked.Query));

            case "/shop/rest/V1/inventory/source-items":
                return SetAll(JsonDocument.Parse(asked.Body).RootElement.GetProperty("sourceItems"))
                    ? new Answered(200, "[]")
                    : new Answered(400, """{"message":"Validation Failed","errors":[{"message":"\"SKU\" value should be known."}]}""");

            case "/shop/rest/async/bulk/V1/inventory/source-items":
                _operations.Clear();
                _operations.AddRange(JsonDocument.Parse(asked.Body).RootElement.EnumerateArray()
                    .Select(body => body.GetProperty("sourceItems")).Select(items => (items[0].GetProperty("sku").GetString()!, SetAll(items))));
                return new Answered(202, new JsonObject
                {
                    ["bulk_uuid"] = "b-1",
                    ["request_items"] = new JsonArray(
                        [.. _operations.Select((_, id) => (JsonNode)new JsonObject { ["id"] = id, ["data_hash"] = "h", ["status"] = "accepted" })]),
                    ["errors"] = false,
                }.ToJsonString());

            default:
                return new Answered(200, new JsonObject { ["operations_list"] = new JsonArray([.. _operations.Select(Operation)]) }.ToJsonString());
        }
    }

    /// <summary>Of the SKUs that are among the filters of the first group, in the source of the second if there is one.</summary>
    private Answered Find(string query)
    {
        var page = int.Parse(query[(query.LastIndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.EndsWith($"&searchCriteria[pageSize]=300&searchCriteria[currentPage]={page}", query, StringComparison.Ordinal);
        var found = Sources.Select(source => (Sku: source.Key, Source: Default, source.Value))
            .Concat(Elsewhere.Select(source => (source.Key.Sku, source.Key.Source, source.Value)))
            .Where(item => query.Contains($"[value]={item.Sku}&", StringComparison.Ordinal)
                && (!query.Contains("[field]=source_code", StringComparison.Ordinal)
                    || query.Contains($"[filter_groups][1][filters][0][value]={item.Source}&", StringComparison.Ordinal)))
            .Select(item => (JsonNode)new JsonObject
            {
                ["sku"] = item.Sku,
                ["source_code"] = item.Source,
                ["quantity"] = item.Value.Quantity,
                ["status"] = item.Value.Status,
            }).ToList();
        return new Answered(200, new JsonObject
        { ["items"] = new JsonArray([.. found.Skip((page - 1) * MostOnPage).Take(MostOnPage)]), ["total_count"] = found.Count }.ToJsonString());
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

    /// <summary>All of a call or nothing.</summary>
    private bool SetAll(JsonElement items)
    {
        var all = items.EnumerateArray().Select(item => (
            Sku: item.GetProperty("sku").GetString()!, Source: item.GetProperty("source_code")
            .GetString()!, To: (item.GetProperty("quantity").GetDecimal(), item.GetProperty("status").GetInt32()))).ToList();
        if (!all.TrueForAll(item => Sources.ContainsKey(item.Sku) && (item.Source == Default || Others.Contains(item.Source))))
        {
            return false;
        }

        foreach (var (sku, source, to) in all)
        {
            if (source == Default)
            {
                Sources[sku] = to;
            }
            else
            {
                Elsewhere[(sku, source)] = to;
            }
        }

        return true;
    }
}
