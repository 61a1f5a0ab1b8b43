using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations.Reading;

public sealed class GetReservationEvents_of_a_life(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Each_step_says_who_when_and_what_it_changed_where()
    {
        var sku = await Stocked("life");
        (await host.Post("/v1/reservations",
            new { id = "l-1", channel = "life", lines = new[] { new { sku, quantity = 4, location = "S001" }, new { sku, quantity = 2, location = "S002" } } },
            "dev-channel-life", ("X-Correlation-Id", "life-hold"))).Ok(201);
        (await host.Post("/v1/reservations/l-1/confirm", new { step = "c1" }, "dev-ops")).Ok();
        (await Fulfil("l-1", "f1", sku, 1)).Ok();
        (await Fulfil("l-1", "f2", sku, 3)).Ok();
        (await host.Post("/v1/reservations/l-1/release", new { step = "r1" })).Ok();

        var life = (await host.Get("/v1/reservations/l-1/events")).Ok();

        Assert.Equal(("l-1", "life", "released"), (life.Text("id"), life.Text("channel"), life.Text("state")));
        var steps = life.Items();
        Assert.Equal(["held", "confirmed", "fulfilled", "fulfilled", "released"], steps.Texts("type"));
        Assert.Equal([null, "c1", "f1", "f2", "r1"], steps.Texts("step"));
        Assert.Equal(("dev-channel-life", "channel", "life-hold"), (steps[0].Text("by"), steps[0].Text("role"), steps[0].Text("correlationId")));
        Assert.Equal(["S001 4", "S002 2"], Lines(steps[0]));
        Assert.Equal("dev-ops", steps[1].Text("by"));
        Assert.Equal(1, steps[2].Items("lines").Sum(line => line.Number("shipped")));
        Assert.Equal(-2, steps[4].Items("lines").Sum(line => line.Number("change")));
        Assert.True(steps.Select(step => step.Number("sequence")).SequenceEqual(steps.Select(step => step.Number("sequence")).Order()));
    }

    [Fact]
    public async Task Two_steps_that_did_the_same_have_no_name()
    {
        var sku = await Stocked("twins");
        await Hold("twins", "t-1", sku, 3);
        (await Fulfil("t-1", "f1", sku, 1)).Ok();
        (await Fulfil("t-1", "f2", sku, 1)).Ok();
        (await host.Post("/v1/reservations/t-1/fulfil", new { step = "rest" })).Ok();

        var steps = (await host.Get("/v1/reservations/t-1/events")).Ok().Items();

        Assert.Equal(["held", "fulfilled", "fulfilled", "fulfilled"], steps.Texts("type"));
        Assert.Equal([null, null, null, null], steps.Texts("step"));
    }

    [Fact]
    public async Task A_sale_and_an_expiry_are_steps()
    {
        var sku = await Stocked("ends");
        await Hold("ends", "e-1", sku, 2);
        (await host.Post("/v1/reservations/e-1/confirm", new { })).Ok();
        await host.RecordAccepted(Line("sale", 2, sku, id: $"till-{sku}", more: ("reservation", "e-1")));
        await Hold("ends", "e-2", sku, 1);
        host.Clock.AdvanceMinutes(20);
        await Waiting.Until(async () => (await host.Get("/v1/reservations/e-2")).Ok().Number("version") == 2);

        Assert.Equal(["held", "confirmed", "sold"], (await host.Get("/v1/reservations/e-1/events")).Ok().Items().Texts("type"));
        Assert.Equal(["held", "expired"], (await host.Get("/v1/reservations/e-2/events")).Ok().Items().Texts("type"));
    }

    [Fact]
    public async Task Anothers_reservation_is_absent()
    {
        var sku = await Stocked("own");
        await Stocked("other");
        await Hold("own", "o-1", sku, 2);
        await Hold("other", "o-1", sku, 3);

        var mine = (await host.Get("/v1/reservations/o-1/events", "dev-channel-own")).Ok();

        Assert.Equal(["S001 2"], Lines(mine.Items()[0]));
        (await host.Get("/v1/reservations/o-1/events", "dev-channel-none")).Refused(404, "unknown-reservation");
        (await host.Get("/v1/reservations/o-1/events")).Refused(409, "ambiguous-reservation");
        Assert.Equal(["S001 3"], Lines((await host.Get("/v1/reservations/o-1/events?channel=other")).Ok().Items()[0]));
        Assert.Equal(["S001 2"], Lines((await host.Get("/v1/reservations/o-1/events?channel=own", "dev-store-S001")).Ok().Items()[0]));
        (await host.Get("/v1/reservations/o-1/events?channel=own", "dev-store-S002")).Refused(404, "unknown-reservation");
    }

    private static string[] Lines(JsonElement step) => [.. step.Items("lines").Select(line => $"{line.Text("location")} {line.Number("change")}")];

    private Task<Answer> Fulfil(string id, string step, string sku, decimal quantity) =>
        host.Post($"/v1/reservations/{id}/fulfil", new { step, lines = new[] { new { sku, quantity } } });

    private async Task<string> Stocked(string channel)
    {
        var sku = NewSku();
        (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 100, sku), Line("receipt", 100, sku, "S002"));
        return sku;
    }

    private async Task Hold(string channel, string id, string sku, decimal quantity) =>
        (await host.Post("/v1/reservations", new { id, channel, lines = new[] { new { sku, quantity, location = "S001" } } })).Ok(201);
}
