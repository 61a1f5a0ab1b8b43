using RetailSync.Channels.Documents;
using RetailSync.Channels.Odoo;

namespace RetailSync.Channels.Tests.Odoo;

public sealed class Reading_moves_of_Odoo
{
    private const string Folder = "erp-odoo/";

    [Theory]
    [InlineData("supplier", "internal", "1: receipt 2.0 of CHAIR")]
    [InlineData("transit", "internal", "1: receipt 2.0 of CHAIR")]
    [InlineData("internal", "customer", "1: sale 2.0 of CHAIR")]
    [InlineData("customer", "internal", "1: return 2.0 of CHAIR")]
    [InlineData("internal", "supplier", "1: adjustment -2.0 of CHAIR")]
    [InlineData("inventory", "internal", "1: adjustment 2.0 of CHAIR")]
    [InlineData("internal", "inventory", "1: adjustment -2.0 of CHAIR")]
    [InlineData("production", "internal", "1: adjustment 2.0 of CHAIR")]
    [InlineData("internal", "production", "1: adjustment -2.0 of CHAIR")]
    [InlineData("internal", "transit", "1: transfer 2.0 to There of CHAIR")]
    [InlineData("internal", "internal", "1: transfer 2.0 to There + receipt 2.0 of CHAIR")]
    [InlineData("supplier", "customer", "1: nothing (outside of the warehouses)")]
    [InlineData("transit", "transit", "1: nothing (outside of the warehouses)")]
    [InlineData("internal", "view", "1: unknown-reason")]
    public async Task A_move_is_where_it_comes_from_and_goes(string from, string to, string expected) =>
        Assert.Equal(expected, await Line(Move($$"""{{Done}}, {{Usage(from, to)}}""")));

    [Theory]
    [InlineData("\"state\": \"assigned\"", "1: nothing (not done)")]
    [InlineData("\"state\": \"cancel\"", "1: nothing (cancelled)")]
    [InlineData("\"state\": false", "1: invalid-line")]
    [InlineData("\"owner_id\": [7, \"Somebody\"], \"state\": \"done\"", "1: nothing (owned by others)")]
    [InlineData("\"state\": \"done\", \"quantity\": 0", "1: nothing (zero quantity)")]
    [InlineData("\"state\": \"done\", \"quantity\": -1", "1: invalid-quantity")]
    [InlineData("\"state\": \"done\", \"quantity\": 0.00001", "1: invalid-quantity")]
    [InlineData("\"state\": \"done\", \"quantity\": \"3\"", "1: sale 3 of CHAIR")]
    [InlineData("\"state\": \"done\", \"quantity_done\": 3", "1: sale 3 of CHAIR")]
    [InlineData("\"state\": \"done\", \"qty_done\": 3, \"product_uom_qty\": 4", "1: sale 3 of CHAIR")]
    [InlineData("\"state\": \"done\", \"quantity\": 3, \"quantity_product_uom\": 36", "1: sale 36 of CHAIR")]
    [InlineData("\"state\": \"done\", \"product_uom_qty\": 4", "1: sale 4 of CHAIR")]
    public async Task Only_what_is_done_moves_as_much_as_was_done(string fields, string expected) =>
        Assert.Equal(expected, await Line(Move($$"""{{fields}}, {{Usage("internal", "customer")}}""")));

    [Fact]
    public async Task A_move_says_how_it_now_is()
    {
        var document = Assert.Single(await Read(Move($$"""{{Done}}, {{Usage("internal", "customer")}}, "write_date": "2026-11-04 09:31:00" """)));

        Assert.Equal(("move:7", DocumentFunction.Replace, Instant.FromUtc(2026, 11, 4, 9, 31).ToUnixTimeTicks()),
            (Assert.Single(document.Lines).OwnIdentity, document.Function, document.Revision));
        Assert.Equal((new ExactTime(Instant.FromUtc(2026, 11, 4, 9, 30)), new PlaceName("WH/Stock", "WH"), "C62"),
            (document.Lines[0].Time, document.Lines[0].Place, document.Lines[0].Unit));
    }

