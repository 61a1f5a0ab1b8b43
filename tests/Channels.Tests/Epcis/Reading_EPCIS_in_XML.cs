using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Epcis;
using static RetailSync.Channels.Tests.AnyBytes;

namespace RetailSync.Channels.Tests.Epcis;

/// <summary>EPCIS in XML comes to what the same events in JSON come to.</summary>
public sealed class Reading_EPCIS_in_XML
{
    private const string Received =
        "<ObjectEvent><eventTime>2026-11-04T09:10:00Z</eventTime><epcList><epc>urn:epc:id:sgtin:0614141.107346.1</epc></epcList><action>OBSERVE</action>"
        + "<bizStep>urn:epcglobal:cbv:bizstep:receiving</bizStep><bizLocation><id>urn:epc:id:sgln:0614141.00888.0</id></bizLocation></ObjectEvent>";

    private const string ReceivedLine = "1: receipt 1 of 10614141073464 C62 @gln:0614141008889 2026-11-04T09:10Z";

    private static readonly EpcisDocuments Format = new();

    [RealDataFact("epcis-xml/SOURCE.md")]
    public async Task Twins_come_to_the_same_lines()
    {
        var twins = Directory.GetFiles(RealData.Path("epcis-xml"), "twin-*.json");
        Assert.Equal(4, twins.Length);
        foreach (var twin in twins)
        {
            var inJson = await Show(await File.ReadAllTextAsync(twin));
            Assert.NotEmpty(inJson);
            var xml = Path.GetFileNameWithoutExtension(twin)["twin-".Length..] + ".xml";
            Assert.Equal(inJson, await Show(await File.ReadAllTextAsync(RealData.Path($"epcis-xml/{xml}"))));
        }
    }

    [RealDataFact("epcis-2.0/SOURCE.md")]
    public async Task The_standards_own_examples_come_to_the_same_lines()
    {
        foreach (var path in Directory.GetFiles(RealData.Path("epcis-2.0/examples"), "*.jsonld"))
        {
            var text = await File.ReadAllTextAsync(path);
            var body = JsonNode.Parse(text)!["epcisBody"]!;
            var events = (body["eventList"] ?? body["queryResults"]!["resultsBody"]!["eventList"])!.AsArray();
            var inJson = await Show(text);
            Assert.NotEmpty(inJson);
            Assert.Equal(inJson, await Show(EventsInXml.Document(events)));
            Assert.Equal(inJson, await Show(EventsInXml.Document(events, isOf12: true)));
        }
    }

    [RealDataTheory("epcis-xml/SOURCE.md")]
    [InlineData("1.2-All_eventTypes_in_single_document.xml", 6, "(asset, place or party) 2, (association) 2, (unpacking) 1, adjustment 5, receipt 1")]
    [InlineData("1.2-Document_with_namespace.xml", 1, "receipt 1")]
    [InlineData("1.2-GS1_US_Pharma_Example_2_2_1_1.xml", 8, "!unknown-contents 2, (packing) 4, receipt 2")]
    [InlineData("1.2-ObjectEvent.xml", 1, "receipt 1")]
    [InlineData("1.2-ObjectEvent_with_baseExtension_errorDeclaration.xml", 3, "correction 1, sale 2")]
    [InlineData("1.2-Single_event.xml", 1, "(asset, place or party) 1")]
    [InlineData("1.2-TransactionEvent.xml", 1, "(asset, place or party) 1")]
    [InlineData("1.2-TransformationEvent.xml", 1, "!invalid-quantity 1, correction 3")]
    [InlineData("2.0-AggregationEvent.xml", 1, "receipt 3")]
    [InlineData("2.0-AssociationEvent.xml", 2, "(association) 2")]
    [InlineData("2.0-Combination_of_different_event.xml", 6, "(asset, place or party) 2, (association) 2, (unpacking) 1, adjustment 5, receipt 1")]
    [InlineData("2.0-CurieString_document.xml", 1, "receipt 1")]
    [InlineData("2.0-JumbledFieldsOrder.xml", 1, "transfer 2")]
    [InlineData("2.0-ObjectEvent.xml", 2, "receipt 1, sale 1")]
    [InlineData("2.0-ObjectEvent_with_digitalLink.xml", 1, "receipt 1")]
    [InlineData("2.0-ObjectEvent_with_error_declaration.xml", 2, "correction 1, receipt 1")]
    [InlineData("2.0-invalid-ObjectEvent_with_invalid_action.xml", 1, "!invalid-event 1")]
    [InlineData("2.0-invalid-ObjectEvent_with_invalid_eventTime_format.xml", 1, "!invalid-event 1")]
    [InlineData("2.0-invalid-ObjectEvent_without_eventTime.xml", 1, "!invalid-event 1")]
    [InlineData("2.0-query-QueryResultsDocument.xml", 6, "(asset, place or party) 2, (association) 2, (unpacking) 1, adjustment 5, receipt 1")]
    public async Task Files_of_a_publisher(string file, int events, string lines)
    {
        var text = await File.ReadAllTextAsync(RealData.Path($"epcis-xml/{file}"));
        var documents = await Read(text);
        Assert.Equal((events, lines), (documents.Count, DocumentText.Tally(documents)));
        Assert.Same(Format.GetType(), DocumentFormats.Recognise(Encoding.UTF8.GetBytes(text))?.Format.GetType());
    }

