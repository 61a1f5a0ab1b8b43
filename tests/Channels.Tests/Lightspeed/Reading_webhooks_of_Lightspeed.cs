using RetailSync.Channels.Documents;
using RetailSync.Channels.Lightspeed;

namespace RetailSync.Channels.Tests.Lightspeed;

public sealed class Reading_webhooks_of_Lightspeed
{
    [Theory]
    [InlineData("CLOSED", "2", "9a1: sale 2 of P")]
    [InlineData("CLOSED", "-2", "9a1: return 2 of P")]
    [InlineData("CLOSED", "\"1.5\"", "9a1: sale 1.5 of P")]
    [InlineData("CLOSED", "0", "9a1: nothing (zero quantity)")]
    [InlineData("CLOSED", "0.00001", "9a1: invalid-quantity")]
    [InlineData("VOIDED", "2", "9a1: nothing (voided)")]
    [InlineData("SAVED", "2", "9a1: nothing (not closed)")]
    [InlineData("LAYBY", "2", "9a1: nothing (not closed)")]
    [InlineData("ONACCOUNT", "2", "9a1: nothing (not closed)")]
    public async Task A_sale_says_how_it_now_is(string status, string quantity, string expected)
    {
        var document = Assert.Single(await Read(
            $$"""{ "id": "S", "outlet_id": "O", "sale_date": "2026-11-04 11:30:00", "status": "{{status}}", "register_sale_products": [ { "id": "9a1", "product_id": "P", "quantity": {{quantity}} } ] }"""));

        Assert.Equal(("sale:S", DocumentFunction.Replace, expected), (document.Identity, document.Function, LineText.Show(Assert.Single(document.Lines))));
    }

    [Fact]
    public async Task A_list_of_the_API_has_a_document_for_each_sale() => Assert.Equal(
        ["sale:S: 9a1: sale 2 of P", "sale:T: 9b1: return 1 of Q"],
        (await Read("""
            { "data": [ { "id": "S", "sale_date": "2026-11-04T11:30:00Z", "status": "CLOSED", "line_items": [ { "id": "9a1", "product_id": "P", "quantity": 2 } ] },
              { "id": "T", "sale_date": "2026-11-04T11:31:00Z", "status": "CLOSED", "line_items": [ { "id": "9b1", "product_id": "Q", "quantity": -1 } ] } ] }
            """)).Select(document => $"{document.Identity}: {LineText.Show(Assert.Single(document.Lines))}"));

    [RealDataFact("pos-lightspeed/made-sale-update.form")]
    public async Task Forms_as_they_are_sent()
    {
        var sale = Assert.Single(await LineText.Read(new LightspeedDocuments(), File.OpenRead(RealData.Path("pos-lightspeed/made-sale-update.form"))));
        var level = Assert.Single(await LineText.Read(new LightspeedDocuments(), File.OpenRead(RealData.Path("pos-lightspeed/made-inventory-update.form"))));

        Assert.Equal(
            ["9a1-1: sale 2 of 0624dbcd-0000-11e6-e986-000000000100", "9a1-2: sale 1 of 0624dbcd-0000-11e6-e986-000000000200"], sale.Lines.Select(LineText.Show));
        Assert.Equal(new ExactTime(Instant.FromUtc(2026, 11, 4, 11, 30)), sale.Lines[0].Time);
        Assert.Equal(new Level(7), Assert.Single(level.Lines).Outcome);
    }

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new LightspeedDocuments(), Documents.Stream(text));
}
