using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>The documents and holds behind the numbers of days ahead; the host's clock stands at 2026-11-23.</summary>
public sealed class Reasons_of_a_schedule(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Documents_and_holds_are_listed_by_day()
    {
        var sku = await Stocked();
        await host.RecordAccepted(
            Expected(sku, "PO-late", 7, "2026-11-20"), Expected(sku, "PO-1", 10, "2026-11-25", 0.5m), Expected(sku, "PO-far", 9, "2027-05-01"));
        (await host.Put($"/v1/rules/{sku}", new { kind = "eligibility", channel = "web", sku, location = "S002", allowed = false })).Ok();
        await host.RecordAccepted(Expected(sku, "TR-1", 4, "2026-11-25", location: "S002"));
        await Hold(sku, "web", "a", 2, "P2D");
        await Hold(sku, "shop", "b", 1, "P2D");

        var schedule = (await Schedule(sku, "dev-channel-web")).Ok();

        Assert.Equal(["2026-11-20", "2026-11-25"], schedule.Items("reasons").Texts("day"));
        Assert.Equal(["PO-late 7 of 1 counts 0"], Arrivals(schedule.Items("reasons")[0]));
        Assert.Equal(["PO-1 10 of 0.5 counts 5", "TR-1 4 of 1 counts 0"], Arrivals(schedule.Items("reasons")[1]));
        Assert.Equal([($"{sku}-a", 2m), (null, 1m)], Holds(schedule.Items("reasons")[1]));
        Assert.Equal([17, 17, 22], schedule.Items("days").Take(3).Select(day => day.Number("quantity")));
        Assert.Equal(
            [($"{sku}-a", 2m), ($"{sku}-b", 1m)], Holds((await Schedule(sku, "dev-planner")).Ok().Items("reasons")[1]).OrderBy(hold => hold.Item1));
    }

    [Fact]
    public async Task They_are_left_out_where_nobody_asks()
    {
        var sku = await Stocked();
        Assert.False((await host.Get($"/v1/availability/{sku}/schedule?channel=web")).Ok().TryGetProperty("reasons", out _));
        (await host.Get($"/v1/availability/{sku}/schedule?channel=web&explain=yes")).Refused(400, "invalid-request");
    }

    private Task<Answer> Schedule(string sku, string key) => host.Get($"/v1/availability/{sku}/schedule?channel=web&explain=true", key);

    private static string[] Arrivals(JsonElement day) =>
        [.. day.Items("arrivals").Select(one => FormattableString.Invariant(
            $"{one.Text("document")} {one.Number("expected")} of {one.Number("confidence"):0.##} counts {one.Number("counted"):0.##}"))];

    private static (string?, decimal)[] Holds(JsonElement day) =>
        [.. day.Items("holdsEnding").Select(one => (one.Text("reservation"), one.Number("quantity")))];

    private static System.Text.Json.Nodes.JsonObject Expected(
        string sku, string document, int quantity, string on, decimal confidence = 1, string location = "S001")
    {
        var line = Line("expected", quantity, sku, location: location);
        (line["document"], line["expectedOn"], line["confidence"]) = (document, on, confidence);
        return line;
    }

    private async Task Hold(string sku, string channel, string id, int quantity, string holdFor) => (await host.Post("/v1/reservations", new
    { id = $"{sku}-{id}", channel, holdFor, lines = new[] { new { sku, quantity, location = "S001" } } })).Ok(201);

    private async Task<string> Stocked()
    {
        foreach (var channel in new[] { "web", "shop" })
        {
            (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        }

        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 20, sku));
        return sku;
    }
}
