using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using RetailSync.Channels.Epcis;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Tests.Epcis;

public sealed class Reading_an_EPCIS_document
{
    private const string Sgtin = "urn:epc:id:sgtin:0614141.107346.";
    private const string Sku = "10614141073464";
    private const string Place = "urn:epc:id:sgln:0614141.00888.0";

    [Fact]
    public void Receiving_makes_one_receipt_of_all_units_of_a_SKU()
    {
        var receipt = Assert.IsType<Receipt>(Movement(Event(e => e["epcList"] = new JsonArray(Sgtin + "1", Sgtin + "2"))));
        Assert.Equal(new MovementId("epcis", "urn:uuid:1#1"), receipt.Name);
        Assert.Equal($"{Sku}@gln:0614141008889", receipt.Position.ToString());
        Assert.Equal(2, receipt.Quantity);
        Assert.Equal("http://example.com/po/1", receipt.Document);
        Assert.Equal(Instant.FromUtc(2013, 6, 8, 12, 58, 56), receipt.OccurredAt);
        Assert.Null(receipt.Status);
    }

    [Theory]
    [InlineData("receiving")]
    [InlineData("urn:epcglobal:cbv:bizstep:receiving")]
    [InlineData("https://ref.gs1.org/cbv/BizStep-receiving")]
    [InlineData("cbv:BizStep-receiving")]
    public void A_business_step_is_recognized_in_each_spelling(string step) => Assert.IsType<Receipt>(Movement(Event(e => e["bizStep"] = step)));

    [Theory]
    [InlineData("receiving", "in_progress", "receipt 1")]
    [InlineData("receiving", "urn:epcglobal:cbv:disp:damaged", "receipt 1 damaged")]
    [InlineData("receiving", "https://ref.gs1.org/cbv/Disp-non_sellable_other", "receipt 1 non-sellable")]
    [InlineData("receiving", "returned", "return 1")]
    [InlineData("shipping", "in_transit", "sale 1")]
    [InlineData("retail_selling", "retail_sold", "sale 1")]
    [InlineData("retail_selling", "sellable_accessible", "not stock")]
    [InlineData("void_shipping", "in_progress", "transfer-cancelled")]
    [InlineData("commissioning", "active", "receipt 1")]
    [InlineData("decommissioning", "inactive", "adjustment -1")]
    [InlineData("destroying", "destroyed", "adjustment -1")]
    [InlineData("inspecting", "damaged", "status 1 damaged")]
    [InlineData("inspecting", "non_sellable_other", "status 1 non-sellable")]
    [InlineData("inspecting", "in_progress", "not stock")]
    [InlineData("holding", "in_progress", "status 1 quality-hold")]
    [InlineData("cycle_counting", "in_progress", "count 1")]
    [InlineData("stock_taking", null, "count 1")]
    [InlineData("stocking", "sellable_accessible", "not stock")]
    [InlineData("storing", "sellable_not_accessible", "not stock")]
    [InlineData("picking", "in_progress", "not stock")]
    [InlineData("transporting", "in_transit", "not stock")]
    [InlineData("loading", "in_transit", "not stock")]
    [InlineData("sensor_reporting", null, "not stock")]
    [InlineData(null, "in_progress", "not stock")]
    [InlineData("http://example.com/steps/juggling", null, "bad unknown-step")]
    public void Step_and_disposition_decide_the_movement(string? step, string? disposition, string expected) =>
        Assert.Equal(expected, Assert.Single(Words(Event(e =>
        {
            e["bizStep"] = step;
            e["disposition"] = disposition;
            foreach (var absent in e.Where(property => property.Value is null).Select(property => property.Key).ToList())
            {
                e.Remove(absent);
            }
        }))));

    [Fact]
    public void Shipping_to_a_known_location_is_a_transfer_with_its_document()
    {
        var transfer = Assert.IsType<Transfer>(Movement(Event(e =>
        {
            e["bizStep"] = "shipping";
            e["destinationList"] = new JsonArray(
                new JsonObject { ["type"] = "owning_party", ["destination"] = "urn:epc:id:pgln:0614141.00777" },
                new JsonObject { ["type"] = "urn:epcglobal:cbv:sdt:location", ["destination"] = "urn:epc:id:sgln:0614141.00777.0" });
        })));
        Assert.Equal("gln:0614141007776", transfer.To.Value);
        Assert.Equal("http://example.com/po/1", transfer.Document);
    }

