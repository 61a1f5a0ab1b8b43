using RetailSync.Channels.Documents;
using RetailSync.Channels.ErpNext;

namespace RetailSync.Channels.Tests.ErpNext;

public sealed class Reading_stock_of_ERPNext
{
    private const string Folder = "erp-erpnext/";

    [Theory]
    [InlineData("Purchase Receipt", "5", "1: receipt 5 of A")]
    [InlineData("Purchase Receipt", "-5", "1: adjustment -5 of A")]
    [InlineData("Purchase Invoice", "5", "1: receipt 5 of A")]
    [InlineData("Delivery Note", "-5", "1: sale 5 of A")]
    [InlineData("Delivery Note", "5", "1: return 5 of A")]
    [InlineData("Sales Invoice", "-5", "1: sale 5 of A")]
    [InlineData("POS Invoice", "\"-5.000000\"", "1: sale 5.000000 of A")]
    [InlineData("Stock Entry", "-5", "1: adjustment -5 of A")]
    [InlineData("Stock Entry", "0", "1: nothing (zero quantity)")]
    [InlineData("Asset Repair", "-1", "1: adjustment -1 of A")]
    [InlineData("Stock Entry", "0.00001", "1: invalid-quantity")]
    [InlineData("Stock Reconciliation", "0, \"qty_after_transaction\": 25", "1: count 25 of A")]
    [InlineData("Stock Reconciliation", "0, \"qty_after_transaction\": -1", "1: invalid-quantity")]
    [InlineData("Stock Reconciliation", "4, \"batch_no\": \"B1\", \"qty_after_transaction\": 25", "1: adjustment 4 of A")]
    [InlineData("Sales Invoice", "-5, \"is_cancelled\": 1", "1: nothing (cancelled)")]
    [InlineData("Sales Invoice", "-5, \"is_cancelled\": \"Yes\"", "1: nothing (cancelled)")]
    [InlineData("Sales Invoice", "-5, \"is_cancelled\": \"No\"", "1: sale 5 of A")]
    public async Task A_row_of_the_ledger_is_what_its_voucher_is(string voucher, string quantity, string expected)
    {
        var document = Assert.Single(await Read(Row("r1", voucher, quantity)));

        var line = Assert.Single(document.Lines);
        Assert.Equal(("SLE:r1", DocumentFunction.Replace, expected), (line.OwnIdentity, document.Function, LineText.Show(line)));
    }

    [Theory]
    [InlineData("\"posting_date\": \"2026-11-04\", \"posting_time\": \"9:05:07\"", "2026-11-04T09:05:07")]
    [InlineData("\"posting_date\": \"2026-11-04\", \"posting_time\": \"19:05:07.123456\"", "2026-11-04T19:05:07")]
    [InlineData("\"posting_datetime\": \"2026-11-04 09:05:07.5\"", "2026-11-04T09:05:07")]
    [InlineData("\"posting_date\": \"2026-11-04\"", "the end of 2026-11-04")]
    [InlineData("\"posting_date\": \"soon\"", "")]
    public async Task It_was_posted_in_the_zone_of_the_site(string fields, string expected) => Assert.Equal(
        expected,
        Assert.Single(Assert.Single(await Read($$"""{ "name": "r", "item_code": "A", "warehouse": "W", "voucher_type": "Delivery Note", "actual_qty": -1, {{fields}} }""")).Lines)
            .Time switch
        {
            TimeWithoutZone local => local.At.ToString("uuuu-MM-dd'T'HH:mm:ss", null),
            WholeDay { AtEnd: true } day => $"the end of {day.On:uuuu-MM-dd}",
            var none => $"{none}",
        });

    [Fact]
    public async Task Two_rows_of_one_line_of_a_voucher_are_a_transfer()
    {
        string[] rows = [Row("r1", "Stock Entry", "-5"), Row("r2", "Stock Entry", "5", warehouse: "B"), Row("r3", "Stock Entry", "5", warehouse: "B", line: "d2")];

        Assert.Equal(
            ["SLE:r1 transfer 5 to B", "SLE:r2 receipt 5 from W", "SLE:r3 adjustment 5"],
            (await Read($"[{string.Join(',', rows)}]")).Select(document => $"{document.Identity} {Move(((Moved)document.Lines[0].Outcome).Moves[0])}"));

        static string Move(StockMove move) => FormattableString.Invariant(
            $"{move.Type.ToString().ToLowerInvariant()} {move.Quantity}{(move.Destination is { } to ? $" to {to.Value}" : move.Origin is { } from ? $" from {from.Value}" : "")}");
    }

    [Fact]
    public async Task Rows_of_two_vouchers_are_no_transfer() => Assert.Equal(
        "adjustment 2", LineText.Tally(await Read($"[{Row("r1", "Stock Entry", "-5")},{Row("r2", "Stock Entry", "5", "B", voucherNo: "V2")}]")));

