using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>Whoever names what he has seen takes no step with anything else.</summary>
public sealed class Guarding_a_reservation(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task If_Match_prevents_a_lost_update()
    {
        var (sku, held) = await Held(5);
        var path = $"/v1/reservations/o-{sku}";
        Assert.Equal(held.Headers["ETag"], (await host.Get(path)).Headers["ETag"]);
        Assert.Equal(304, (await host.Get(path, headers: ("If-None-Match", held.Headers["ETag"]))).Status);

        var lines = new[] { new { sku, quantity = 3 } };
        (await host.Put(path, new { lines }, headers: ("If-Match", "\"99\""))).Refused(412, "precondition-failed");
        (await host.Put(path, new { lines }, headers: ("If-Match", "abc"))).Refused(412, "precondition-failed");
        var changed = await host.Put(path, new { lines }, headers: ("If-Match", held.Headers["ETag"]));
        changed.Ok();
        Assert.NotEqual(held.Headers["ETag"], changed.Headers["ETag"]);
        foreach (var step in new[] { "confirm", "fulfil", "release" })
        {
            (await host.Post($"{path}/{step}", new { }, headers: ("If-Match", held.Headers["ETag"]))).Refused(412, "precondition-failed");
        }

        Assert.Equal((3, "held"), ((await host.Position(sku)).Number("reserved"), (await host.Get(path)).Ok().Text("state")));
        var confirmed = await host.Post($"{path}/confirm", new { }, headers: ("If-Match", changed.Headers["ETag"]));
        confirmed.Ok();
        (await host.Post($"{path}/release", new { }, headers: ("If-Match", "*"))).Ok();
        (await host.Post("/v1/reservations/nobodys/confirm", new { }, headers: ("If-Match", "\"1\""))).Refused(404, "unknown-reservation");
    }

    [Fact]
    public async Task If_Match_also_detects_an_expiry_by_the_clock()
    {
        var (sku, held) = await Held(1, "PT1S");
        host.Clock.Advance(Duration.FromSeconds(2));

        var read = await host.Get($"/v1/reservations/o-{sku}", headers: ("If-None-Match", held.Headers["ETag"]));

        Assert.Equal("expired", read.Ok().Text("state"));
        Assert.NotEqual(held.Headers["ETag"], read.Headers["ETag"]);
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { }, headers: ("If-Match", held.Headers["ETag"]))).Refused(412, "precondition-failed");
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { }, headers: ("If-Match", read.Headers["ETag"]))).Refused(409, "reservation-expired");
    }

    private async Task<(string Sku, Answer Held)> Held(decimal quantity, string holdFor = "PT15M")
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var held = await host.Post("/v1/reservations", new { id = $"o-{sku}", channel = "web", holdFor, lines = new[] { new { sku, quantity } } });
        held.Ok(201);
        return (sku, held);
    }
}
