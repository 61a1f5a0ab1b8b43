using RetailSync.Channels.Documents;
using static RetailSync.Channels.Tests.Gs1Xml.Gs1Text;

namespace RetailSync.Channels.Tests.Gs1Xml;

/// <summary>Messages of a manufacturer and its logistics provider, against what is known of them.</summary>
public sealed class Gs1_files
{
    private const string Folder = "wms-gs1-xml/";

    [RealDataFact(Folder + "inbound-notification-receiving-finished.xml")]
    public async Task What_was_received_is_a_receipt_under_its_order()
    {
        var document = Assert.Single(await ReadFile("inbound-notification-receiving-finished.xml"));

        Assert.Equal(("warehousingInboundNotification:0123456789", "123456789"), (document.Identity, document.Sender));
        Assert.Equal(
            [
                "000010: receipt 5 #1234567899 of 000000887766554433 H87 @IN20/MAIN 2025-01-19T00:34Z",
                "000020: receipt 60 #1234567899 of 000000887766554433 H87 @IN20/MAIN 2025-01-19T00:34Z",
            ],
            DocumentText.Lines(document));
        Assert.Equal(new PlaceName("IN20/MAIN", "IN20"), document.Lines[0].Place);
        Assert.Equal(["000000887766554433", "01234567891011"], document.Lines[0].Articles.Select(article => article.Value));
    }

    [RealDataFact(Folder + "outbound-notification-product-picked.xml")]
    public async Task What_was_picked_has_left_from_the_place_of_the_line()
    {
        var text = await Text("outbound-notification-product-picked.xml");
        var document = Assert.Single(await Read(text, "despatchStatuses=PRODUCT_PICKED"));

        Assert.Equal((DocumentFunction.Replace, "warehousingOutboundNotification:8001583749"), (document.Function, document.Identity));
        Assert.Equal(
            ["1: transfer 1 #8001583749 to 9999999999999 or sale 1 #8001583749 of 08720389026751 H87 @NL20/MAIN 2024-03-18T12:22Z"], DocumentText.Lines(document));
        Assert.Equal(["1: (product picked)"], await Lines(text));
    }

    [RealDataFact(Folder + "outbound-notification-transport-planned.xml")]
    public async Task A_planned_transport_moves_nothing_and_replaces_nothing()
    {
        var document = Assert.Single(await ReadFile("outbound-notification-transport-planned.xml"));

        Assert.Equal(DocumentFunction.Original, document.Function);
        Assert.Equal(["shipment 1: (no items)"], DocumentText.Lines(document));
    }

    [RealDataFact(Folder + "inventory-report-goods-movement.xml")]
    public async Task A_decrease_and_an_increase_are_one_change_of_status() => Assert.Equal(
        [
            "FR20:0123456789:non_sellable_quarantined: level 12 quality-hold of 0123456789 H87 @FR20 2024-03-01T18:15Z",
            "FR20:0123456789:sellable_accessible:DECREASE: status 12 sellable>quality-hold #0123456789 of 0123456789 H87 @FR20 2024-03-01T18:15Z",
            "FR20:0123456789:non_sellable_quarantined:INCREASE: (other half of a movement)",
        ],
        DocumentText.Lines(Assert.Single(await ReadFile("inventory-report-goods-movement.xml"))));

    [RealDataFact(Folder + "inventory-report-stock-comparison.xml")]
    public async Task A_comparison_has_levels_of_what_was_returned()
    {
        var documents = await ReadFile("inventory-report-stock-comparison.xml");

        Assert.Equal(["logisticsInventoryReport:162", "logisticsInventoryReport:162"], documents.Select(document => document.Identity));
        Assert.Equal("level 8", DocumentText.Tally(documents));
        Assert.Equal([3, 4, 1, 1, 2, 2, 1, 2], documents.SelectMany(document => document.Lines).Select(line => ((Level)line.Outcome).Quantity));
        Assert.Equal(
            "CONTENT0:CONTENT2:returned: level 4 returns-hold of CONTENT2 H87 @CONTENT0 2022-01-03T00:14Z", DocumentText.Line(documents[0].Lines[1]));
        Assert.Equal(["CONTENT2", "CONTENT3", "0123456789"], documents[0].Lines[1].Articles.Select(article => article.Value));
        Assert.Equal(8, documents.SelectMany(document => document.Lines).Select(line => line.Key).Distinct().Count());
    }

    [RealDataFact(Folder + "SOURCE.md")]
    public async Task Every_file_is_recognised()
    {
        foreach (var path in Directory.GetFiles(RealData.Path(Folder), "*.xml"))
        {
            Assert.Equal("gs1-xml", DocumentFormats.Recognise(await File.ReadAllBytesAsync(path))?.Format.Name);
        }
    }

    private static async Task<List<SourceDocument>> ReadFile(string file) => await Read(await Text(file));

    private static Task<string> Text(string file) => File.ReadAllTextAsync(RealData.Path(Folder + file));
}