    [Theory]
    [InlineData("[8, \"WH/Stock\"]", "[9, \"Partners/Customers\"]", "sale")]
    [InlineData("{ \"id\": 8, \"display_name\": \"WH/Stock\" }", "{ \"id\": 9, \"display_name\": \"X\", \"usage\": \"customer\" }", "sale")]
    [InlineData("\"Partners/Vendors\"", "\"WH/Stock\"", "receipt")]
    [InlineData("[8, \"WH/Stock\"]", "[9, \"Virtual Locations/Scrap\"]", "adjustment")]
    [InlineData("[8, \"WH/Stock\"]", "[9, \"WH/Output\"]", "transfer, receipt")]
    [InlineData("[8, \"WH/Stock\"]", "[9, \"Partenaires/Clients\"]", "!unknown-reason")]
    [InlineData("8", "9", "!unknown-reason")]
    public async Task Without_usage_locations_are_known_by_the_names_of_Odoo(string from, string to, string expected)
    {
        var line = Assert.Single(Assert.Single(await Read(
            $$"""{ "id": 7, "product_id": [31, "[CHAIR] Office Chair"], "location_id": {{from}}, "location_dest_id": {{to}}, "quantity": 2, {{Done}} }""")).Lines);

        Assert.Equal(expected, line.Outcome is Moved moved ? string.Join(", ", moved.Moves.Select(move => move.Type.ToString().ToLowerInvariant()))
            : $"!{((Rejected)line.Outcome).Code}");
    }

    [Theory]
    [InlineData("[7, \"Units\"]", "", "C62")]
    [InlineData("[7, \"kg\"]", "", "KGM")]
    [InlineData("\"uom.product_uom_unit\"", "", "C62")]
    [InlineData("[7, \"Dozens\"]", "", "Dozens")]
    [InlineData("[7, \"Krt\"]", "units=krt=CT;Stk=C62", "CT")]
    public async Task A_unit_is_known_by_its_name(string unit, string option, string expected) => Assert.Equal(expected, Assert.Single(Assert.Single(
        await LineText.Read(new OdooDocuments(), Documents.Stream(Move($$"""{{Done}}, "product_uom": {{unit}}, {{Usage("internal", "customer")}}""")),
            option.Length == 0 ? null : LineText.With(option))).Lines).Unit);

    [Theory]
    [InlineData("""[ {0}, {0} ]""")]
    [InlineData("""{ "jsonrpc": "2.0", "id": 1, "result": [ {0}, {0} ] }""")]
    [InlineData("""{ "jsonrpc": "2.0", "id": 1, "result": { "length": 2, "records": [ {0}, {0} ] } }""")]
    [InlineData("""{ "data": [ {0}, {0} ] }""")]
    [InlineData("{0}\n{0}")]
    [InlineData("""{ "id": 3, "picking_type_id": [2, "WH: Delivery"], "partner_id": [9, "Somebody"], "move_ids": [ {0}, {0} ], "move_line_ids": [ {0} ] }""")]
    public async Task Whatever_is_around_the_moves(string envelope) => Assert.Equal(
        "sale 2", LineText.Tally(await Read(envelope.Replace("{0}", Move($$"""{{Done}}, {{Usage("internal", "customer")}}"""), StringComparison.Ordinal))));

    [Theory]
    [InlineData("""{ "jsonrpc": "2.0", "id": 1, "result": [] }""", "nothing (no records) 1")]
    [InlineData("""{ "jsonrpc": "2.0", "id": 1, "result": { "length": 0, "records": [] } }""", "nothing (no records) 1")]
    [InlineData("""{ "id": 7, "product_id": [31, "A"], "state": "done", "quantity": 2, "move_line_ids": [] }""", "invalid-line 1")]
    [InlineData("""{ "jsonrpc": "2.0", "id": 1, "error": { "code": 200, "message": "Odoo Server Error" } }""", "invalid-line 1")]
    [InlineData("""{ "_model": "sale.order", "_id": 4, "name": "S0004" }""", "nothing (other record) 1")]
    [InlineData("""{ "id": 3, "picking_type_id": 2, "move_ids": [ 1, 2 ] }""", "nothing (transfer without its moves) 1")]
    public async Task What_is_no_move(string text, string expected) => Assert.Equal(expected, LineText.Tally(await Read(text)));

    [Theory]
    [InlineData("\"quantity\": 65.0, \"reserved_quantity\": 5.0", "4: level 65.0 of CHAIR")]
    [InlineData("\"quantity\": -2.0, \"location_usage\": \"customer\"", "4: nothing (outside of the warehouses)")]
    [InlineData("\"inventory_quantity\": 7, \"inventory_quantity_set\": true", "4: level 7 of CHAIR")]
    [InlineData("\"inventory_quantity\": 0, \"inventory_quantity_set\": false", "4: invalid-quantity")]
    [InlineData("\"inventory_quantity\": 0", "4: invalid-quantity")]
    [InlineData("\"quantity\": 5, \"inventory_quantity\": 7, \"inventory_quantity_set\": true", "4: level 5 of CHAIR")]
    [InlineData("\"quantity\": 3, \"owner_id\": [5, \"Somebody\"]", "4: nothing (owned by others)")]
    public async Task A_quant_is_a_stock_figure(string fields, string expected) => Assert.Equal(
        expected, await Line($$"""{ "id": 4, "product_id": [31, "[CHAIR] Office Chair"], "location_id": [8, "WH/Stock"], {{fields}} }"""));