    [Fact]
    public void Goods_received_under_an_RMA_are_a_return() =>
        Assert.IsType<Return>(Movement(
            Event(e => e["bizTransactionList"] = new JsonArray(new JsonObject { ["type"] = "rma", ["bizTransaction"] = "urn:rma:1" }))));

    [Fact]
    public void Class_level_quantities_are_exact_decimals() =>
        Assert.Equal(["receipt 200.5", "receipt 12", "receipt 0.375"], Words(Event(e =>
        {
            e.Remove("epcList");
            e["quantityList"] = new JsonArray(
                new JsonObject { ["epcClass"] = "urn:epc:class:lgtin:4012345.012345.998877", ["quantity"] = 200.5m, ["uom"] = "KGM" },
                new JsonObject { ["epcClass"] = "urn:epc:idpat:sgtin:4012345.098765.*", ["quantity"] = 12 },
                new JsonObject { ["epcClass"] = "https://example.com/apples", ["quantity"] = 0.375m });
        })));

    [Theory]
    [InlineData("URN:EPC:IDPAT:SGTIN:0614141.107346.*")]
    [InlineData("urn:EPC:class:LGTIN:0614141.107346.L1")]
    [InlineData("HTTPS://ID.GS1.ORG/01/10614141073464/10/L1")]
    [InlineData(" https://id.gs1.org/01/10614141073464 ")]
    public void A_class_is_one_SKU_in_any_letter_case(string epcClass) => Assert.Equal(Sku, Movement(Event(e =>
    {
        e.Remove("epcList");
        e["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = epcClass, ["quantity"] = 1 });
    })).Position.Sku.Value);

    [Theory]
    [InlineData("urn:epc:id:sgtin:0614141.107346.2017", Sku)]
    [InlineData("URN:EPC:id:SGTIN:0614141.107346.2017", Sku)]
    [InlineData("Https://id.gs1.org/01/10614141073464/21/2017", Sku)]
    [InlineData("https://id.gs1.org/01/10614141073464/21/2017", Sku)]
    [InlineData("https://shop.example/products/01/10614141073464/10/LOT?x=1", Sku)]
    [InlineData("https://id.gs1.org/01/9506000134352/21/2017", "09506000134352")]
    [InlineData("https://id.gs1.org/01/9506000134353/21/2017", "9506000134353")]
    [InlineData("urn:epc:id:sgtin:4012345.011122.25", "04012345111224")]
    public void An_instance_is_one_unit_of_its_GTIN(string epc, string sku) =>
    Assert.Equal(sku, Movement(Event(e => e["epcList"] = new JsonArray(epc))).Position.Sku.Value);

    [Theory]
    [InlineData("urn:epc:id:sgln:0614141.00888.0", "gln:0614141008889")]
    [InlineData("URN:EPC:ID:SGLN:0614141.00888.0", "gln:0614141008889")]
    [InlineData(" urn:epc:id:sgln:0614141.00888.0 ", "gln:0614141008889")]
    [InlineData("urn:epc:id:sgln:061414100.888.0", "gln:0614141008889")]
    [InlineData("urn:epc:id:sgln:0614141.00888.A1", "gln:0614141008889:A1")]
    [InlineData("urn:epc:id:sgln:0614141.0888.0", "urn:epc:id:sgln:0614141.0888.0")]
    [InlineData("https://id.gs1.org/414/0614141008889", "gln:0614141008889")]
    [InlineData("https://id.gs1.org/414/0614141008882", "gln:0614141008889")]
    [InlineData("https://id.gs1.org/414/0614141008889/254/A1", "gln:0614141008889:A1")]
    [InlineData("https://id.gs1.org/414/0614141008889/254/0", "gln:0614141008889")]
    [InlineData("https://shop.example/x/414/0614141008889/?a=b#c", "gln:0614141008889")]
    [InlineData("0614141008889", "gln:0614141008889")]
    [InlineData("0614141008882", "0614141008882")]
    [InlineData("S001", "S001")]
    public void A_GLN_becomes_a_location(string place, string location) =>
        Assert.Equal(location, Movement(Event(e => e["bizLocation"] = new JsonObject { ["id"] = place })).Position.Location.Value);

    [Fact]
    public void Similar_GLNs_stay_different_locations()
    {
        string Location(string place) => Movement(Event(e => e["bizLocation"] = new JsonObject { ["id"] = place })).Position.Location.Value;
        Assert.NotEqual(Location("https://example.com/a b"), Location("https://example.com/a/b"));
        Assert.Equal(Location("https://example.com/a b"), Location("https://example.com/a b"));
    }

    [Fact]
    public void A_missing_location_is_the_read_point_or_else_the_given_one()
    {
        Assert.Equal("RP", Movement(Event(e => { e.Remove("bizLocation"); e["readPoint"] = new JsonObject { ["id"] = "RP" }; })).Position.Location.Value);
        var nowhere = Document(Event(e => e.Remove("bizLocation")));
        Assert.Equal(["bad no-location"], Translate(nowhere).Select(Word));
        Assert.IsType<StockMoved>(Assert.Single(new EpcisTranslator("epcis", LocationId.Parse("S001")).Translate(Documents.Stream(nowhere))));
    }

    [Fact]
    public void A_transformation_takes_inputs_out_and_outputs_in() =>
        Assert.Equal(["adjustment -1", "adjustment -10", "receipt 2"], Words(Event(e =>
        {
            e["type"] = "TransformationEvent";
            e.Remove("action");
            e.Remove("epcList");
            e["inputEPCList"] = new JsonArray("urn:epc:id:sgtin:4012345.011122.25");
            e["inputQuantityList"] =
                new JsonArray(new JsonObject { ["epcClass"] = "urn:epc:class:lgtin:4012345.011111.4444", ["quantity"] = 10, ["uom"] = "KGM" });
            e["outputEPCList"] = new JsonArray("urn:epc:id:sgtin:4012345.077889.25", "urn:epc:id:sgtin:4012345.077889.26");
        })));

    [Fact]
    public void An_aggregation_moves_its_children_an_association_nothing()
    {
        Action<JsonObject> children = e =>
        {
            e.Remove("epcList");
            e["parentID"] = "urn:epc:id:sscc:0614141.1234567890";
            e["childEPCs"] = new JsonArray(Sgtin + "1", Sgtin + "2");
        };
        Assert.Equal(["receipt 2"], Words(Event(e => { children(e); e["type"] = "AggregationEvent"; })));
        Assert.Equal(["not stock"], Words(Event(e => { children(e); e["type"] = "AssociationEvent"; })));
    }

    [Fact]
    public void A_linked_transaction_moves_as_its_step_says_an_unlinked_none()
    {
        Assert.Equal(["receipt 1"], Words(Event(e => { e["type"] = "TransactionEvent"; e["action"] = "ADD"; })));
        Assert.Equal(["not stock"], Words(Event(e => { e["type"] = "TransactionEvent"; e["action"] = "DELETE"; })));
    }

    [Fact]
    public void A_pallet_without_contents_is_rejected_an_asset_is_ignored()
    {
        const string Pallet = "urn:epc:id:sscc:0614141.1234567890";
        Assert.Equal(["bad unknown-contents"], Words(Event(e => e["epcList"] = new JsonArray(Pallet))));
        Assert.Equal(["not stock", "receipt 1"], Words(Event(e => e["epcList"] = new JsonArray(Pallet, Sgtin + "1"))));
        Assert.Equal(["not stock"], Words(Event(e => e["epcList"] = new JsonArray("urn:epc:id:giai:952005385.w2"))));
        Assert.Equal(["not stock"], Words(Event(e => { e["epcList"] = new JsonArray(); e["sensorElementList"] = new JsonArray(); })));
    }

    [Fact]
    public void An_event_without_an_id_gets_one_from_its_content()
    {
        string Id(Action<JsonObject> change) => Movement(Event(e => { e.Remove("eventID"); change(e); })).Name.Id;
        var known = Id(_ => { });
        Assert.Matches("^sha-256:[0-9a-f]{64}#1$", known);
        Assert.Equal(known, Id(e => e["recordTime"] = "2020-01-01T00:00:00Z"));
        Assert.Equal(known, Id(e => { var step = e["bizStep"]!.DeepClone(); e.Remove("bizStep"); e["bizStep"] = step; }));
        Assert.NotEqual(known, Id(e => e["eventTime"] = "2013-06-08T14:58:57+02:00"));
    }

    [Fact]
    public void An_error_declaration_reverses_each_movement_of_the_event()
    {
        Action<JsonObject> declare = e => e["errorDeclaration"] = new JsonObject
        {
            ["declarationTime"] = "2013-11-07T14:00:00.000+01:00",
            ["reason"] = "incorrect_data",
            ["correctiveEventIDs"] = new JsonArray("urn:uuid:2"),
        };
        var correction = Assert.IsType<Correction>(Movement(Event(declare)));
        Assert.Equal("urn:uuid:1#1", correction.Corrects);
        Assert.Equal("urn:uuid:1#1/did-not-occur", correction.Name.Id);
        Assert.Null(correction.Quantity);
        Assert.Equal(Instant.FromUtc(2013, 11, 7, 13, 0), correction.OccurredAt);

        var nameless = Movement(Event(e => e.Remove("eventID"))).Name.Id;
        Assert.Equal(nameless, Assert.IsType<Correction>(Movement(Event(e => { e.Remove("eventID"); declare(e); }))).Corrects);
    }

    /// <summary>ISO 8601 leaves seconds out where there are none, and so do files of publishers.</summary>
    [Fact]
    public void A_time_may_be_without_seconds() =>
        Assert.Equal(Instant.FromUtc(2013, 6, 8, 12, 58), Movement(Event(e => e["eventTime"] = "2013-06-08T14:58+02:00")).OccurredAt);

    [Theory]
    [InlineData("eventTime", "\"yesterday\"", "bad invalid-event")]
    [InlineData("eventTime", "\"2013-06-08T14:58:56\"", "bad invalid-event")]
    [InlineData("epcList", "[ 5 ]", "bad invalid-event")]
    [InlineData("epcList", "\"urn:epc:id:sgtin:0614141.107346.1\"", "bad invalid-event")]
    [InlineData("epcList", "[ \"urn:epc:id:sgtin:0614141.7346.1\" ]", "bad unknown-item")]
    [InlineData("epcList", "[ \"http://example.com/thing/1\" ]", "bad unknown-item")]
    [InlineData("quantityList", "[ { \"epcClass\": \"http://example.com/c\" } ]", "bad invalid-quantity")]
    [InlineData("quantityList", "[ { \"epcClass\": \"http://example.com/c\", \"quantity\": 0 } ]", "bad invalid-quantity")]
    [InlineData("quantityList", "[ { \"epcClass\": \"http://example.com/c\", \"quantity\": 1.00001 } ]", "bad invalid-quantity")]
    [InlineData("quantityList", "[ { \"epcClass\": \"http://example.com/c\", \"quantity\": 1.0000000000000000000000000000001 } ]", "bad invalid-quantity")]
    [InlineData("quantityList", "[ { \"epcClass\": \"http://example.com/c\", \"quantity\": \"1\" } ]", "bad invalid-event")]
    [InlineData("type", "\"PartyEvent\"", "bad unknown-event")]
    [InlineData("type", "7", "bad invalid-event")]
    public void An_event_that_is_not_understood_is_kept_and_stops_no_other(string field, string value, string expected)
    {
        var words = Words(Event(_ => { }), Event(e => { if (field == "quantityList") { e.Remove("epcList"); } e[field] = JsonNode.Parse(value); }),
            Event(_ => { }));
        Assert.Equal(["receipt 1", expected, "receipt 1"], words);
    }

    [Fact]
    public void A_rejected_event_keeps_the_id_that_it_would_have() =>
        Assert.Equal(
            ["urn:uuid:1#1", "urn:uuid:1#1"],
            new[] { "juggling", "receiving" }.Select(step => Translate(Document(Event(e =>
            {
                e["bizStep"] = step;
                e.Remove("epcList");
                e["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = "http://example.com/c" });
            })))[0]).Cast<BadLine>().Select(bad => bad.Id));

    /// <summary>The same events as in the XML twins beside them, from another publisher.</summary>
    [RealDataFact("epcis-xml/SOURCE.md")]
    public void Documents_of_another_publisher_are_understood()
    {
        var twins = Directory.GetFiles(RealData.Path("epcis-xml"), "twin-*.json").Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), path => Translate(File.ReadAllText(path)).Select(Word).ToArray());
        Assert.Equal(["receipt 2", "receipt 10", "receipt 200.5"], twins["twin-2.0-AggregationEvent.json"]);
        Assert.Equal(["sale 2", "receipt 1"], twins["twin-2.0-ObjectEvent.json"]);
        Assert.Equal(["correction", "receipt 1"], twins["twin-2.0-ObjectEvent_with_error_declaration.json"]);
        Assert.DoesNotContain("unreadable", twins["twin-2.0-Combination_of_different_event.json"]);
    }

