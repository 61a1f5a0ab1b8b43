using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Tests;

/// <summary>The offset of a time may lead out of the years in which instants can be computed.</summary>
public sealed class Times_out_of_range
{
    private const string Move = """
        { "id": 7, "reference": "R", "product_id": [31, "[A] A"], "location_id": [8, "WH/Stock"], "location_dest_id": [9, "There"], "quantity": 2,
          "location_usage": "internal", "location_dest_usage": "customer", "state": "done", "date": "{0}", "write_date": "{0}" }
        """;

    private const string Sold = """
        { "id": "S", "sale_date": "{0}", "status": "CLOSED", "line_items": [ { "id": "9a1", "product_id": "P", "quantity": 2 } ] }
        """;

    private const string SetOnHand = """
        { "id": "1", "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "inbound": 3 } }, "modifiedDateTimeUTC": "{0}" }
        """;

    private const string Event = """
        { "type": "ObjectEvent", "eventTime": "{0}", "action": "OBSERVE", "bizStep": "receiving", "epcList": [ "urn:epc:id:sgtin:0614141.107346.1" ] }
        """;

    private const string Extended = """
        { "type": "ObjectEvent", "eventTime": "2026-11-04T09:10:00Z", "x:until": "{0}", "epcList": [ "urn:epc:id:sgtin:0614141.107346.1" ] }
        """;

    private const string Received = "<receivingAdvice><creationDateTime>{0}</creationDateTime><receivingAdviceIdentification><entityIdentification>7"
        + "</entityIdentification></receivingAdviceIdentification><receivingAdviceLineItem><lineItemNumber>1</lineItemNumber><transactionalTradeItem>"
        + "<gtin>04012345123456</gtin></transactionalTradeItem><quantityReceived>5</quantityReceived></receivingAdviceLineItem></receivingAdvice>";

    [Theory]
    [InlineData("odoo", Move)]
    [InlineData("lightspeed", Sold)]
    [InlineData("d365", SetOnHand)]
    [InlineData("epcis", Event)]
    [InlineData("epcis", Extended)]
    [InlineData("gs1-xml", Received)]
    public async Task Are_no_instant(string format, string text)
    {
        foreach (var time in new[] { "9999-12-31T23:59:59-18:00", "0001-01-01T00:00:00+18:00", "-9998-01-01T00:00:00+18:00" })
        {
            Assert.NotEmpty(await Read(format, text.Replace("{0}", time, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("99991231*I*2359*PT")]
    [InlineData("99991231*I*2359*13")]
    [InlineData("00010101*I*0000*12")]
    public async Task Are_no_instant_in_X12(string time) => Assert.NotEmpty(await Read("x12", X12.X12Text.Interchange(
        "945", "W06*N*S1*20261103", X12.X12Text.Warehouse, $"G62*11*{time}", "LX*1", "W12*CC*5*5**EA**VN*A")));

    private static Task<List<SourceDocument>> Read(string format, string text) =>
        LineText.Read(DocumentFormats.All.Single(known => known.Name == format), Documents.Stream(text));
}
