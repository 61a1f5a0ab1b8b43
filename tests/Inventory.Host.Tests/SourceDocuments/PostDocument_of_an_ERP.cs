using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Records of Odoo, ERPNext and Dynamics 365, sent over HTTP as they are answered.</summary>
public sealed class PostDocument_of_an_ERP(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        foreach (var location in (string[])["WH", "WH2", "11"])
        {
            (await host.Put($"/v1/locations/{location}", new { type = "warehouse", timeZone = "America/New_York" })).Ok();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Moves_of_Odoo_count_as_they_now_are()
    {
        var (sku, source) = (NewSku(), $"odoo/{host.NewNumber()}");
        string[] moves =
        [
            Move(1, sku, 10, "supplier", "internal", "Partners/Vendors", "WH/Stock"), Move(2, sku, 2, "internal", "internal", "WH/Stock", "WH/Output"),
            Move(3, sku, 2, "internal", "customer", "WH/Output", "Partners/Customers"), Move(4, sku, 3, "internal", "internal", "WH/Stock", "WH2/Stock"),
        ];
        var text = $$"""{ "jsonrpc": "2.0", "result": [ {{string.Join(',', moves)}} ] }""";

        Assert.Equal("accepted 1; nothing within one location 1; accepted 1; accepted 1", Became(await Post(text, "auto", source)));
        Assert.Equal("duplicates 1; nothing within one location 1; duplicates 1; duplicates 1", Became(await Post(text, "odoo", source)));
        Assert.Equal((5, 3), (await host.OnHand(sku, "WH"), await host.OnHand(sku, "WH2")));
        Assert.Equal(0, (await host.Get($"/v1/positions/{sku}/WH2")).Ok().Number("inTransit"));

        var edited = Move(3, sku, 1, "internal", "customer", "WH/Output", "Partners/Customers", written: "10:00");
        Assert.Equal("corrected 1", Became(await Post(edited, "odoo", source)));
        Assert.Equal("nothing older revision 1", Became(await Post(moves[2], "odoo", source)));
        Assert.Equal(6, await host.OnHand(sku, "WH"));

        Assert.Equal("corrected 1", Became(await Post(
            Move(3, sku, 1, "internal", "customer", "WH/Output", "Partners/Customers", written: "11:00", state: "cancel"), "odoo", source)));
        Assert.Equal("nothing older revision 1", Became(await Post(edited, "odoo", source)));
        Assert.Equal(7, await host.OnHand(sku, "WH"));
    }

    [Fact]
    public async Task A_row_of_ERPNext_that_is_cancelled_later_did_not_occur()
    {
        var (sku, source) = (NewSku(), $"erpnext/{host.NewNumber()}");
        (await host.Put($"/v1/sources/{Uri.EscapeDataString(source)}/mappings", new { locations = new[] { new { theirs = "Stores - ER", location = "WH" } } })).Ok();
        var (receipt, sale) = (Row("a1", sku, "Purchase Receipt", 50), Row("a2", sku, "Sales Invoice", -2));

        Assert.Equal("accepted 1; accepted 1", Became(await Post($$"""{ "data": [ {{receipt}}, {{sale}} ] }""", "auto", source)));
        Assert.Equal("2026-11-04T14:30:00Z", (await host.Events(sku, "WH"))[0].Text("occurredAt"));

        var (cancelled, reversal) = (Row("a2", sku, "Sales Invoice", -2, isCancelled: 1, "12:00:00"), Row("a3", sku, "Sales Invoice", 2, isCancelled: 1, "12:00:00"));
        Assert.Equal("corrected 1; nothing cancelled 1", Became(await Post($$"""{ "data": [ {{cancelled}}, {{reversal}} ] }""", "erpnext", source)));
        Assert.Equal("duplicates 1; nothing older revision 1", Became(await Post($$"""{ "data": [ {{receipt}}, {{sale}} ] }""", "erpnext", source)));
        Assert.Equal(50, await host.OnHand(sku, "WH"));
    }

    [Fact]
    public async Task A_voucher_that_was_amended_does_not_stand()
    {
        var (sku, source) = (NewSku(), $"erpnext/{host.NewNumber()}");
        await Post(Voucher("V", sku, 5), "erpnext", source);

        Assert.Equal("corrected 1; accepted 1", Became(await Post(Voucher("V-1", sku, 4, "V"), "erpnext", source)));
        Assert.Equal("nothing older revision 1", Became(await Post(Voucher("V", sku, 5), "erpnext", source)));
        Assert.Equal(4, await host.OnHand(sku, "WH"));
    }

    [Fact]
    public async Task A_change_event_counts_once_although_it_has_no_time()
    {
        var (sku, organization) = (NewSku(), host.NewNumber());
        var text = $"[ {Event("E1", """{ "wms": { "inbound": 10 } }""")}, {Event("E2", """{ "pos": { "outbound": 3 }, "iv": { "softreserved": 1 } }""")} ]";

        Assert.Equal("accepted 1; accepted 1, nothing reserved 1", Became(await Post(text, "auto")));
        Assert.Equal("duplicates 1; duplicates 1, nothing reserved 1", Became(await Post(text, "d365")));
        Assert.Equal(7, await host.OnHand(sku, "11"));
        Assert.Equal("rejected 1", Became(await Post(Event("E1", """{ "wms": { "inbound": 11 } }"""), "d365")));

        var answer = $$"""[ { "productId": "{{sku}}", "organizationId": "{{organization}}", "dimensions": { "locationid": "11" }, "quantities": { "pos": { "inbound": 7 } } } ]""";
        Assert.Equal("nothing compared 1", Became(await Post(answer, "auto")));

        string Event(string id, string quantities) =>
            $$"""{ "id": "{{id}}", "organizationId": "{{organization}}", "productId": "{{sku}}", "dimensions": { "SiteId": "1", "locationId": "11" }, "quantities": {{quantities}} }""";
    }

    [Fact]
    public async Task A_figure_without_a_time_is_counted_each_time()
    {
        var (sku, source) = (NewSku(), $"odoo/{host.NewNumber()}");
        foreach (var quantity in (int[])[5, 8, 8])
        {
            var quant = $$"""{ "id": 4, "product_id": [31, "[{{sku}}] Chair"], "location_id": [8, "WH/Stock"], "quantity": {{quantity}}, "reserved_quantity": 0 }""";
            Assert.Equal("accepted 1", Became((await host.PostBytes(
                Encoding.UTF8.GetBytes(quant), $"format=odoo&levels=count&source={Uri.EscapeDataString(source)}")).Ok()));
            Assert.Equal(quantity, await host.OnHand(sku, "WH"));
        }
    }

    private static string Move(
        int id, string sku, int quantity, string from, string to, string fromName, string toName, string written = "09:30", string state = "done") =>
        $$"""
        { "id": {{id}}, "reference": "WH/{{id}}", "origin": false, "product_id": [31, "[{{sku}}] Chair"], "product_uom": [1, "Units"], "quantity": {{quantity}},
          "location_id": [1, "{{fromName}}"], "location_usage": "{{from}}", "location_dest_id": [2, "{{toName}}"], "location_dest_usage": "{{to}}",
          "state": "{{state}}", "date": "2026-11-04 09:30:00", "write_date": "2026-11-04 {{written}}:00" }
        """;

    private static string Row(string name, string sku, string voucher, int quantity, int isCancelled = 0, string modified = "09:30:00") =>
        $$"""
        { "name": "{{name}}", "item_code": "{{sku}}", "warehouse": "Stores - ER", "posting_date": "2026-11-04", "posting_time": "9:30:00", "stock_uom": "Nos",
          "voucher_type": "{{voucher}}", "voucher_no": "{{voucher}}-1", "actual_qty": {{quantity}}, "is_cancelled": {{isCancelled}}, "modified": "2026-11-04 {{modified}}" }
        """;

    private static string Voucher(string name, string sku, int quantity, string amends = "") =>
        $$"""
        { "doctype": "Purchase Receipt", "name": "{{name}}", "docstatus": 1, "posting_date": "2026-11-04", "posting_time": "9:30:00",
          "amended_from": "{{amends}}", "modified": "2026-11-04 09:30:00", "items": [ { "name": "d1", "item_code": "{{sku}}", "qty": {{quantity}}, "warehouse": "WH" } ] }
        """;

    /// <summary>What became of the lines of each document.</summary>
    private static string Became(JsonElement file) => string.Join("; ", file.Items("documents").Select(document =>
    {
        string[] counts = ["accepted", "absorbed", "duplicates", "corrected", "rejected"];
        var words = counts.Where(count => document.Number(count) > 0).Select(count => FormattableString.Invariant($"{count} {document.Number(count)}"))
            .Concat(document.GetProperty("noStock").EnumerateObject().Select(reason => $"nothing {reason.Name} {reason.Value}"));
        return string.Join(", ", words);
    }));

    private async Task<JsonElement> Post(string text, string format, string? source = null) => (await host.PostBytes(
        Encoding.UTF8.GetBytes(text), $"format={format}{(source is null ? "" : $"&source={Uri.EscapeDataString(source)}")}")).Ok();
}
