using RetailSync.Channels.Documents;
using RetailSync.Channels.Square;

namespace RetailSync.Channels.Tests.Square;

public sealed class Reading_inventory_of_Square
{
    [Theory]
    [InlineData("IN_STOCK", "SOLD", "7", "1: sale 7 of W62")]
    [InlineData("IN_STOCK", "WASTE", "1.5", "1: adjustment -1.5 of W62")]
    [InlineData("NONE", "IN_STOCK", "7.00000", "1: receipt 7.00000 of W62")]
    [InlineData("RECEIVED_FROM_VENDOR", "IN_STOCK", "7", "1: receipt 7 of W62")]
    [InlineData("RETURNED_BY_CUSTOMER", "IN_STOCK", "1", "1: return 1 of W62")]
    [InlineData("UNLINKED_RETURN", "IN_STOCK", "1", "1: return 1 of W62")]
    [InlineData("SOLD", "RETURNED_BY_CUSTOMER", "1", "1: nothing (returned, not in stock)")]
    [InlineData("NONE", "SOLD", "1", "1: nothing (other state)")]
    [InlineData("IN_STOCK", "COMPOSED", "1", "1: unknown-reason")]
    [InlineData("IN_STOCK", "SOLD", "0.00001", "1: invalid-quantity")]
    [InlineData("IN_STOCK", "SOLD", "-1", "1: invalid-quantity")]
    [InlineData("IN_STOCK", "SOLD", "0", "1: nothing (zero quantity)")]
    public async Task An_adjustment_is_read_by_its_states(string from, string to, string quantity, string expected)
    {
        var document = Assert.Single(await Read($$"""{ "adjustment": { "id": "A1", "from_state": "{{from}}", "to_state": "{{to}}", "quantity": "{{quantity}}", {{Rest}} } }"""));

        var line = Assert.Single(document.Lines);
        Assert.Equal(("adjustment:A1", new PlaceName("C6W"), new ExactTime(Instant.FromUtc(2016, 11, 16, 22, 25))), (line.OwnIdentity, line.Place, line.Time));
        Assert.Equal(expected, LineText.Show(line));
    }

    [Theory]
    [InlineData("physical_count", "\"state\": \"IN_STOCK\"", "count:X", "1: count 53 of W62")]
    [InlineData("physical_count", "\"state\": \"WASTE\"", "count:X", "1: nothing (other state)")]
    [InlineData("transfer", "\"from_location_id\": \"C6W\", \"to_location_id\": \"C7\"", "transfer:X", "1: transfer 53 to C7 + receipt 53 of W62")]
    [InlineData("transfer", "\"state\": \"IN_STOCK\"", "transfer:X", "1: invalid-line")]
    public async Task Ids_repeat_between_kinds_of_changes(string kind, string fields, string identity, string expected)
    {
        var line = Assert.Single(Assert.Single(await Read($$"""{ "changes": [ { "type": "?", "{{kind}}": { "id": "X", {{fields}}, "quantity": 53, {{Rest}} } } ] }""")).Lines);

        Assert.Equal((identity, expected), (line.OwnIdentity, LineText.Show(line)));
    }

    [Fact]
    public async Task Another_event_moves_nothing() => Assert.Equal("nothing (other event) 1", LineText.Tally(await Read("{ \"type\": \"order.created\", \"event_id\": \"1\" }")));

    [RealDataFact("pos-square/changes.json")]
    public async Task The_examples_of_Square()
    {
        // Its example of an adjustment is of an hour that is none; a request has no id; levels are compared.
        Assert.Equal(["1: invalid-line"], await OnFile("adjustment"));
        Assert.Equal(["1: invalid-line"], await OnFile("batch-change-request"));
        Assert.Equal(["1: sale 3 of W62UWFY35CWMYGVWK6TWJDNI"], await OnFile("changes"));
        Assert.Equal(["W62UWFY35CWMYGVWK6TWJDNI:C6W5YS5QM06F5:IN_STOCK: level 53 of W62UWFY35CWMYGVWK6TWJDNI"], await OnFile("batch-change-response"));
        Assert.Equal(["W62UWFY35CWMYGVWK6TWJDNI:59TNP9SA8VGDA:IN_STOCK: level 79 of W62UWFY35CWMYGVWK6TWJDNI"], await OnFile("batch-retrieve-counts"));
        Assert.Equal(["FGQ5JJWT2PYTHF35CKZ2DSKP:YYQR03DGCTXA4:IN_STOCK: level 10 of FGQ5JJWT2PYTHF35CKZ2DSKP"], await OnFile("webhook-inventory-count-updated"));

        static async Task<IEnumerable<string>> OnFile(string name) =>
            (await Read(await File.ReadAllTextAsync(RealData.Path($"pos-square/{name}.json")))).SelectMany(document => document.Lines).Select(LineText.Show);
    }

    [RealDataFact("pos-square/webhook-inventory-count-updated.json")]
    public async Task A_webhook_is_named_by_its_event() => Assert.Equal(
        ("df5f3813-a913-45a1-94e9-fdc3f7d5e3b6", "6SSW7HV8K2ST5"),
        Assert.Single(await Read(await File.ReadAllTextAsync(RealData.Path("pos-square/webhook-inventory-count-updated.json")))) is var document
            ? (document.Number, document.Sender) : default);

    private const string Rest = "\"catalog_object_id\": \"W62\", \"location_id\": \"C6W\", \"occurred_at\": \"2016-11-16T22:25:00Z\"";

    private static Task<List<SourceDocument>> Read(string text) => LineText.Read(new SquareDocuments(), Documents.Stream(text));
}