    [Fact]
    public void A_repeated_JSON_key_is_rejected() =>
        Assert.Equal(["bad invalid-event"],
            Translate(Document(Event(_ => { })).Replace("\"action\":", "\"action\":\"ADD\",\"action\":", StringComparison.Ordinal)).Select(Word));

    [Fact]
    public void A_truncated_document_says_so_after_what_could_be_read()
    {
        var whole = Document(Event(_ => { }), Event(_ => { }));
        Assert.Collection(Translate(whole[..^40]), row => Assert.IsType<StockMoved>(row), row => Assert.IsType<Unreadable>(row));
        Assert.Collection(Translate(whole[..^2]), row => Assert.IsType<StockMoved>(row), row => Assert.IsType<StockMoved>(row),
            row => Assert.IsType<Unreadable>(row));
    }

    [Fact]
    public void Query_results_lists_and_bare_events_are_read_too()
    {
        var one = Event(_ => { }).ToJsonString();
        Assert.Equal(["receipt 1"],
            Translate($$"""{ "type": "EPCISQueryDocument", "epcisBody": { "queryResults": { "resultsBody": { "eventList": [ {{one}} ] } } } }""").Select(Word));
        Assert.Equal(["receipt 1", "receipt 1"], Translate($"[ {one}, {one} ]").Select(Word));
        Assert.Equal(["receipt 1"], Translate(one).Select(Word));
        Assert.IsType<Unreadable>(Assert.Single(Translate("{}")));
        Assert.IsType<Unreadable>(Assert.Single(Translate("")));
        Assert.Empty(Translate("""{ "type": "EPCISDocument", "epcisBody": { "eventList": [] } }"""));
    }