    [Fact]
    public async Task Rows_that_name_no_line_are_no_transfer() => Assert.Equal(
        "adjustment 2", LineText.Tally(await Read($"[{Row("r1", "Stock Entry", "-5", line: "")},{Row("r2", "Stock Entry", "5", "B", line: "")}]")));

    [Fact]
    public async Task What_was_written_later_is_a_later_revision()
    {
        var (first, second) = (await Revision("2026-11-04 09:00:00.123456"), await Revision("2026-11-04 09:00:00.123457"));
        Assert.Equal(1, second - first);

        static async Task<long?> Revision(string modified) =>
            Assert.Single(await Read($$"""{ "name": "r1", "item_code": "A", "warehouse": "W", "voucher_type": "X", "actual_qty": 1, "modified": "{{modified}}" }""")).Revision;
    }

    [Theory]
    [InlineData("Material Receipt", "\"t_warehouse\": \"T\"", "d1: receipt 5 of A")]
    [InlineData("Material Issue", "\"s_warehouse\": \"S\"", "d1: adjustment -5 of A")]
    [InlineData("Sales Return", "\"t_warehouse\": \"T\"", "d1: return 5 of A")]
    [InlineData("Manufacture", "\"t_warehouse\": \"T\"", "d1: adjustment 5 of A")]
    [InlineData("Material Transfer", "\"s_warehouse\": \"S\", \"t_warehouse\": \"T\"", "d1: transfer 5 to T + receipt 5 of A")]
    [InlineData("Material Transfer", "\"s_warehouse\": \"S\", \"t_warehouse\": \"S\"", "d1: nothing (within one location)")]
    [InlineData("Material Transfer", "\"x\": 1", "d1: no-location")]
    [InlineData("Material Issue", "\"s_warehouse\": \"S\", \"transfer_qty\": 60", "d1: adjustment -60 of A")]
    public async Task A_stock_entry_goes_by_its_warehouses(string purpose, string row, string expected) => Assert.Equal(
        expected, await Line("Stock Entry", $$""" "purpose": "{{purpose}}", "docstatus": 1 """, row));

    [Theory]
    [InlineData("Delivery Note", "", "d1: sale 5 of A")]
    [InlineData("Delivery Note", "\"qty\": -5", "d1: return 5 of A")]
    [InlineData("Delivery Note", "\"target_warehouse\": \"T\"", "d1: transfer 5 to T + receipt 5 of A")]
    [InlineData("Purchase Receipt", "", "d1: receipt 5 of A")]
    [InlineData("Purchase Receipt", "\"qty\": -5", "d1: adjustment -5 of A")]
    [InlineData("Purchase Receipt", "\"rejected_qty\": 2, \"rejected_warehouse\": \"R\"", "d1: receipt 5 + receipt 2 quality-hold of A")]
    [InlineData("Sales Invoice", "", "d1: nothing (stock by another voucher)")]
    [InlineData("Stock Reconciliation", "", "d1: count 5 of A")]
    [InlineData("Stock Reconciliation", "\"qty\": null", "d1: nothing (not counted)")]
    [InlineData("Stock Reconciliation", "\"batch_no\": \"B\", \"current_qty\": 7", "d1: adjustment -2 of A")]
    public async Task A_voucher_goes_by_its_type(string type, string row, string expected) => Assert.Equal(expected, await Line(type, "\"docstatus\": 1", row));

    [Theory]
    [InlineData("\"docstatus\": 0", "d1: nothing (draft)")]
    [InlineData("\"docstatus\": 2", "d1: nothing (cancelled)")]
    [InlineData("\"status\": \"Cancelled\"", "d1: nothing (cancelled)")]
    [InlineData("\"docstatus\": 1, \"update_stock\": 1", "d1: sale 5 of A")]
    [InlineData("\"docstatus\": 1, \"update_stock\": 1, \"is_consolidated\": 1", "d1: nothing (consolidates others)")]
    public async Task A_voucher_is_a_draft_or_stands_or_does_not(string header, string expected) => Assert.Equal(expected, await Line("Sales Invoice", header, ""));

    [Fact]
    public async Task What_was_amended_does_not_stand()
    {
        var documents = await Read(Voucher("Delivery Note", "\"docstatus\": 1, \"amended_from\": \"V0\"", ""));

        Assert.Equal(
            [("Delivery Note:V0", DocumentFunction.Replace, 0), ("Delivery Note:V1", DocumentFunction.Replace, 1)],
            documents.Select(document => (document.Identity, document.Function, document.Lines.Count)));
    }

    [Fact]
    public async Task Of_a_bundle_its_components_are_delivered() => Assert.Equal(
        ["d1: nothing (bundle)", "p1: sale 10 of C"],
        Assert.Single(await Read(Voucher("Delivery Note", """ "docstatus": 1, "packed_items": [ { "name": "p1", "parent_item": "A", "item_code": "C", "qty": 10, "warehouse": "W" } ] """, "")))
            .Lines.Select(LineText.Show));

