using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.LedgerExport;

public class Tables_for_spreadsheets(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+cmd|x")]
    [InlineData("-2")]
    [InlineData("@SUM(A1)")]
    [InlineData("'quoted")]
    public async Task Have_no_formulas_in_texts_and_plain_numbers(string text)
    {
        await host.RecordAccepted(Line("receipt", 5, text), Line("adjustment", -2, text, id: $"{text}id", more: [("document", text)]));

        var ledger = (await Lines($"/v1/audit/ledger?sku={Uri.EscapeDataString(text)}")).Select(line => line.Split(',')).ToList();
        var positions = await Lines($"/v1/audit/as-of?at=2026-11-23T10:00:00Z&knowledge=now&sku={Uri.EscapeDataString(text)}");

        var columns = ledger[0].ToList();
        Assert.All(ledger[1..], row => Assert.Equal($"'{text}", row[0]));
        var adjusted = ledger.Single(row => row[columns.IndexOf("type")] == "adjustment");
        Assert.Equal(("-2", $"'{text}id", $"'{text}"),
            (adjusted[columns.IndexOf("change")], adjusted[columns.IndexOf("id")], adjusted[columns.IndexOf("document")]));
        Assert.StartsWith($"'{text},S001,3", positions[1], StringComparison.Ordinal);
    }

    private async Task<string[]> Lines(string path)
    {
        var answer = await host.Get(path, "dev-finance", ("Accept", "text/csv"));
        Assert.Equal((200, "text/csv"), (answer.Status, answer.MediaType));
        return answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
