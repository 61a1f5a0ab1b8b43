using RetailSync.Channels.Documents;
using RetailSync.Channels.Dynamics365;

namespace RetailSync.Channels.Tests.Dynamics365;

public sealed class Reading_change_events
{
    [Theory]
    [InlineData("pos", "inbound", "1", "pos.inbound: return 1 of T-shirt/red")]
    [InlineData("POS", "Outbound", "\"3\"", "pos.outbound: sale 3 of T-shirt/red")]
    [InlineData("wms", "inbound", "4", "wms.inbound: receipt 4 of T-shirt/red")]
    [InlineData("wms", "inbound", "-4", "wms.inbound: adjustment -4 of T-shirt/red")]
    [InlineData("pos", "outbound", "-3", "pos.outbound: adjustment 3 of T-shirt/red")]
    [InlineData("shelf", "received", "10", "shelf.received: receipt 10 of T-shirt/red")]
    [InlineData("shelf", "sold", "3", "shelf.sold: sale 3 of T-shirt/red")]
    [InlineData("fno", "physicalInvent", "-2", "fno.physicalinvent: adjustment -2 of T-shirt/red")]
    [InlineData("fno", "received", "2", "fno.received: nothing (not on hand)")]
    [InlineData("erp", "qualityInspection", "2", "erp.qualityinspection: adjustment 2 + status 2 quality-hold of T-shirt/red")]
    [InlineData("iv", "softReserved", "2", "iv.softreserved: nothing (reserved)")]
    [InlineData("fno", "ordered", "2", "fno.ordered: nothing (not on hand)")]
    [InlineData("pos", "inbound", "0", "pos.inbound: nothing (zero quantity)")]
    [InlineData("pos", "inbound", "0.00001", "pos.inbound: invalid-quantity")]
    [InlineData("wms", "staged", "2", "wms.staged: unknown-reason")]
    public async Task A_measure_changes_by_so_much(string source, string measure, string quantity, string expected) =>
        Assert.Equal(expected, LineText.Show(Assert.Single(Assert.Single(await Read(Event($$"""{ "{{source}}": { "{{measure}}": {{quantity}} } }"""))).Lines)));

    [Fact]
    public async Task An_event_is_known_by_its_id_and_has_no_time()
    {
        var document = Assert.Single(await Read(Event("""{ "pos": { "inbound": 1, "outbound": 2 } }""")));

        Assert.Equal(("change:E1", "usmf", DocumentFunction.Original), (document.Identity, document.Sender, document.Function));
        Assert.Equal(["pos.inbound", "pos.outbound"], document.Lines.Select(line => line.Key));
        Assert.Equal((new TimeOfReceipt(), new PlaceName("11")), (document.Lines[0].Time, document.Lines[0].Place));
    }

    [Fact]
    public async Task Other_measures_are_configured() => Assert.Equal(
        ["wms.staged: nothing (not on hand)", "wms.scrapped: adjustment -2 of T-shirt/red", "pos.inbound: receipt 1 of T-shirt/red"],
        Assert.Single(await LineText.Read(
            new InventoryVisibilityDocuments(), Documents.Stream(Event("""{ "wms": { "staged": 2, "scrapped": 2 }, "pos": { "inbound": 1 } }""")),
            LineText.With("measures=staged=none, wms.Scrapped=decrease, pos.inbound=receipt"))).Lines.Select(LineText.Show));