    [Theory]
    [InlineData("\"uom\": \"Box\", \"conversion_factor\": 12, \"stock_qty\": 60", "C62", null)]
    [InlineData("\"uom\": \"Box\", \"conversion_factor\": 12", "Box", 12)]
    [InlineData("\"uom\": \"Nos\", \"conversion_factor\": 1", "C62", null)]
    public async Task A_pack_says_what_is_in_it(string row, string unit, int? size)
    {
        var line = Assert.Single(Assert.Single(await Read(Voucher("Delivery Note", "\"docstatus\": 1", row))).Lines);

        Assert.Equal((unit, size), (line.Unit, (int?)line.Pack?.Quantity));
    }

    [Theory]
    [InlineData("""{ "data": [ {0} ] }""")]
    [InlineData("""{ "message": [ {0} ] }""")]
    [InlineData("""{ "message": { "keys": [ "name", "item_code", "warehouse", "voucher_type", "actual_qty" ], "values": [ [ "r", "A", "W", "Delivery Note", -1 ] ] } }""")]
    [InlineData("{0}")]
    public async Task Whatever_is_around_the_rows(string envelope) => Assert.Equal(
        "sale 1", LineText.Tally(await Read(envelope.Replace("{0}", Row("r1", "Delivery Note", "-1"), StringComparison.Ordinal))));

    [Theory]
    [InlineData("""{ "data": [] }""", "nothing (no records) 1")]
    [InlineData("""{ "exc_type": "PermissionError" }""", "invalid-line 1")]
    [InlineData("""{ "doctype": "Sales Order", "items": [ { "item_code": "A", "qty": 1 } ] }""", "nothing (other document) 1")]
    [InlineData("""{ "doctype": "Customer", "name": "X" }""", "nothing (other document) 1")]
    [InlineData("""{ "doctype": "Stock Entry Detail", "item_code": "A", "qty": 1, "s_warehouse": "W" }""", "invalid-line 1")]
    [InlineData("""{ "name": "b", "item_code": "A", "warehouse": "W", "actual_qty": 12.0, "reserved_qty": 2 }""", "level 1")]
    public async Task What_is_no_voucher(string text, string expected) => Assert.Equal(expected, LineText.Tally(await Read(text)));

    [RealDataFact(Folder + "made-stock-ledger-entries.json")]
    public async Task A_ledger_on_file() => Assert.Equal(
        [
            "SLE:a1: receipt 50.0 of SKU-100", "SLE:a2: sale 3.0 of SKU-100", "SLE:a3: transfer 10.0 to Outlet - ER of SKU-100", "SLE:a4: receipt 10.0 of SKU-100",
            "SLE:a5: count 25.0 of SKU-200", "SLE:a6: nothing (cancelled)", "SLE:a7: nothing (cancelled)",
        ],
        (await ReadFile("made-stock-ledger-entries.json")).Select(document => document.Identity + LineText.Show(Assert.Single(document.Lines))[1..]));

    [RealDataFact(Folder + "stock_entry_test_records.json")]
    public async Task Stock_entries_on_file_have_no_name() => Assert.Equal(
        [
            ": receipt 50.0 of _Test Item", ": adjustment -40.0 of _Test Item", ": transfer 45.0 to _Test Warehouse 1 - _TC + receipt 45.0 of _Test Item",
            ": adjustment -50.0 of _Test Item", ": adjustment 1 of _Test Item Home Desktop 100",
        ],
        (await ReadFile("stock_entry_test_records.json")).SelectMany(document => document.Lines.Select(line => document.Number + LineText.Show(line)[1..])));

    private static string Row(string name, string voucher, string quantity, string warehouse = "W", string line = "d1", string voucherNo = "V1") =>
        $$"""{ "name": "{{name}}", "item_code": "A", "warehouse": "{{warehouse}}", "voucher_type": "{{voucher}}", "voucher_no": "{{voucherNo}}", "voucher_detail_no": "{{line}}", "actual_qty": {{quantity}} }""";

    private static string Voucher(string type, string header, string row) =>
        $$"""{ "doctype": "{{type}}", "name": "V1", {{header}}, "items": [ { "name": "d1", "item_code": "A", "warehouse": "W", "stock_uom": "Nos"{{Plus(row)}} } ] }""";

    private static string Plus(string row) =>
        (row.Contains("\"qty\"", StringComparison.Ordinal) ? "" : ", \"qty\": 5") + (row.Length == 0 ? "" : $", {row}");

    private static async Task<string> Line(string type, string header, string row) =>
        LineText.Show(Assert.Single(Assert.Single(await Read(Voucher(type, header, row).Replace(", \"warehouse\": \"W\"", type == "Stock Entry" ? "" : ", \"warehouse\": \"W\"", StringComparison.Ordinal))).Lines));

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new ErpNextDocuments(), Documents.Stream(text));

    private static async Task<List<SourceDocument>> ReadFile(string file)
    {
        await using var content = File.OpenRead(RealData.Path(Folder + file));
        return await LineText.Read(new ErpNextDocuments(), content);
    }
}