    [Theory]
    [InlineData("internal", "internal", "transfer move:8, receipt move:8")]
    [InlineData("internal", "transit", "transfer move:8")]
    public async Task A_transfer_without_a_reference_is_known_by_its_id(string from, string to, string expected) => Assert.Equal(
        expected,
        string.Join(", ", ((Moved)Assert.Single(Assert.Single(await Read(
            $$"""
            { "id": 8, "reference": false, "origin": false, "product_id": [31, "[A] A"], "location_id": [8, "WH/Stock"], "location_dest_id": [9, "WH/Out"],
              "quantity": 2, {{Done}}, {{Usage(from, to)}} }
            """)).Lines).Outcome).Moves.Select(move => $"{move.Type.ToString().ToLowerInvariant()} {move.Document}")));

    [Theory]
    [InlineData("""{ "id": 3, "picking_type_id": 2, "move_line_ids": [ {0} ] }""", "move-line:7")]
    [InlineData("""{ "id": 3, "picking_type_id": 2, "move_line_ids_without_package": [ {0} ] }""", "move-line:7")]
    [InlineData("""{ "id": 3, "picking_type_id": 2, "move_lines": [ {0} ] }""", "move:7")]
    [InlineData("""{ "id": 3, "move_line_ids": [ {0} ] }""", "move-line:7")]
    public async Task A_line_is_one_by_where_it_stands(string envelope, string identity) => Assert.Equal(
        identity,
        Assert.Single(Assert.Single(await Read(envelope.Replace("{0}", Move($$"""{{Done}}, {{Usage("internal", "customer")}}"""), StringComparison.Ordinal)))
            .Lines).OwnIdentity);

    [Fact]
    public async Task Quants_of_one_product_and_location_add_up()
    {
        static string Quant(int id, string product, string quantity) =>
            $$"""{ "id": {{id}}, "product_id": [31, "[{{product}}] X"], "location_id": [8, "WH/Stock"], "quantity": {{quantity}} }""";

        var documents = await Read($"[ {Quant(1, "A", "-2")}, {Quant(2, "B", "5")}, {Quant(3, "A", "10")}, {Quant(4, "C", "1")}, {Quant(5, "C", "\"many\"")} ]");

        Assert.Equal(
            [
                "1: level 8 of A", "2: level 5 of B", "3: nothing (added to another line)", "4: nothing (part of it cannot be read)", "5: invalid-quantity",
            ],
            Assert.Single(documents).Lines.Select(LineText.Show));
    }

    [RealDataFact(Folder + "made-stock-moves.json")]
    public async Task Moves_on_file() => Assert.Equal(
        [
            "1: receipt 10.0 of FURN_7777", "1: transfer 2.0 to WH/Output + receipt 2.0 of FURN_7777", "1: sale 2.0 of FURN_7777", "1: return 1.0 of FURN_7777",
            "1: adjustment 3.0 of E-COM07", "1: adjustment -1.0 of E-COM07", "1: nothing (not done)",
        ],
        (await ReadFile("made-stock-moves.json")).SelectMany(document => document.Lines).Select(LineText.Show));

    [RealDataFact(Folder + "stock_quant_demo.xml")]
    public async Task Demo_data_in_XML() => Assert.Equal(
        ["1: nothing (other record)", "test_quant_quant: level 10.0 of stock.test_quant_product"],
        (await ReadFile("stock_quant_demo.xml")).SelectMany(document => document.Lines).Select(LineText.Show));

    private const string Done = "\"state\": \"done\"";

    private static string Usage(string from, string to) => $"\"location_usage\": \"{from}\", \"location_dest_usage\": \"{to}\"";

    private static string Move(string fields) => "{ \"id\": 7, \"reference\": \"WH/OUT/1\", \"origin\": false, \"product_id\": [31, \"[CHAIR] Office Chair\"], "
        + "\"location_id\": [8, \"WH/Stock\"], \"location_dest_id\": [9, \"There\"], \"date\": \"2026-11-04 09:30:00\", "
        + (fields.Contains("product_uom\"", StringComparison.Ordinal) ? "" : "\"product_uom\": [1, \"Units\"], ")
        + (fields.Contains("quantity", StringComparison.Ordinal) || fields.Contains("qty", StringComparison.Ordinal) ? "" : "\"quantity\": 2.0, ") + fields + " }";

    private static async Task<string> Line(string text) => LineText.Show(Assert.Single(Assert.Single(await Read(text)).Lines));

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new OdooDocuments(), Documents.Stream(text));

    private static async Task<List<SourceDocument>> ReadFile(string file)
    {
        await using var content = File.OpenRead(RealData.Path(Folder + file));
        return await LineText.Read(new OdooDocuments(), content);
    }
}
