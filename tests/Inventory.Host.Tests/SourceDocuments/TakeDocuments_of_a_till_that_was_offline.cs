using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>The day of a till, made up here: sales, voids, returns, and a count in the middle of the day.</summary>
public sealed class TakeDocuments_of_a_till_that_was_offline(RunningHost host) : IClassFixture<RunningHost>, IAsyncLifetime
{
    private const int Receipts = 90;
    private const int Skus = 6;

    private static readonly string[] Times = ["2026-11-20T09:30:00Z", "2026-11-20T12:00:00Z", "2026-11-20T15:15:00Z", "2026-11-21T08:00:00Z"];

    private readonly string[] _names = [.. Enumerable.Range(0, Skus).Select(_ => NewSku())];

    public async Task InitializeAsync()
    {
        foreach (var store in new[] { "SENT", "CUT" })
        {
            (await host.Put($"/v1/locations/{store}", new { type = "store", timeZone = "UTC" })).Ok();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>
    /// The same day is sent at once by one store, and in pieces by another: shuffled, doubled, two at a time, over days, the count somewhere among them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20_261_120)]
    [InlineData(777)]
    public async Task A_day_in_pieces_in_any_order_ends_as_the_day_at_once(int seed)
    {
        await Count("SENT");
        var whole = Counts(await Take(Log(Day("SENT"))));
        Assert.Equal((0, 0), (whole.Duplicates, whole.Rejected));

        var random = new Random(seed);
        var pieces = Day("CUT").Chunk(7).ToList();
        var sent = pieces.Concat(pieces.Where(_ => random.Next(2) == 0)).ToArray();
        random.Shuffle(sent);
        var answers = new List<(int Recorded, int Duplicates, int Rejected)>();
        var counted = random.Next(sent.Length);
        foreach (var pair in sent.Chunk(2))
        {
            if (answers.Count == counted / 2 * 2)
            {
                await Count("CUT");
            }

            host.Clock.Advance(Duration.FromHours(5));
            answers.AddRange((await Task.WhenAll(pair.Select(piece => Take(Log(piece))))).Select(Counts));
        }

        Assert.Equal(whole.Recorded, answers.Sum(answer => answer.Recorded));
        Assert.Equal(0, answers.Sum(answer => answer.Rejected));
        var doubled = sent.GroupBy(piece => piece[0]).Where(same => same.Count() > 1).Sum(same => same.First().Sum(Recording));
        Assert.Equal(doubled, answers.Sum(answer => answer.Duplicates));

        foreach (var sku in _names)
        {
            Assert.Equal(await host.OnHand(sku, "SENT"), await host.OnHand(sku, "CUT"));
            Assert.Equal(await SoldOn(sku, "SENT"), await SoldOn(sku, "CUT"));
            foreach (var at in Times)
            {
                Assert.Equal(await OnHandAt(sku, "SENT", at), await OnHandAt(sku, "CUT", at));
            }
        }

        // Once more, whole: everything is known.
        Assert.Equal((0, whole.Recorded, 0), Counts(await Take(Log(Day("CUT")))));
    }

    private Task<long> Count(string store) => host.RecordAccepted([.. _names.Select(sku =>
    {
        var line = Lines.Line("count", 100, sku, store);
        line["occurredAt"] = "2026-11-20T12:02:00Z"; // between two receipts: facts of one instant go by arrival
        return line;
    })]);

    /// <summary>The transactions of a day, in their order: the same for each store but for its name.</summary>
    private string[] Day(string store) => [.. Enumerable.Range(1, Receipts).Select(number => Transaction(store, number))];

    private string Transaction(string store, int number)
    {
        var at = new DateTime(2026, 11, 20, 9, 0, 0, DateTimeKind.Utc).AddMinutes(number * 5);
        var (one, two) = (_names[number % Skus], _names[(number + 1) % Skus]);
        var lines = (number % 10) switch
        {
            3 => Line(1, "Return", one, 1),
            5 => Line(1, "Sale", one, 2) + Line(2, "Sale", two, 1) + Line(3, "Sale", two, -1, " VoidFlag=\"true\""),
            _ => Line(1, "Sale", one, 1 + (number % 3)) + Line(2, "Sale", two, 1),
        };
        return Invariant($"""
            <Transaction><BusinessUnit><UnitID>{store}</UnitID></BusinessUnit><WorkstationID>1</WorkstationID><SequenceNumber>{number}</SequenceNumber>
            <BusinessDayDate>2026-11-20</BusinessDayDate><EndDateTime>{at:yyyy-MM-ddTHH:mm:ss}Z</EndDateTime>
            <RetailTransaction>{lines}</RetailTransaction></Transaction>
            """);
    }

    private static string Line(int number, string kind, string sku, int quantity, string flag = "") => Invariant($"""
        <LineItem{flag}><SequenceNumber>{number}</SequenceNumber><{kind} ItemType="Stock"><ItemID>{sku}</ItemID><Quantity>{quantity}</Quantity></{kind}></LineItem>
        """);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>How many lines of a transaction are movements: those of voided goods are none.</summary>
    private static int Recording(string transaction) =>
        transaction.Split("<LineItem", StringSplitOptions.None).Length - 1 - (transaction.Contains("VoidFlag", StringComparison.Ordinal) ? 2 : 0);

    private static byte[] Log(IEnumerable<string> transactions) =>
        Encoding.UTF8.GetBytes($"<POSLog xmlns=\"http://www.nrf-arts.org/IXRetail/namespace/\" MajorVersion=\"6\">{string.Concat(transactions)}</POSLog>");

    private async Task<JsonElement> Take(byte[] log)
    {
        using var content = new ByteArrayContent(log);
        content.Headers.ContentType = new("application/xml");
        return (await host.Send(HttpMethod.Post, $"/v1/documents?format=poslog&source=tills/{_names[0]}", content)).Ok();
    }

    private static (int Recorded, int Duplicates, int Rejected) Counts(JsonElement file)
    {
        var documents = file.Items("documents");
        return (Sum("accepted") + Sum("absorbed"), Sum("duplicates"), Sum("rejected"));

        int Sum(string name) => (int)documents.Sum(document => document.Number(name));
    }

    private async Task<decimal> SoldOn(string sku, string store)
    {
        List<JsonElement> events = [];
        for (string? after = null; ;)
        {
            var page = (await host.Get($"/v1/positions/{sku}/{store}/events?limit=1000{(after is null ? "" : $"&after={after}")}")).Ok();
            events.AddRange(page.Items());
            if ((after = page.Text("next")) is null)
            {
                break;
            }
        }

        return events.Where(one => one.Text("type") == "sale" && one.Text("occurredAt")!.StartsWith("2026-11-20", StringComparison.Ordinal))
            .Sum(one => one.Number("quantity"));
    }

    /// <summary>Null before anything was there.</summary>
    private async Task<decimal?> OnHandAt(string sku, string store, string at)
    {
        var answer = await host.Get($"/v1/positions/{sku}/{store}?at={at}&knowledge=now");
        return answer.Status == 404 ? null : answer.Ok().Number("onHand");
    }
}