    [Theory]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("99")]
    public async Task A_meaning_is_a_word(string meaning) => Assert.Equal("unknown-reason 1", LineText.Tally(await LineText.Read(
        new InventoryVisibilityDocuments(), Documents.Stream(Event("""{ "wms": { "staged": 2 } }""")), LineText.With($"measures=staged={meaning}"))));

    [Theory]
    [InlineData("""{ "setOnHand": [ {0} ] }""", "", "level 1")]
    [InlineData("""{0}""", "setOnHand=true", "level 1")]
    [InlineData("""{0}""", "", "return 1")]
    public async Task What_is_set_is_a_figure(string envelope, string option, string expected) => Assert.Equal(expected, LineText.Tally(await LineText.Read(
        new InventoryVisibilityDocuments(), Documents.Stream(envelope.Replace("{0}", Event("""{ "pos": { "inbound": 100 } }"""), StringComparison.Ordinal)),
        option.Length == 0 ? null : LineText.With(option))));

    [Fact]
    public async Task What_is_set_says_when()
    {
        var document = Assert.Single(await Read(Event("""{ "pos": { "inbound": 100 } }, "modifiedDateTimeUtc": "2026-11-04T08:00:00" """)));

        var line = Assert.Single(document.Lines);
        Assert.Equal(("set:E1", new ExactTime(Instant.FromUtc(2026, 11, 4, 8, 0)), new Level(100)), (document.Identity, line.Time, line.Outcome));
    }

    [Fact]
    public async Task Records_of_one_position_in_an_answer_add_up() => Assert.Equal(
        [
            "T-shirt/red@11: level 11.5 of T-shirt/red", "T-shirt/red@11:quality-hold: level 2 of T-shirt/red",
            "T-shirt/red@11~3: nothing (added to another line)", "T-shirt@12: level 4 of T-shirt",
        ],
        (await Read(
            """
            [ { "productId": "T-shirt", "dimensions": { "SiteId": "1", "LocationId": "11", "ColorId": "red", "posMachineId": "0001" },
                "quantities": { "fno": { "physicalInvent": 10, "received": 5, "ordered": 50 }, "erp": { "qualityInspection": 2 }, "pos": { "Outbound": 0 } } },
              { "productId": "T-shirt", "dimensions": { "siteid": "1", "locationid": "11", "colorid": "red", "posMachineId": "0002" }, "quantities": { "pos": { "outbound": 0.5 } } },
              { "productId": "T-shirt", "dimensions": { "siteId": "1", "locationId": "12" }, "quantities": { "pos": { "inbound": 4 } } } ]
            """)).Single().Lines.Select(LineText.Show));

    [Fact]
    public async Task A_position_of_which_a_part_cannot_be_read_has_no_figure() => Assert.Equal(
        "invalid-quantity 1, nothing (part of it cannot be read) 1",
        LineText.Tally(await Read(
            """
            { "value": [ { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "inbound": 4 } } },
                         { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "inbound": "many" } } } ] }
            """)));

    [Theory]
    [InlineData("""{ "id": "r", "productId": "A", "quantity": 1, "modifier": "softReservOrdered", "dimensions": {} }""", "nothing (reservation) 1")]
    [InlineData("""{ "id": "r", "productId": "A", "quantity": 1, "targetGroups": { "channel": "Online" } }""", "nothing (allocation) 1")]
    [InlineData("""{ "id": "r", "productId": "A", "quantity": 3, "targetGroups": {}, "physicalMeasures": { "pos": { "inbound": "Subtraction" } } }""", "sale 1")]
    [InlineData("""{ "id": "r", "productId": "A", "quantitiesByDate": { "2022-02-01": { "pos": { "inbound": 10 } } } }""", "nothing (scheduled) 1")]
    [InlineData("""{ "filters": { "productId": [ "A" ] }, "groupByValues": [] }""", "nothing (query) 1")]
    [InlineData("""{ "id": "r", "productId": "A" }""", "invalid-line 1")]
    [InlineData("""{ "hello": 1 }""", "invalid-line 1")]
    public async Task What_is_no_change(string text, string expected) => Assert.Equal(expected, LineText.Tally(await Read(text)));

    [RealDataFact("erp-d365-inventory-visibility/payloads.json")]
    public async Task The_published_bodies()
    {
        await using var content = File.OpenRead(RealData.Path("erp-d365-inventory-visibility/payloads.json"));
        Assert.Equal(
            "level 1, nothing (allocation) 2, nothing (query) 1, nothing (reservation) 4, nothing (reserved) 1, return 3, sale 2",
            LineText.Tally(await LineText.Read(new InventoryVisibilityDocuments(), content)));
    }

    private static string Event(string quantities) =>
        $$"""{ "id": "E1", "organizationId": "usmf", "productId": "T-shirt", "dimensions": { "SiteId": "1", "LocationId": 11, "colorId": "red" }, "quantities": {{quantities}} }""";

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new InventoryVisibilityDocuments(), Documents.Stream(text));
}