    [Fact]
    public void A_large_document_is_read_event_by_event()
    {
        var one = Event(_ => { }).ToJsonString();
        var document = $$"""{ "type": "EPCISDocument", "epcisBody": { "eventList": [ {{string.Join(',', Enumerable.Repeat(one, 20_000))}} ] } }""";
        var stream = Documents.Stream(document);
        using var rows = new EpcisTranslator("epcis").Translate(stream).GetEnumerator();
        Assert.True(rows.MoveNext());
        Assert.InRange(stream.Position, 1, stream.Length * 3 / 4);
        var count = 1;
        while (rows.MoveNext())
        {
            Assert.IsType<StockMoved>(rows.Current);
            count++;
        }

        Assert.Equal(20_000, count);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var whole = Encoding.UTF8.GetBytes(
            Document(Event(_ => { }),
                Event(e => e["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = "http://example.com/c", ["quantity"] = 1 }))));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 6], Gen.Byte.Array[0, 6]).Sample((at, removed, inserted) =>
        {
            byte[] broken = [.. whole[..at], .. inserted, .. whole[Math.Min(whole.Length, at + removed)..]];
            var rows = new EpcisTranslator("epcis").Translate(new MemoryStream(broken)).ToList();
            Assert.NotEmpty(rows);
            Assert.All(rows.SkipLast(1), row => Assert.IsNotType<Unreadable>(row));
        });
        Gen.Byte.Array[0, 200].Sample(bytes => { _ = new EpcisTranslator("epcis").Translate(new MemoryStream(bytes)).Count(); });
    }

    [RealDataFact("epcis-2.0/SOURCE.md")]
    public void The_standards_own_examples_are_all_understood()
    {
        var examples = Directory.GetFiles(RealData.Path("epcis-2.0/examples"), "*.jsonld").Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), path => Translate(File.ReadAllText(path)).Select(Word).ToArray());
        Assert.Equal(["sale 2", "receipt 1"], examples["EPCISQueryDocument.jsonld"]);
        Assert.Equal(["not stock", "not stock"], examples["Example-TransactionEvents-2020_07_03y.jsonld"]);
        Assert.Equal(["correction", "receipt 1"], examples["Example_9.6.1-ObjectEvent-with-error-declaration.jsonld"]);
        Assert.Equal(["sale 2", "receipt 1"], examples["Example_9.6.1-ObjectEvent.jsonld"]);
        Assert.Equal(["receipt 200"], examples["Example_9.6.2-ObjectEvent.jsonld"]);
        Assert.Equal(["receipt 2", "receipt 10", "receipt 200.5"], examples["Example_9.6.3-AggregationEvent.jsonld"]);
        Assert.Equal(["adjustment -1", "adjustment -1", "adjustment -10", "adjustment -30", "adjustment -220", "receipt 4"],
            examples["Example_9.6.4-TransformationEvent.jsonld"]);
        Assert.Equal(["receipt 10", "not stock"], examples["PersistentDisposition-example.jsonld"]);
        Assert.Equal(["correction", "correction", "correction"], examples["aggregation_event_all_possible_fields.jsonld"]);
        Assert.Equal(["correction", "correction"], examples["object_event_all_possible_fields.jsonld"]);
        Assert.Equal(10, examples.Count);
    }

    [RealDataFact("epcis-2.0/JSON-Schema/schemas/bizStep-JSON-Schema.json")]
    public void Every_step_of_the_vocabulary_is_in_the_table()
    {
        var schema = JsonNode.Parse(File.ReadAllText(RealData.Path("epcis-2.0/JSON-Schema/schemas/bizStep-JSON-Schema.json")))!;
        foreach (var step in schema["definitions"]!["bizStep"]!["anyOf"]![1]!["enum"]!.AsArray())
        {
            Assert.DoesNotContain("bad unknown-step", Words(Event(e => e["bizStep"] = step!.DeepClone())));
        }
    }

    private static JsonObject Event(Action<JsonObject> change)
    {
        var happened = new JsonObject
        {
            ["eventID"] = "urn:uuid:1",
            ["type"] = "ObjectEvent",
            ["action"] = "OBSERVE",
            ["eventTime"] = "2013-06-08T14:58:56+02:00",
            ["eventTimeZoneOffset"] = "+02:00",
            ["bizStep"] = "receiving",
            ["epcList"] = new JsonArray(Sgtin + "1"),
            ["bizLocation"] = new JsonObject { ["id"] = Place },
            ["bizTransactionList"] = new JsonArray(
                new JsonObject { ["type"] = "desadv", ["bizTransaction"] = "urn:epcglobal:cbv:bt:0614141073467:1152" },
                new JsonObject { ["type"] = "po", ["bizTransaction"] = "http://example.com/po/1" }),
        };
        change(happened);
        return happened;
    }

    private static string Document(params JsonObject[] events) =>
        new JsonObject
        {
            ["type"] = "EPCISDocument",
            ["schemaVersion"] = "2.0",
            ["epcisBody"] = new JsonObject
            { ["eventList"] = new JsonArray([.. events]) },
            ["@context"] = new JsonArray()
        }.ToJsonString();

    private static string[] Words(params JsonObject[] events) => [.. Translate(Document(events)).Select(Word)];

    private static Movement Movement(JsonObject happened) => Assert.IsType<StockMoved>(Assert.Single(Translate(Document(happened)))).Movement;

    private static List<TranslatedRow> Translate(string document)
    {
        var rows = new EpcisTranslator(EpcisTranslator.DefaultSource).Translate(Documents.Stream(document)).ToList();
        Assert.Equal(rows.Select(Word), new EpcisTranslator(EpcisTranslator.DefaultSource).Translate(Documents.Trickle(document)).Select(Word));
        return rows;
    }

    private static string Word(TranslatedRow row) => row switch
    {
        NotStock => "not stock",
        BadLine bad => $"bad {bad.Code}",
        StockMoved { Movement: Receipt receipt } => FormattableString.Invariant($"receipt {receipt.Quantity} {receipt.Status}").TrimEnd(),
        StockMoved { Movement: Return goodsBack } => FormattableString.Invariant($"return {goodsBack.Quantity} {goodsBack.Status}").TrimEnd(),
        StockMoved { Movement: Sale sale } => FormattableString.Invariant($"sale {sale.Quantity}"),
        StockMoved { Movement: Adjustment adjustment } => FormattableString.Invariant($"adjustment {adjustment.Quantity}"),
        StockMoved { Movement: StatusChange change } => FormattableString.Invariant($"status {change.Quantity} {change.To}"),
        StockMoved { Movement: Count count } => FormattableString.Invariant($"count {count.Quantity}"),
        StockMoved moved => moved.Movement.Type,
        _ => "unreadable",
    };
}
