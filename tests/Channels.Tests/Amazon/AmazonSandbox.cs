using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels.Tests.Amazon;

/// <summary>Stands in for the Selling Partner API: tokens, patches, and feeds that are processed when a test says so.</summary>
internal sealed class AmazonSandbox
{
    private string _uploaded = "";
    private int _tokens;

    /// <summary>Quantities that the seller ships, by Amazon's SKU. What is not here is no listing.</summary>
    public Dictionary<string, long> Listings { get; } = [];

    public string FeedStatus { get; set; } = "IN_QUEUE";

    /// <summary>The only token that is good; the ones before have expired.</summary>
    public string Token => $"Atza|token-{_tokens}";

    public void Expire() => _tokens += 100;

    public Answered Answer(Asked asked)
    {
        if (asked.Path == "/token")
        {
            _tokens++;
            return new Answered(200, $$"""{"access_token":"{{Token}}","token_type":"bearer","expires_in":3600}""");
        }

        if (asked.Path == "/upload")
        {
            _uploaded = asked.Body;
            return new Answered(200);
        }

        if (asked.Path == "/report")
        {
            return new Answered(200, Report());
        }

        if (asked.Headers.GetValueOrDefault("x-amz-access-token") != Token)
        {
            return new Answered(403, """{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied."}]}""");
        }

        return (asked.Method, asked.Path) switch
        {
            ("PATCH", _) => Patch(Uri.UnescapeDataString(asked.Path.Split('/')[^1]), JsonDocument.Parse(asked.Body).RootElement),
            ("GET", _) when asked.Query.EndsWith("&includedData=fulfillmentAvailability", StringComparison.Ordinal) =>
                Show(Uri.UnescapeDataString(asked.Path.Split('/')[^1])),
            ("POST", "/feeds/2021-06-30/documents") => new Answered(201, $$"""{"feedDocumentId":"in","url":"http://{{asked.Headers["Host"]}}/upload"}"""),
            ("POST", "/feeds/2021-06-30/feeds") => new Answered(202, """{"feedId":"feed-1"}"""),
            ("GET", "/feeds/2021-06-30/feeds/feed-1") => new Answered(
                200, $$"""{"feedId":"feed-1","feedType":"JSON_LISTINGS_FEED","createdTime":"2026-11-23T10:00:00Z","processingStatus":"{{FeedStatus}}","resultFeedDocumentId":"out"}"""),
            ("GET", "/feeds/2021-06-30/documents/out") => new Answered(200, $$"""{"feedDocumentId":"out","url":"http://{{asked.Headers["Host"]}}/report"}"""),
            _ => new Answered(404, """{"errors":[{"code":"NotFound","message":"?"}]}"""),
        };
    }

    /// <summary>Amazon ships some of each too.</summary>
    private Answered Show(string sku) => Listings.TryGetValue(sku, out var quantity)
        ? new Answered(
            200, $$"""{"sku":"{{sku}}","fulfillmentAvailability":[{"fulfillmentChannelCode":"AMAZON_NA","quantity":40},{"fulfillmentChannelCode":"DEFAULT","quantity":{{quantity}}}]}""")
        : new Answered(404, """{"errors":[{"code":"NOT_FOUND","message":"SKU not found in marketplace"}]}""");

    private Answered Patch(string sku, JsonElement request)
    {
        if (!Listings.ContainsKey(sku))
        {
            return new Answered(
                200, $$"""{"sku":"{{sku}}","status":"INVALID","submissionId":"s","issues":[{"code":"4000001","message":"The provided SKU is not a listing.","severity":"ERROR"}]}""");
        }

        Listings[sku] = QuantityOf(request.GetProperty("patches"));
        return new Answered(200, $$"""{"sku":"{{sku}}","status":"ACCEPTED","submissionId":"s","issues":[]}""");
    }

    private string Report()
    {
        var issues = new JsonArray();
        var messages = JsonDocument.Parse(_uploaded).RootElement.GetProperty("messages").EnumerateArray().ToList();
        foreach (var message in messages)
        {
            var sku = message.GetProperty("sku").GetString()!;
            if (Listings.ContainsKey(sku))
            {
                Listings[sku] = QuantityOf(message.GetProperty("patches"));
            }
            else
            {
                issues.Add(new JsonObject
                {
                    ["messageId"] = message.GetProperty("messageId").GetInt32(),
                    ["sku"] = sku,
                    ["code"] = "90220",
                    ["severity"] = "ERROR",
                    ["message"] = "Not a listing.",
                });
            }
        }

        return new JsonObject
        {
            ["header"] = new JsonObject { ["sellerId"] = "A1", ["version"] = "2.0", ["feedId"] = "feed-1" },
            ["issues"] = issues,
            ["summary"] = new JsonObject
            { ["errors"] = issues.Count, ["warnings"] = 0, ["messagesProcessed"] = messages.Count, ["messagesAccepted"] = messages.Count - issues.Count },
        }.ToJsonString();
    }

    private static long QuantityOf(JsonElement patches)
    {
        var availability = patches[0].GetProperty("value")[0];
        Assert.Equal(("replace", "/attributes/fulfillment_availability", "DEFAULT"), (
            patches[0].GetProperty("op").GetString(), patches[0].GetProperty("path")
            .GetString(), availability.GetProperty("fulfillment_channel_code").GetString()));
        return availability.GetProperty("quantity").GetInt64();
    }
}
