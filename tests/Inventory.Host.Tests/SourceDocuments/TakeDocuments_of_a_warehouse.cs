using System.Text.Json;
using RetailSync.Channels.Documents;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.HostWithPlainDocuments;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

public sealed class TakeDocuments_of_a_warehouse(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    public async Task InitializeAsync() => (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "Europe/Berlin" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_line_is_counted_and_the_file_can_be_asked_for()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var file = await host.Take(Document(
            number, Receipt("1", sku, 5), Line("2", sku, new NoStock("pallet")), Line("3", sku, new Rejected("unknown-reason", "Reason ZZ is unknown.")),
            Receipt("4", sku, 0)));

        var document = file.Items("documents")[0];
        AssertCounts(document, lines: 4, accepted: 1, rejected: 1);
        Assert.Equal("""{"pallet":1,"zero quantity":1}""", document.GetProperty("noStock").GetRawText());
        Assert.Equal((number, "944", "plain/WMS"), (document.Text("id"), document.Text("kind"), document.Text("source")));
        Assert.Equal(5, await host.OnHand(sku));
        Assert.Equal($"944:{number}:1", (await host.Events(sku))[0].Text("id"));

        var again = (await host.Get($"/v1/documents/{file.Text("id")}")).Ok();
        Assert.Equal(document.GetRawText(), again.Items("documents")[0].GetRawText());
        Assert.Equal(file.Number("sequence"), again.Number("sequence"));
        Assert.Contains(await host.Waiting(), entry => entry.Text("file") == file.Text("id") && entry.Text("code") == "unknown-reason"
            && entry.Text("detail") == "segment 3: Reason ZZ is unknown.");
    }

    [Fact]
    public async Task Sent_again_it_is_a_duplicate()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var document = Document(number, Receipt("1", sku, 5), Line("2", sku, new Rejected("unknown-reason", "?")));
        await host.Take(document);
        var waiting = (await host.Waiting()).Length;

        AssertCounts((await host.Take(document with { Position = "segment 99" })).Items("documents")[0], lines: 2, duplicates: 1, rejected: 1);
        Assert.Equal(5, await host.OnHand(sku));
        Assert.Equal(waiting, (await host.Waiting()).Length);
    }

    [Fact]
    public async Task Replaced_each_line_that_changed_is_corrected()
    {
        var (kept, changed, gone, moved, swapped, added) = (NewSku(), NewSku(), NewSku(), NewSku(), NewSku(), NewSku());
        var number = host.NewNumber();
        await host.Take(Document(number, Receipt("1", kept, 1), Receipt("2", changed, 2), Receipt("3", gone, 3), Receipt("4", moved, 4)));
        var replacement = Document(number, Receipt("1", kept, 1), Receipt("2", changed, 20), Receipt("4", swapped, 4), Receipt("5", added, 5))
            with
        { Function = DocumentFunction.Replace };

        AssertCounts((await host.Take(replacement)).Items("documents")[0], lines: 5, accepted: 1, duplicates: 1, corrected: 3);
        Assert.Equal([1, 20, 0, 0, 4, 5], await OnHand(kept, changed, gone, moved, swapped, added));

        AssertCounts((await host.Take(replacement)).Items("documents")[0], lines: 4, duplicates: 4);
        Assert.Equal([1, 20, 0, 0, 4, 5], await OnHand(kept, changed, gone, moved, swapped, added));
    }

    [Fact]
    public async Task Replaced_again_and_again_the_newest_stands()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        await host.Take(Document(number, Receipt("1", sku, 1)));
        for (var quantity = 2; quantity <= 12; quantity++)
        {
            var replaced = await host.Take(Document(number, Receipt("1", sku, quantity)) with { Function = DocumentFunction.Replace });
            AssertCounts(replaced.Items("documents")[0], lines: 1, corrected: 1);
        }

        await host.Take(Document(number) with { Function = DocumentFunction.Cancel });
        Assert.Equal(0, await host.OnHand(sku));
        await host.Take(Document(number, Receipt("1", sku, 7)) with { Function = DocumentFunction.Replace });
        Assert.Equal(7, await host.OnHand(sku));
    }

    [Fact]
    public async Task Replaced_in_the_same_file_a_line_that_is_gone_did_not_occur()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var file = await host.Take(
            Document(number, Receipt("1", sku, 1), Receipt("2", sku, 2)), Document(number, Receipt("1", sku, 1)) with { Function = DocumentFunction.Replace });

        AssertCounts(file.Items("documents")[1], lines: 2, duplicates: 1, corrected: 1);
        Assert.Equal(1, await host.OnHand(sku));
    }

    [Fact]
    public async Task An_older_state_does_nothing()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        foreach (var (revision, expected) in ((long, int)[])[(5, 5), (3, 5), (5, 5), (7, 7), (6, 7)])
        {
            var file = await host.Take(State(revision));
            Assert.Equal(expected, await host.OnHand(sku));
            Assert.Equal(revision < expected ? """{"older revision":1}""" : "{}", file.Items("documents")[0].GetProperty("noStock").GetRawText());
        }

        await host.Take(State(9), State(8));
        Assert.Equal(9, await host.OnHand(sku));

        SourceDocument State(long revision) =>
            Document(number, Receipt("1", sku, revision)) with { Function = DocumentFunction.Replace, Revision = revision };
    }

    [Fact]
    public async Task Changed_only_the_lines_that_it_names_are()
    {
        var (one, two, number) = (NewSku(), NewSku(), host.NewNumber());
        await host.Take(Document(number, Receipt("1", one, 1), Receipt("2", two, 2)));

        AssertCounts((await host.Take(Document(number, Receipt("2", two, 5)) with { Function = DocumentFunction.Change })).Items("documents")[0],
            lines: 1, corrected: 1);
        Assert.Equal([1, 5], await OnHand(one, two));
    }

    [Fact]
    public async Task Cancelled_nothing_of_it_occurred()
    {
        var (one, two, number) = (NewSku(), NewSku(), host.NewNumber());
        await host.Take(Document(number, Receipt("1", one, 1), Receipt("2", two, 2)));
        var cancellation = Document(number) with { Function = DocumentFunction.Cancel };

        AssertCounts((await host.Take(cancellation)).Items("documents")[0], lines: 2, corrected: 2);
        Assert.Equal([0, 0], await OnHand(one, two));
        AssertCounts((await host.Take(cancellation)).Items("documents")[0], lines: 0);
    }

    [Fact]
    public async Task Cancelled_before_it_came_it_waits_for_the_original()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var cancellation = Document(number, Receipt("1", sku, 1)) with { Function = DocumentFunction.Cancel };
        AssertCounts((await host.Take(cancellation)).Items("documents")[0], lines: 1, rejected: 1);
        var entry = Assert.Single(await host.Waiting(), waiting => waiting.Text("code") == "unknown-movement");
        Assert.Equal(1, (await Replay(entry)).Number("rejected"));

        await host.Take(Document(number, Receipt("1", sku, 1)));
        Assert.Equal(1, (await Replay(entry)).Number("accepted"));
        Assert.Equal(0, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_copy_moves_nothing()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var copy = await host.Take(Document(number, Receipt("1", sku, 1)) with { Function = DocumentFunction.Copy });
        Assert.Equal("""{"copy":1}""", copy.Items("documents")[0].GetProperty("noStock").GetRawText());
    }

    [Fact]
    public async Task Whose_control_total_is_wrong_waits_for_an_override()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var cut = Document(number, Receipt("1", sku, 1), Receipt("2", sku, 2)) with { Fault = DocumentFault.ControlTotal("SE01 says 9 and it has 7.") };
        var neighbour = Document(host.NewNumber(), Receipt("1", sku, 10));

        var file = await host.Take(cut, neighbour);
        AssertCounts(file.Items("documents")[0], lines: 2, rejected: 2);
        AssertCounts(file.Items("documents")[1], lines: 1, accepted: 1);
        Assert.Equal(10, await host.OnHand(sku));
        var entry = Assert.Single(await host.Waiting(), waiting => waiting.Text("file") == file.Text("id"));
        Assert.Equal("control-total-mismatch", entry.Text("code"));

        Assert.Equal(1, (await Replay(entry)).Number("rejected"));
        Assert.Equal(2, (await Replay(entry, new { @override = true })).Number("accepted"));
        Assert.Equal(13, await host.OnHand(sku));
        (await host.Post($"/v1/quarantine/{entry.Text("id")}/replay", new { @override = true })).Refused(409, "quarantine-already-settled");
    }

    [Fact]
    public async Task That_reverses_a_line_of_another_corrects_it_once()
    {
        var (sku, number, reversal) = (NewSku(), host.NewNumber(), host.NewNumber());
        await host.Take(Document(number, Receipt("1", sku, 5)));
        var reversing = Document(reversal, Reversal($"944:{number}:1", -5));

        AssertCounts((await host.Take(reversing)).Items("documents")[0], lines: 1, corrected: 1);
        Assert.Equal(0, await host.OnHand(sku));
        AssertCounts((await host.Take(reversing)).Items("documents")[0], lines: 1, duplicates: 1);

        AssertCounts((await host.Take(Document(host.NewNumber(), Reversal("944:nobody:1", -2)))).Items("documents")[0], lines: 1, accepted: 1);
        Assert.Equal(-2, await host.OnHand(sku));

        DocumentLine Reversal(string of, decimal otherwise) =>
            Line("1", sku, new Moved(StockMove.Correction(of) with { Otherwise = StockMove.Adjustment(otherwise, "102") }));
    }

    [Fact]
    public async Task A_line_of_several_moves_is_one_line()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var line = Line("1", sku, new Moved([StockMove.Receipt(96), StockMove.Receipt(4, status: "damaged") with { Part = "damaged" }]));
        AssertCounts((await host.Take(Document(number, line))).Items("documents")[0], lines: 1, accepted: 1);
        Assert.Equal(4, (await host.Position(sku)).GetProperty("unsellable").Number("damaged"));

        // The damaged part is gone: its movement did not occur.
        await host.Take(Document(number, Receipt("1", sku, 100)) with { Function = DocumentFunction.Replace });
        Assert.Equal((100, "{}"), (await host.OnHand(sku), (await host.Position(sku)).GetProperty("unsellable").GetRawText()));
    }

    [Fact]
    public async Task A_transfer_to_nobody_we_know_is_what_it_is_otherwise()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        await host.Put("/v1/locations/S012", new { type = "store" });
        await host.Take(Document(
            number,
            Line("1", sku, new Moved(StockMove.Transfer(3, new PlaceName("S012"), "SHP-1") with { Otherwise = StockMove.Sale(3) })),
            Line("2", sku, new Moved(StockMove.Transfer(2, new PlaceName("CUSTOMER 9"), "SHP-1") with { Otherwise = StockMove.Sale(2) }))));

        Assert.Equal(-5, await host.OnHand(sku));
        Assert.Equal(3, (await host.Position(sku, "S012")).Number("inTransit"));
        Assert.Equal(["transfer", "sale"], (await host.Events(sku)).Texts("type"));
    }

    [Fact]
    public async Task A_level_without_a_time_is_of_when_it_was_received()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        await host.RecordAccepted(Lines.Line("receipt", 5, sku));

        var document = (await host.Take(Document(number, Line("1", sku, new Level(7)) with { Time = null }))).Items("documents")[0];

        Assert.Equal("""{"compared":1}""", document.GetProperty("noStock").GetRawText());
        Assert.Equal(5, await host.OnHand(sku));
    }

    [Fact]
    public async Task Lines_of_a_large_document_come_in_parts()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var file = await host.Take(Document(number, [.. Enumerable.Range(1, 2_500).Select(key => Receipt($"{key}", sku, 1))]));
        AssertCounts(file.Items("documents")[0], lines: 2_500, accepted: 2_500);
        Assert.Equal(2_500, await host.OnHand(sku));
    }

    private async Task<JsonElement> Replay(JsonElement entry, object? body = null) =>
        (await host.Post($"/v1/quarantine/{entry.Text("id")}/replay", body ?? new { })).Ok();

    private async Task<decimal[]> OnHand(params string[] skus)
    {
        List<decimal> numbers = [];
        foreach (var sku in skus)
        {
            numbers.Add(await host.OnHand(sku));
        }

        return [.. numbers];
    }

    internal static void AssertCounts(
        JsonElement document, int lines, int accepted = 0, int absorbed = 0, int duplicates = 0, int corrected = 0, int rejected = 0)
    {
        Assert.Equal(
            (lines, accepted, absorbed, duplicates, corrected, rejected),
            (document.Number("lines"), document.Number("accepted"), document.Number("absorbed"), document.Number("duplicates"), document.Number("corrected"),
                document.Number("rejected")));
        Assert.Equal(lines, accepted + absorbed + duplicates + corrected + rejected
            + document.GetProperty("noStock").EnumerateObject().Sum(reason => reason.Value.GetInt32()));
    }
}
