using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Cli.Import;

namespace RetailSync.Inventory.Host.Tests.CommandLine;

/// <summary>Files of warehouses, partners and tills, sent by the command line to a real host.</summary>
public sealed class Importing_what_partners_send(RunningHost host) : IClassFixture<RunningHost>, IDisposable
{
    private const string Urn = "urn:epc:id:sgln:0614141.00888.0";
    private const string Link = "https://id.gs1.org/414/0614141008882";
    private const string Gln = "gln:0614141008889";
    private const string Depot = "urn:epc:id:sgln:0614141.00777.0";
    private const string DepotGln = "gln:0614141007776";

    private static int items;

    private readonly string folder = Directory.CreateTempSubdirectory("partners").FullName;

    /// <summary>A trade item of this test alone, as an item reference of the company prefix 0614141.</summary>
    private readonly string item = (Interlocked.Increment(ref items) + 100_000).ToString(CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Two_names_of_one_location_are_one_location()
    {
        await Import(Event("receiving", 10, Urn), Event("retail_selling", 3, Link));
        Assert.Equal([(Gln, 7m)], await OnHand());

        foreach (var name in new[] { Urn, Gln, "0614141008889" })
        {
            Assert.Equal((Gln, 7m), ((await host.Position(Sku, name)).Text("location"), await host.OnHand(Sku, name)));
            Assert.Equal(2, (await host.Events(Sku, name)).Length);
        }
    }

    [Theory]
    [InlineData("https://id.gs1.org/414/0614141008882/254/A1", "urn:epc:id:sgln:0614141.00888.A1", "urn:epc:id:sgln:061414.100888.A1")]
    [InlineData("http://Shop.Example/stores/414/0614141008882?linkType=all", "0614141008889", "urn:epc:id:sgln:061414100888..0")]
    [InlineData("https://id.gs1.org/414/0614141008882/", "https://id.gs1.org/gln/0614141008882", "https://id.gs1.org/414/0614141008882/254/0")]
    [InlineData("https://id.gs1.org/414/0614141008882/254/A%2F1", "urn:epc:id:sgln:0614141.00888.A%2F1", "urn:epc:id:sgln:06141410.0888.A%2F1")]
    public async Task Every_spelling_of_a_location_is_that_location(params string[] names)
    {
        await Import([.. names.Select(name => Event("receiving", 2, name))]);
        Assert.Equal(6, Assert.Single(await OnHand()).OnHand);
    }

    [Fact]
    public async Task A_location_stored_under_an_older_name_keeps_it()
    {
        const string Older = "urn:epc:id:sgln:4012345.00225.0";
        await host.RecordAccepted(Lines.Line("receipt", 10, Sku, Older));
        await Import(Event("retail_selling", 3, "https://id.gs1.org/414/4012345002256"), Event("receiving", 1, Older));
        Assert.Equal([(Older, 8m)], await OnHand());
    }

    [Fact]
    public async Task A_registered_name_of_a_location_comes_first()
    {
        const string Own = "4012345000023";
        (await host.Put($"/v1/locations/{Own}", new { type = "store", timeZone = "UTC" })).Ok();
        await Import(Event("receiving", 5, "urn:epc:id:sgln:4012345.00002.0"));
        Assert.Equal([(Own, 5m)], await OnHand());
    }

    [Fact]
    public async Task Parts_of_one_count_add_up()
    {
        await Import(Event("cycle_counting", 4, Urn, lot: "A"), Event("cycle_counting", 7, Link, lot: "B"));
        Assert.Equal([(Gln, 11m)], await OnHand());
    }

    [Fact]
    public async Task Parts_of_one_count_add_up_over_files_and_times()
    {
        var (first, second) = (Event("cycle_counting", 4, Urn, lot: "A"), Event("cycle_counting", 7, Urn, lot: "B"));
        await Import(Event("receiving", 100, Urn, minute: -5), first);
        await Import(Event("retail_selling", 1, Urn, minute: 5));
        await Import(second, second);
        Assert.Equal([(Gln, 10m)], await OnHand());

        await Import(first, Event("cycle_counting", 3, Urn, minute: 9));
        Assert.Equal([(Gln, 3m)], await OnHand());
    }

    [Fact]
    public async Task A_part_that_was_declared_wrong_leaves_the_other()
    {
        var wrong = Event("cycle_counting", 4, Urn, lot: "A");
        await Import(Event("receiving", 50, Urn, minute: -5), wrong, Event("cycle_counting", 7, Urn, lot: "B"));
        await Import(Declared(wrong));
        Assert.Equal([(Gln, 7m)], await OnHand());
    }

    [Fact]
    public async Task Items_that_two_readers_saw_count_once()
    {
        await Import(Counted("1", "2", "3"), Counted("3", "4", "3"));
        Assert.Equal([(Gln, 4m)], await OnHand());

        JsonObject Counted(params string[] serials)
        {
            var counted = Event("cycle_counting", 0, Urn);
            counted.Remove("quantityList");
            counted["epcList"] = new JsonArray([.. serials.Select(serial => (JsonNode)$"urn:epc:id:sgtin:0614141.{item}.{serial}")]);
            return counted;
        }
    }

    [Fact]
    public async Task Units_of_measure_are_converted()
    {
        await Import(Event("receiving", 2, Urn, unit: "KGM"), Event("receiving", 500, Urn, unit: "GRM"));
        Assert.Equal([(Gln, 2.5m)], await OnHand());
    }

    [Fact]
    public async Task Units_of_measure_in_one_event_are_converted()
    {
        var both = Event("receiving", 2, Urn, unit: "KGM");
        both["quantityList"]!.AsArray().Add(Quantity(500, "GRM"));
        await Import(both, Event("cycle_counting", 0, Urn, minute: -5));
        Assert.Equal([(Gln, 2.5m)], await OnHand());
    }

    [Theory]
    [InlineData("KGM", 1, "XBX", 1, "unknown-unit")]
    [InlineData("KGM", 1, "MTR", 1, "unknown-unit")]
    [InlineData("KGM", 1, null, 1, "unknown-unit")]
    [InlineData("KGM", 1, "LBR", 1, "invalid-quantity")]
    [InlineData("KGM", 1, "GRM", 0.05, "invalid-quantity")]
    public async Task A_unit_that_does_not_fit_is_quarantined(string first, decimal of, string? then, decimal ofThat, string code)
    {
        await Import(Event("receiving", of, Urn, unit: first), Event("receiving", ofThat, Urn, unit: then));
        Assert.Equal([(Gln, of)], await OnHand());
        Assert.Equal(code, (await Quarantined()).Text("code"));
    }

    [Fact]
    public async Task Units_on_hold_become_sellable_again()
    {
        await Import(Event("receiving", 4, Urn), Event("holding", 4, Urn, minute: 1));
        Assert.Equal(4, await Unsellable());
        await Import(Event("inspecting", 4, Urn, "conformant", minute: 2));
        Assert.Equal(0, await Unsellable());
    }

    [Theory]
    [InlineData("receiving non_conformant; inspecting sellable_accessible", 0)]
    [InlineData("receiving in_progress; holding in_progress; inspecting damaged", 4)]
    [InlineData("receiving in_progress; inspecting damaged", 4)]
    [InlineData("receiving in_progress; holding in_progress; inspecting non_conformant; inspecting conformant", 0)]
    [InlineData("receiving in_progress; inspecting damaged; repairing conformant", 0)]
    [InlineData("receiving recalled; inspecting conformant", 4)]
    [InlineData("receiving in_progress; inspecting conformant", 0)]
    public async Task Statuses_follow_an_inspections_result(string steps, decimal unsellable)
    {
        await Import([.. steps.Split("; ").Select((step, minute) => Event(step.Split(' ')[0], 4, Urn, step.Split(' ')[1], minute: minute))]);
        Assert.Equal(unsellable, await Unsellable());
        Assert.Equal(4, Assert.Single(await OnHand()).OnHand);
        Assert.DoesNotContain((await host.Get("/v1/alerts?limit=1000")).Ok().Items(), alert => alert.GetRawText().Contains(Sku, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lasting_statuses_are_set_and_unset()
    {
        var recalled = Event("storing", 4, Urn, minute: 1);
        recalled["persistentDisposition"] = new JsonObject { ["set"] = new JsonArray("recalled") };
        await Import(Event("receiving", 4, Urn), recalled);
        Assert.Equal(4, await Unsellable());

        var back = Event("storing", 4, Urn, minute: 2);
        back["persistentDisposition"] = new JsonObject
        { ["set"] = new JsonArray("completeness_verified"), ["unset"] = new JsonArray("https://ref.gs1.org/cbv/Disp-recalled") };
        await Import(back);
        Assert.Equal(0, await Unsellable());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_void_undoes_both_ends(bool hasOrder, bool saysWhereTo)
    {
        await Import(Event("receiving", 10, Urn, minute: -5), Shipped("shipping", to: true));
        Assert.Equal((6m, 4m), (await host.OnHand(Sku, Gln), await InTransit()));
        await Import(Shipped("void_shipping", saysWhereTo, minute: 3));
        Assert.Equal((10m, 0m), (await host.OnHand(Sku, Gln), await InTransit()));

        JsonObject Shipped(string step, bool to, int minute = 0)
        {
            var shipped = Event(step, 4, Urn, minute: minute);
            if (hasOrder)
            {
                shipped["bizTransactionList"] = new JsonArray(new JsonObject { ["type"] = "po", ["bizTransaction"] = $"urn:po:{item}" });
            }

            if (to)
            {
                shipped["destinationList"] = new JsonArray(new JsonObject { ["type"] = "location", ["destination"] = Depot });
            }

            return shipped;
        }
    }

    [Theory]
    [InlineData("in its order")]
    [InlineData("the void first")]
    [InlineData("twice")]
    [InlineData("a part")]
    [InlineData("declared wrong")]
    [InlineData("a shipping that was declared wrong")]
    public async Task A_void_undoes_both_ends_in_any_order_of_arrival(string how)
    {
        var shipping = Event("shipping", 4, Urn);
        shipping["destinationList"] = new JsonArray(new JsonObject { ["type"] = "location", ["destination"] = Depot });
        var back = Event("void_shipping", how == "a part" ? 1 : 4, Urn, minute: 3);
        back["destinationList"] = shipping["destinationList"]!.DeepClone();
        await Import(Event("receiving", 10, Urn, minute: -5));
        switch (how)
        {
            case "the void first":
                await Import(back);
                await Import(shipping);
                break;
            case "twice":
                await Import(shipping, back, back);
                await Import(back);
                break;
            case "declared wrong":
                await Import(shipping, back, Declared(back));
                break;
            case "a shipping that was declared wrong":
                await Import(shipping, Declared(shipping));
                break;
            default:
                await Import(shipping, back);
                break;
        }

        var left = how switch { "a part" => 3m, "declared wrong" => 4m, _ => 0m };
        Assert.Equal((10 - left, left), (await host.OnHand(Sku, Gln), await InTransit()));
    }

    [Fact]
    public async Task A_void_of_a_sale_restores_the_units()
    {
        await Import(Event("receiving", 10, Urn, minute: -5), Event("shipping", 4, Urn), Event("void_shipping", 4, Urn, minute: 1));
        Assert.Equal([(Gln, 10m)], await OnHand());
    }

    [Fact]
    public async Task Goods_without_a_document_arrive()
    {
        var shipping = Event("shipping", 4, Urn);
        shipping["destinationList"] = new JsonArray(new JsonObject { ["type"] = "location", ["destination"] = Depot });
        var receiving = Event("receiving", 4, Depot, minute: 9);
        receiving["sourceList"] = new JsonArray(new JsonObject { ["type"] = "location", ["source"] = Link });
        await Import(Event("receiving", 10, Urn, minute: -5), shipping, receiving);
        Assert.Equal((4m, 0m), (await host.OnHand(Sku, DepotGln), await InTransit()));
    }

    [Fact]
    public async Task A_line_break_inside_quotes_is_one_row()
    {
        var file = Write("lines.csv", $"""
            id,type,sku,location,quantity,occurredAt,reason
            {item}-1,adjustment,{Sku},S001,5,2026-11-23T09:00:00Z,"two
            lines"
            {item}-2,adjustment,"{Sku}
            ",S001,1,2026-11-23T09:00:00Z,"a name
            of two lines"
            {item}-3,adjustment,{Sku},S001,2,2026-11-23T09:00:00Z,"never closed
            {item}-4,adjustment,{Sku},S001,1,2026-11-23T09:00:00Z,plain

            """);
        var (code, said) = await Run(file, "--format", "movements", "--source", "csv");
        Assert.True(code == 0, said);
        Assert.Matches(@"accepted +3\b", said);
        Assert.Matches(@"quarantined +1\b", said);
        Assert.Matches(@"rows +4\b", said);
        Assert.Equal(7, await host.OnHand(Sku));
    }

    [Fact]
    public async Task A_rejected_event_has_its_own_reason_in_quarantine()
    {
        var juggled = Event("juggling", 4, Urn);
        await Import(juggled);
        var kept = await Quarantined();
        Assert.Equal("unknown-step", kept.Text("code"));
        Assert.Equal("'juggling' is no business step of the Core Business Vocabulary.", kept.Text("detail"));
        Assert.Contains("juggling", kept.GetProperty("line").Text("row"), StringComparison.Ordinal);

        // Under the id that the event's movement has: when the source sends it right, it has been recorded.
        var right = Lines.Line("receipt", 4, Sku, Gln, kept.GetProperty("line").Text("id"), at: "09:00");
        var replay = (await host.Post($"/v1/quarantine/{kept.Text("id")}/replay", new { line = right })).Ok();
        Assert.Equal(1, replay.Number("accepted"));
        juggled["bizStep"] = "receiving";
        await Import(juggled);
        Assert.Equal([(Gln, 4m)], await OnHand());
    }

    /// <summary>Its GTIN, which is the SKU.</summary>
    private string Sku
    {
        get
        {
            var digits = $"{item[0]}0614141{item[1..]}";
            var sum = digits.Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 3 : 1)).Sum();
            return FormattableString.Invariant($"{digits}{(10 - (sum % 10)) % 10}");
        }
    }

    private async Task<(string Location, decimal OnHand)[]> OnHand() =>
        [.. (await host.Get($"/v1/positions?sku={Sku}")).Ok().Items().Select(position => (position.Text("location")!, position.Number("onHand")))];

    private async Task<decimal> Unsellable() => (await host.Position(Sku, Gln)).GetProperty("unsellable").EnumerateObject()
        .Sum(status => status.Value.GetDecimal());

    private async Task<decimal> InTransit() => (await host.Position(Sku, DepotGln)).Number("inTransit");

    /// <summary>The newest line that is kept of this test's item.</summary>
    private async Task<JsonElement> Quarantined() =>
        Assert.Single((await host.Get("/v1/quarantine?state=open&limit=1000")).Ok().Items(), kept => kept.GetRawText()
            .Contains(item, StringComparison.Ordinal) || kept.GetRawText().Contains(Sku, StringComparison.Ordinal));

    private async Task Import(params JsonObject[] events)
    {
        var document = new JsonObject
        { ["type"] = "EPCISDocument", ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray([.. events.Select(one => one.DeepClone())]) } };
        var (code, said) = await Run(Write("events.jsonld", document.ToJsonString()), "--format", "epcis");
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Documents_are_recognised_sent_and_summed_up()
    {
        var sku = $"x12-{item}";
        (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "America/New_York" })).Ok();
        string[] segments =
        [
            "ISA*00*          *00*          *ZZ*PARTNER        *ZZ*RETAILER       *261103*0930*U*00401*000000001*0*P*>",
            "GS*RE*PARTNER*RETAILER*20261103*0930*1*X*004010", "ST*944*0001", $"W17*F*20261103*R{item}", "N1*WH**92*S001", $"W07*10*EA**VN*{sku}",
            $"W07*2*XX**VN*{sku}", "W14*12", "SE*7*0001", "GE*1*1", "IEA*1*000000001",
        ];
        var file = Path.Combine(folder, "receipt.x12.gz");
        await using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.ASCII.GetBytes(string.Join("~\n", segments) + "~"));
        }

