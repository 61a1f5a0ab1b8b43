using RetailSync.Channels.Documents;
using RetailSync.Channels.Shopify;

namespace RetailSync.Channels.Tests.Shopify;

public sealed class Reading_tills_of_Shopify
{
    [Theory]
    [InlineData("\"restock_type\": \"return\"", "5: return 2 of A")]
    [InlineData("\"restock_type\": \"legacy_restock\"", "5: return 2 of A")]
    [InlineData("\"restock_type\": \"cancel\"", "5: nothing (never left)")]
    [InlineData("\"restock_type\": \"no_restock\"", "5: nothing (not restocked)")]
    [InlineData("\"restock_type\": \"perhaps\"", "5: unknown-reason")]
    [InlineData("\"note\": null", "5: nothing (not restocked)")]
    public async Task A_refund_is_a_return_where_its_goods_came_back(string type, string expected)
    {
        var document = Assert.Single(await Read(
            $$"""{ "id": 77, "created_at": "2026-11-04T11:30:00+01:00", "refund_line_items": [ { "id": 5, "quantity": 2, "location_id": 9, {{type}}, "line_item": { "sku": "A" } } ] }"""));

        var line = Assert.Single(document.Lines);
        Assert.Equal(("refund:77", new PlaceName("9"), expected), (document.Identity, line.Place, LineText.Show(line)));
    }

    [Fact]
    public async Task An_old_refund_restocks_as_a_whole() => Assert.Equal(
        "return 1", LineText.Tally(await Read("""{ "id": 7, "restock": true, "refund_line_items": [ { "id": 5, "quantity": 2, "line_item": { "sku": "A" } } ] }""")));

    [Theory]
    [InlineData("pos", "success", "fulfillment:3", "8: sale 2 of A", DocumentFunction.Original)]
    [InlineData("pos", "cancelled", "fulfillment:3", "8: nothing (cancelled)", DocumentFunction.Replace)]
    [InlineData("pos", "pending", "fulfillment:3", "8: nothing (not fulfilled)", DocumentFunction.Original)]
    [InlineData("web", "success", "order:1", "8: nothing (not of a till)", DocumentFunction.Original)]
    public async Task An_order_of_a_till_is_sold_where_it_is_fulfilled(
        string source, string status, string identity, string expected, DocumentFunction function)
    {
        const string item = """{ "id": 8, "sku": "A", "quantity": 2 }""";

        var document = Assert.Single(await Read($$"""
            { "order": { "id": 1, "source_name": "{{source}}", "customer": { "email": "SECRET" }, "line_items": [ {{item}} ],
              "fulfillments": [ { "id": 3, "order_id": 1, "status": "{{status}}", "location_id": 9,
                "created_at": "2026-11-04T11:30:00Z", "line_items": [ {{item}} ] } ] } }
            """));

        Assert.Equal((identity, expected, function), (document.Identity, LineText.Show(Assert.Single(document.Lines)), document.Function));
        Assert.DoesNotContain("SECRET", System.Text.Json.JsonSerializer.Serialize(document));
    }

    [Fact]
    public async Task An_order_that_is_not_fulfilled_moves_nothing() => Assert.Equal(
        "nothing (not fulfilled) 1", LineText.Tally(await Read("""{ "id": 1, "source_name": "pos", "line_items": [ { "id": 8, "quantity": 1 } ], "fulfillments": [] }""")));

    [Fact]
    public async Task A_gift_card_is_no_merchandise() => Assert.Equal("nothing (no merchandise) 1", LineText.Tally(await Read(
        """{ "id": 3, "order_id": 1, "status": "success", "line_items": [ { "id": 8, "sku": "G", "quantity": 1, "gift_card": true } ] }""")));

    [Fact]
    public async Task A_level_that_is_null_is_not_stocked() => Assert.Equal(
        "nothing (not stocked) 1", LineText.Tally(await Read("""{ "inventory_item_id": 1, "location_id": 2, "available": null }""")));

    [RealDataFact("pos-shopify/inventory_levels.json")]
    public async Task The_examples_of_Shopify()
    {
        Assert.Equal("nothing (available) 1", await OnFile("inventory_level"));
        Assert.Equal("nothing (available) 4", await OnFile("inventory_levels"));
        Assert.Equal("nothing (location) 1", await OnFile("location"));

        static async Task<string> OnFile(string name) => LineText.Tally(await Read(await File.ReadAllTextAsync(RealData.Path($"pos-shopify/{name}.json"))));
    }

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new ShopifyPosDocuments(), Documents.Stream(text));
}