    [Theory]
    [InlineData("<EPCISDocument><EPCISBody><EventList>{0}</EventList></EPCISBody></EPCISDocument>")]
    [InlineData("<e:EPCISDocument xmlns:e='urn:epcglobal:epcis:xsd:1'><EPCISBody><EventList>{0}</EventList></EPCISBody></e:EPCISDocument>")]
    [InlineData("<?xml version='1.0' encoding='utf-16'?><!-- <ObjectEvent/> -->{0}")]
    [InlineData("{0}")]
    [InlineData("<q:EPCISQueryDocument><EPCISBody><q:QueryResults><resultsBody><EventList>{0}</EventList></resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>")]
    public async Task An_event_is_read_in_whatever_it_stands(string document)
    {
        var text = document.Replace("{0}", Received, StringComparison.Ordinal);
        Assert.Equal([ReceivedLine], await Lines(text));
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, new UTF8Encoding(true) })
        {
            byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(text)];
            Assert.Equal([ReceivedLine], (await DocumentText.Read(Format, new MemoryStream(bytes))).SelectMany(DocumentText.Lines));
            Assert.Equal("an EPCIS document in XML", Format.Recognise(bytes));
        }
    }

    [Fact]
    public async Task A_declared_prefix_is_no_attribute() => Assert.Equal(
        [ReceivedLine.Replace("receipt 1", "receipt 1 #9", StringComparison.Ordinal)],
        await Lines(Received.Replace(
            "</epcList>", "</epcList><bizTransactionList><bizTransaction xmlns:type='urn:epcglobal:cbv:btt:rma'>9</bizTransaction></bizTransactionList>",
            StringComparison.Ordinal)));

    [Fact]
    public async Task A_quantity_event_says_how_many_of_a_class() => Assert.Equal(
        ["1: count 12 of 10614141073464 C62 @gln:0614141008889 2026-11-04T09:10Z"],
        await Lines(
            "<QuantityEvent><eventTime>2026-11-04T09:10:00Z</eventTime><epcClass>urn:epc:idpat:sgtin:0614141.107346.*</epcClass><quantity>12</quantity>"
            + "<bizStep>urn:epcglobal:cbv:bizstep:stock_taking</bizStep><bizLocation><id>urn:epc:id:sgln:0614141.00888.0</id></bizLocation></QuantityEvent>"));

    [Fact]
    public async Task An_event_without_an_id_has_one_id_in_each_spelling()
    {
        var inXml = await Identity(Received);
        Assert.Matches("^sha-256:[0-9a-f]{64}$", inXml);
        const string inJson =
            """
            {"type":"ObjectEvent","eventTime":"2026-11-04T10:10:00.000+01:00","eventTimeZoneOffset":"+01:00","epcList":["urn:epc:id:sgtin:0614141.107346.1"],
            "action":"OBSERVE","bizStep":"https://ref.gs1.org/cbv/BizStep-receiving","bizLocation":{"id":"urn:epc:id:sgln:0614141.00888.0"}}
            """;
        Assert.Equal(inXml, await Identity(inJson));
        Assert.Equal(inXml, await Identity(Received.Replace("<action>", "<recordTime>2026-11-05T00:00:00Z</recordTime><action>", StringComparison.Ordinal)));

        string Two(string first, string second) => Received.Replace(
            "346.1</epc>", $"346.{first}</epc><epc>urn:epc:id:sgtin:0614141.107346.{second}</epc>",
            StringComparison.Ordinal);
        Assert.Equal(await Identity(Two("1", "2")), await Identity(Two("2", "1")));

        // An extension distinguishes events.
        string[] others =
        [
            await Identity(Received.Replace("<action>", "<x:till>7</x:till><action>", StringComparison.Ordinal)),
            await Identity(Received.Replace("<action>", "<x:till>8</x:till><action>", StringComparison.Ordinal)),
            await Identity(Received.Replace("346.1<", "346.2<", StringComparison.Ordinal)),
            await Identity(Received.Replace("09:10:00Z", "09:10:01Z", StringComparison.Ordinal)),
        ];
        Assert.Equal(5, others.Append(inXml).Distinct().Count());

        string Ordered(string number) => Received.Replace(
            "<action>", $"<bizTransactionList><bizTransaction type='po'>{number}</bizTransaction></bizTransactionList><action>", StringComparison.Ordinal);
        Assert.NotEqual(await Identity(Ordered("0100")), await Identity(Ordered("100")));
        Assert.Equal(others[0], await Identity(inJson.Replace("\"action\"", "\"x:till\":7,\"action\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<errorDeclaration/>", "1: !invalid-event")]
    [InlineData("<baseExtension><errorDeclaration> </errorDeclaration></baseExtension>", "1: !invalid-event")]
    [InlineData("<errorDeclaration xsi:nil='true'/>", ReceivedLine)]
    public async Task An_event_that_is_declared_wrong_did_not_happen(string declaration, string line) => Assert.Equal(
        [line], await Lines(Received.Replace("<action>", declaration + "<action>", StringComparison.Ordinal)));

    [Fact]
    public async Task A_broken_event_does_not_affect_its_neighbours()
    {
        var text = Received + "\n<ObjectEvent><eventTime>2026</ObjectEvent>\n" + Received
            + "\n<ObjectEvent><eventTime>x</eventTime></ObjectEvent>" + Received[..^20];
        var documents = await Read(text);
        Assert.Equal(
            [ReceivedLine, "1: !unreadable-segment", ReceivedLine, "1: !invalid-event", "1: !unreadable-segment"],
            documents.SelectMany(DocumentText.Lines));
        Assert.Equal(
            ["line 1, column 1", "line 2, column 1", "line 3, column 1", "line 4, column 1", "line 4, column 52"],
            documents.Select(document => document.Position));
    }

    [Fact]
    public void An_event_in_JSON_is_recognised_alone() => Assert.Equal(
        "an EPCIS event in JSON", Format.Recognise("{ \"type\": \"ObjectEvent\", \"eventTimeZoneOffset\": \"+01:00\" }"u8));

    [Fact]
    public async Task An_event_of_an_unknown_type_is_a_bad_line()
    {
        const string unknown = "<x:PartyEvent><eventTime>2026-11-04T09:10:00Z</eventTime></x:PartyEvent>";
        const string document = "<EPCISDocument><EPCISHeader><a/></EPCISHeader><EPCISBody><EventList>{0}</EventList></EPCISBody></EPCISDocument>";
        Assert.Equal(
            [ReceivedLine, "1: !unknown-event", ReceivedLine],
            await Lines(document.Replace("{0}", $"<extension>{Received}</extension>{unknown}{Received}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]>")]
    [InlineData("<!DOCTYPE x SYSTEM 'file:///etc/passwd'>")]
    public async Task A_document_type_is_refused(string type) =>
        Assert.Equal(["1: !unreadable-segment"], await Lines(type + Received));

    [Fact]
    public async Task What_is_no_EPCIS_is_unreadable()
    {
        Assert.Equal(["1: !unreadable-segment"], await Lines("<html/>"));
        Assert.Empty(await Lines("<EPCISDocument><EPCISBody><EventList/></EPCISBody></EPCISDocument>"));
        Assert.Null(Format.Recognise("<order:orderMessage/>"u8));
        Assert.Null(Format.Recognise("{ \"eventTime\": 1 }"u8));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[][] corpus = [.. new[] { Encoding.UTF8, Encoding.Unicode }.SelectMany(encoding => new[]
        {
            encoding.GetBytes($"<?xml version='1.0'?><e:EPCISDocument><EPCISBody><EventList>{Received}{Received}</EventList></EPCISBody></e:EPCISDocument>"),
            encoding.GetBytes(
                "<TransformationEvent><baseExtension><eventID>a</eventID></baseExtension><inputQuantityList><quantityElement><epcClass>a</epcClass>"
                + "<quantity>1.5</quantity><uom>KGM</uom></quantityElement></inputQuantityList><extension><persistentDisposition><set>damaged</set>"
                + "</persistentDisposition></extension><bizTransactionList><bizTransaction type='po'>1</bizTransaction></bizTransactionList></TransformationEvent>"),
        })];
        NearlyRight(
            corpus, "<", ">", "/>", "<!--", "]]>", "&", "&#0;", "&#xD800;", "<!DOCTYPE x [", "<extension>", "</extension>", "<epc/>", "<epcList>", "<x:type>",
            "1e99", "</ObjectEvent>", "<quantity>", "<eventTime>", "\0", "\uFEFF").Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);
        AnyBytes.Random.Select(bytes => (byte[])[(byte)'<', .. bytes]).Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        var documents = DocumentText.Read(Format, new MemoryStream(bytes)).GetAwaiter().GetResult();
        var trickled = DocumentText.Read(Format, Documents.Trickle(bytes)).GetAwaiter().GetResult();
        Assert.Equal(documents.SelectMany(DocumentText.Lines), trickled.SelectMany(DocumentText.Lines));
        Assert.All(documents.SelectMany(document => document.Lines), line => Assert.Matches("^(line [0-9]+, column [0-9]+|event [0-9]+)$", line.Position));
    }

    private static async Task<string> Identity(string text) => Assert.Single(await Read(text)).Number!;

    private static async Task<List<string>> Lines(string text) => [.. (await Read(text)).SelectMany(DocumentText.Lines)];

    /// <summary>Everything that matters of a document, its position aside.</summary>
    private static async Task<List<string>> Show(string text) =>
    [
        .. (await Read(text)).SelectMany(document => document.Lines.Select(line => $"{document.Number} {line.OwnIdentity} {DocumentText.Line(line)}")),
    ];

    private static Task<List<SourceDocument>> Read(string text) => DocumentText.Read(Format, Documents.Stream(text));
}
