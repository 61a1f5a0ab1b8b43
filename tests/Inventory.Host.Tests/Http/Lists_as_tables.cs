using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Http;

public class Lists_as_tables(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly (string, string) Csv = ("Accept", "text/csv");

    [Fact]
    public async Task A_page_has_a_row_for_each_item_and_the_next_page_in_Link()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 1.5m, sku), Line("return", 2, sku, location: "S002", more: ("status", "damaged")), Line("receipt", 1, sku, location: "S003"));

        var first = await host.Get($"/v1/positions?sku={sku}&limit=2", headers: Csv);

        Assert.Equal((200, "text/csv"), (first.Status, first.MediaType));
        var rows = first.Text.Split("\r\n");
        Assert.StartsWith("sku,location,onHand,unsellable,reserved,", rows[0], StringComparison.Ordinal);
        Assert.StartsWith($"{sku},S001,1.5,{{}},0,", rows[1], StringComparison.Ordinal);
        Assert.StartsWith($"{sku},S002,2,\"{{\"\"damaged\"\":2}}\",0,", rows[2], StringComparison.Ordinal);
        Assert.Equal((4, ""), (rows.Length, rows[3]));
        Assert.Equal($"</v1/positions?sku={sku}&limit=2&after={sku}@S002>; rel=\"next\"", first.Headers["Link"]);

        var second = await host.Get(first.Headers["Link"][1..^13], headers: Csv);

        Assert.StartsWith($"{sku},S003,1,", second.Text.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Link", second.Headers.Keys);
    }

    [Fact]
    public async Task A_text_that_looks_like_a_formula_is_none()
    {
        var sku = $"=1+{NewSku()}";
        await host.RecordAccepted(Line("receipt", 1, sku, id: $"@{sku}"), Line("sale", 3, sku, id: $"-{sku}"));

        var positions = await host.Get($"/v1/positions?sku={Uri.EscapeDataString(sku)}", headers: Csv);
        var events = await host.Get($"/v1/positions/{Uri.EscapeDataString(sku)}/S001/events", headers: Csv);

        Assert.StartsWith($"'{sku},S001,-2,", positions.Text.Split("\r\n")[1], StringComparison.Ordinal);
        Assert.Contains($",'@{sku},", events.Text, StringComparison.Ordinal);
        Assert.Contains($",'-{sku},", events.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_items_has_its_columns()
    {
        var empty = await host.Get($"/v1/positions?sku={NewSku()}", headers: Csv);

        Assert.StartsWith("sku,location,onHand,", empty.Text, StringComparison.Ordinal);
        Assert.EndsWith("supplyHeld\r\n", empty.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/html")]
    [InlineData("application/json, text/csv;q=0.5")]
    public async Task JSON_is_what_everybody_else_gets(string accept)
    {
        var list = await host.Get("/v1/positions?limit=1", headers: ("Accept", accept));

        Assert.Equal((200, "application/json"), (list.Status, list.MediaType));
        Assert.Contains("Accept", list.Headers["Vary"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_stays_a_problem()
    {
        (await host.Get("/v1/positions?limit=0", headers: Csv)).Refused(400, "invalid-request");
        (await host.Get("/v1/positions", key: null, headers: Csv)).Refused(401, "unauthenticated");
        Assert.Equal("application/json", (await host.Get("/v1/me", headers: Csv)).MediaType);
    }
}