        var (code, said) = await Run(file, "--format", "auto", "--zone", "America/New_York");
        Assert.True(code == 0, said);
        Assert.StartsWith("The format is x12: ", said, StringComparison.Ordinal);
        Assert.Contains("944: 1 document, 2 lines, accepted 1, rejected 1", said, StringComparison.Ordinal);
        Assert.Equal(10, await host.OnHand(sku));

        (_, said) = await Run(file, "--format", "x12", "--zone", "America/New_York");
        Assert.Contains("944: 1 document, 2 lines, duplicates 1, rejected 1", said, StringComparison.Ordinal);
        Assert.Equal(10, await host.OnHand(sku));
        Assert.Contains("no known format", (await Run(Write("diary.txt", "Dear diary"), "--format", "auto")).Said, StringComparison.Ordinal);
        Assert.Contains("only", (await Run(file, "--format", "movements", "--zone", "UTC")).Said, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Said)> Run(string file, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await ImportFile.Create().Parse([file, "--url", $"{host.Address}", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (code, output.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private JsonObject Event(
        string step, decimal quantity, string place, string disposition = "in_progress", int minute = 0, string? unit = null, string lot = "L") => new()
        {
            ["eventID"] = $"urn:uuid:{Guid.NewGuid()}",
            ["type"] = "ObjectEvent",
            ["action"] = "OBSERVE",
            ["eventTime"] = $"2026-11-23T{(minute < 0 ? 9 : 10) + 1}:{(minute + 60) % 60:00}:00+02:00",
            ["bizStep"] = step,
            ["disposition"] = disposition,
            ["quantityList"] = new JsonArray(Quantity(quantity, unit, lot)),
            ["bizLocation"] = new JsonObject { ["id"] = place },
        };

    private JsonObject Quantity(decimal quantity, string? unit, string lot = "L")
    {
        var element = new JsonObject { ["epcClass"] = $"urn:epc:class:lgtin:0614141.{item}.{lot}", ["quantity"] = quantity };
        if (unit is not null)
        {
            element["uom"] = unit;
        }

        return element;
    }

    private static JsonObject Declared(JsonObject happened)
    {
        var declared = (JsonObject)happened.DeepClone();
        declared["errorDeclaration"] = new JsonObject { ["declarationTime"] = "2026-11-23T09:59:00Z", ["reason"] = "incorrect_data" };
        return declared;
    }
}
