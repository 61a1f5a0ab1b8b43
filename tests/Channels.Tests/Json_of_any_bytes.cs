using System.Text;
using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Dynamics365;
using RetailSync.Channels.ErpNext;
using RetailSync.Channels.Lightspeed;
using RetailSync.Channels.Odoo;
using RetailSync.Channels.Shopify;
using RetailSync.Channels.Square;
using static RetailSync.Channels.Tests.AnyBytes;

namespace RetailSync.Channels.Tests;

/// <summary>Whatever is sent is read or refused, and never fails. <c>RETAILSYNC_FUZZ_SECONDS=600 ./test Json_of_any_bytes</c> searches longer.</summary>
public sealed class Json_of_any_bytes
{
    private static readonly IDocumentFormat[] Formats =
    [
        new SquareDocuments(), new ShopifyPosDocuments(), new LightspeedDocuments(),
        new OdooDocuments(), new ErpNextDocuments(), new InventoryVisibilityDocuments(),
    ];

    private static readonly byte[][] Corpus = [.. new[]
    {
        """{ "changes": [ { "adjustment": { "id": "A", "from_state": "IN_STOCK", "to_state": "SOLD", "quantity": "7", "occurred_at": "2016-11-16T22:25:00Z" } } ] }""",
        """[{ "inventory_item_id": 1, "available": 6 }, { "id": 7, "refund_line_items": [ { "id": 5, "quantity": 2, "restock_type": "return" } ] }]""",
        """{ "id": "S", "status": "CLOSED", "register_sale_products": [ { "id": "\"}{", "quantity": 2 } ] }""" + "\n" + """{ "product_id": 1, "count": 2 }""",
        """{ "result": [ { "id": 5, "product_id": [ 31, "[A] B" ], "location_id": [ 4, "Partners/Vendors" ], "location_dest_id": [ 8, "WH/Stock" ], "state": "done", "quantity": 2, "product_uom": [ 1, "Units" ], "date": "2026-11-04 08:05:11", "write_date": "2026-11-04 08:05:11" }, { "product_id": false, "location_id": 8, "quantity": 1 } ] }""",
        """<odoo><record id="q" model="stock.quant"><field name="product_id" ref="p"/><field name="location_id" ref="l"/><field name="quantity">10.0</field></record></odoo>""",
        """{ "data": [ { "name": "a3", "item_code": "S", "warehouse": "W", "posting_date": "2026-11-04", "posting_time": "9:00:00", "modified": "2026-11-04 09:00:00.1", "voucher_type": "Stock Entry", "voucher_no": "V", "voucher_detail_no": "d", "actual_qty": -1 }, { "name": "a4", "item_code": "S", "warehouse": "X", "voucher_type": "Stock Entry", "voucher_no": "V", "voucher_detail_no": "d", "actual_qty": 1 } ] }""",
        """[ { "doctype": "Delivery Note", "name": "D", "docstatus": 1, "amended_from": "C", "items": [ { "name": "d", "item_code": "A", "qty": 1, "uom": "Box", "conversion_factor": 12 } ] }, { "message": { "keys": [ "item_code", "warehouse", "actual_qty" ], "values": [ [ "A", "W", 5 ] ] } } ]""",
        """[ { "id": "E", "organizationId": "o", "productId": "P", "dimensions": { "locationId": "11" }, "quantities": { "pos": { "inbound": 1 } }, "modifiedDateTimeUTC": "2026-11-04T00:00:00Z" }, { "productId": "P", "quantities": { "pos": { "outbound": 1 } } } ]""",
        "payload=%7B%22product_id%22%3A1%2C%22count%22%3A+7%7D&environment=prod\r\npayload=%7B%22id%22%3A1%7D",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly Gen<byte[]> Mutated = NearlyRight(
        Corpus, "{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "payload=", "%", "%7B", "1e9", "null", "{\"id\":{}}", "\"quantity\":", "\uFEFF", "\"date\":", "-9999", "9999-12-31 23:59:59",
        "<record>", "</record>", "\"doctype\":", "\"items\":[", "\"id\":", "\"quantities\":{", "\"d\":{");

    [Fact]
    public void Random_bytes_are_refused() => AnyBytes.Random.Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void Files_that_are_nearly_right_are_read_or_refused() => Mutated.Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public async Task A_cut_object_is_refused_and_those_before_it_stand()
    {
        var documents = await LineText.Read(new LightspeedDocuments(), Documents.Stream("""{ "product_id": 1, "count": 2 } { "product_id": 2, "cou"""));

        Assert.Equal("level 1, unreadable-segment 1", LineText.Tally(documents));
        Assert.Equal("line 1, column 33", documents[1].Position);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_refused() => Assert.Equal(
        "unreadable-segment 1",
        LineText.Tally(await LineText.Read(new LightspeedDocuments(), Documents.Stream("""{ "product_id": "\ud800", "count": 2 }"""))));

    [Fact]
    public async Task Depth_without_end_is_refused() => Assert.Equal(
        "unreadable-segment 1",
        LineText.Tally(await LineText.Read(new SquareDocuments(), Documents.Stream(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000)))));

    private static void AssertReadOrRefused(byte[] bytes)
    {
        foreach (var format in Formats)
        {
            var documents = Read(format, new MemoryStream(bytes));
            Assert.Equal(documents.Select(Show), Read(format, Documents.Trickle(bytes)).Select(Show));
            Assert.All(documents.SelectMany(document => document.Lines), line => Assert.Matches("^line [0-9]+, column [0-9]+(, (record|row|move) [0-9]+)*$", line.Position));
        }
    }

    private static List<SourceDocument> Read(IDocumentFormat format, Stream content) => LineText.Read(format, content).GetAwaiter().GetResult();

    private static string Show(SourceDocument document) => $"{document.Function} {document.Identity} {string.Join("; ", document.Lines.Select(LineText.Show))}";
}
