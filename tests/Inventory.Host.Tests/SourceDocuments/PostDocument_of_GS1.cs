using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.TakeDocuments_of_a_warehouse;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Messages of a logistics provider in GS1 XML, and EPCIS in XML, sent over HTTP.</summary>
public sealed class PostDocument_of_GS1(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    public async Task InitializeAsync() => (await host.Put("/v1/locations/GS1W", new { type = "warehouse", timeZone = "Europe/Berlin" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_came_in_is_replaced_and_deleted_by_its_number()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var document = (await Post(Inbound(number, sku, "5"), "auto")).Items("documents")[0];
        Assert.Equal($"gs1-xml/{number}", document.Text("source"));
        AssertCounts(document, lines: 1, accepted: 1);
        AssertCounts((await Post(Inbound(number, sku, "5"), "gs1-xml")).Items("documents")[0], lines: 1, duplicates: 1);
        Assert.Equal(5, await host.OnHand(sku, "GS1W"));

        AssertCounts((await Post(Inbound(number, sku, "7", "CHANGE_BY_REFRESH"), "gs1-xml")).Items("documents")[0], lines: 1, corrected: 1);
        Assert.Equal(7, await host.OnHand(sku, "GS1W"));

        // A status without items, under the same number, undoes nothing.
        var later = (await Post(Inbound(number, sku, null, "CHANGE_BY_REFRESH", "GOODS_UNLOADED"), "gs1-xml")).Items("documents")[0];
        Assert.Equal("""{"no items":1}""", later.GetProperty("noStock").GetRawText());
        Assert.Equal(7, await host.OnHand(sku, "GS1W"));

        AssertCounts((await Post(Inbound(number, sku, "7", "DELETE"), "gs1-xml")).Items("documents")[0], lines: 1, corrected: 1);
        Assert.Equal(0, await host.OnHand(sku, "GS1W"));
    }

    [Fact]
    public async Task What_was_announced_is_expected_and_then_received()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        AssertCounts((await Post(Inbound(number, sku, "5", "ADD", "GOODS_LOADED"), "gs1-xml")).Items("documents")[0], lines: 1, accepted: 1);
        Assert.Equal(0, await host.OnHand(sku, "GS1W"));
        AssertCounts((await Post(Inbound(number, sku, "5", "CHANGE_BY_REFRESH"), "gs1-xml")).Items("documents")[0], lines: 1, accepted: 1);
        Assert.Equal(5, await host.OnHand(sku, "GS1W"));
        Assert.Equal(["expected", "receipt"], (await host.Events(sku, "GS1W")).Texts("type"));
    }

    [Fact]
    public async Task A_decrease_and_an_increase_are_one_change_of_status()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        (await Post(Inbound(number, sku, "20"), "gs1-xml")).Items("documents");
        var report = (await Post(
            $"""
            <logisticsInventoryReportMessage><logisticsInventoryReport><creationDateTime>2026-11-03T09:10:00+01:00</creationDateTime>
            <logisticsInventoryReportIdentification><entityIdentification>{number}</entityIdentification></logisticsInventoryReportIdentification>
            <logisticsInventoryReportInventoryLocation>{Location}{Event(sku, "DECREASE", "sellable_accessible")}{Event(sku, "INCREASE", "non_sellable_damaged")}
            <tradeItemInventoryStatus>{Article(sku)}<tradeItemQuantity>12</tradeItemQuantity>
            <inventoryDispositionCode>non_sellable_damaged</inventoryDispositionCode></tradeItemInventoryStatus>
            </logisticsInventoryReportInventoryLocation></logisticsInventoryReport></logisticsInventoryReportMessage>
            """, "auto")).Items("documents")[0];

        AssertCounts(report, lines: 3, accepted: 1);
        Assert.Equal("""{"compared":1,"other half of a movement":1}""", report.GetProperty("noStock").GetRawText());
        var position = await host.Position(sku, "GS1W");
        Assert.Equal((20, 12), (position.Number("onHand"), position.GetProperty("unsellable").Number("damaged")));
    }

    [Fact]
    public async Task An_event_of_EPCIS_is_recorded_once_in_XML_and_in_JSON()
    {
        var sku = NewSku();
        var xml =
            $"""
            <ObjectEvent><eventTime>2026-11-03T09:10:00.000+01:00</eventTime><action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:receiving</bizStep>
            <bizLocation><id>GS1W</id></bizLocation><extension><quantityList>
            <quantityElement><epcClass>{sku}</epcClass><quantity>3.0</quantity></quantityElement></quantityList></extension></ObjectEvent>
            """;
        var json =
            $$$"""
            {"type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-11-03T08:10:00Z","action":"OBSERVE","bizStep":"receiving",
            "bizLocation":{"id":"GS1W"},"quantityList":[{"epcClass":"{{{sku}}}","quantity":3}]}]}}
            """;
        var first = await Post(xml, "auto");
        Assert.Equal("epcis", first.Text("format"));
        AssertCounts(first.Items("documents")[0], lines: 1, accepted: 1);
        AssertCounts((await Post(json, "auto")).Items("documents")[0], lines: 1, duplicates: 1);
        Assert.Equal(3, await host.OnHand(sku, "GS1W"));
    }

    private const string Location =
        "<inventoryLocation><additionalPartyIdentification additionalPartyIdentificationTypeCode='SELLER_ASSIGNED_IDENTIFIER_FOR_A_PARTY'>GS1W"
        + "</additionalPartyIdentification></inventoryLocation>";

    private static string Article(string sku) =>
        $"<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode='BUYER_ASSIGNED'>{sku}</additionalTradeItemIdentification>";

    private static string Event(string sku, string direction, string disposition) =>
        $"<tradeItemInventoryEvent>{Article(sku)}<tradeItemQuantity>12</tradeItemQuantity><eventDateTime>2026-11-03T09:05:00+01:00</eventDateTime>"
        + $"<inventoryDispositionCode>{disposition}</inventoryDispositionCode><inventoryMovementTypeCode>{direction}</inventoryMovementTypeCode>"
        + "</tradeItemInventoryEvent>";

    private static string Inbound(string number, string sku, string? quantity, string action = "ADD", string status = "RECEIVING_FINISHED")
    {
        var element = status == "GOODS_LOADED" ? "actualDespatchQuantity" : "actualReceiptQuantity";
        var item = quantity is null ? "" : "<warehousingInboundNotificationShipmentItem><lineItemNumber>000010</lineItemNumber><transactionalTradeItem>"
            + $"{Article(sku)}</transactionalTradeItem><{element} measurementUnitCode='H87'>{quantity}</{element}></warehousingInboundNotificationShipmentItem>";
        return $"""
            <n:warehousingInboundNotificationMessage xmlns:n="urn:gs1:ecom:warehousing_inbound_notification:xsd:3"><StandardBusinessDocumentHeader><Sender>
            <Identifier Authority="GS1">{number}</Identifier></Sender></StandardBusinessDocumentHeader><warehousingInboundNotification>
            <creationDateTime>2026-11-03T08:00:00+01:00</creationDateTime><documentActionCode>{action}</documentActionCode>
            <warehousingInboundNotificationIdentification><entityIdentification>{number}</entityIdentification></warehousingInboundNotificationIdentification>
            <warehousingInboundNotificationShipment>{Location}<warehousingInboundStatusCode>{status}</warehousingInboundStatusCode>{item}
            </warehousingInboundNotificationShipment></warehousingInboundNotification></n:warehousingInboundNotificationMessage>
            """;
    }

    private async Task<JsonElement> Post(string text, string format) => (await host.PostBytes(Encoding.UTF8.GetBytes(text), $"format={format}")).Ok();
}
