using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>The database refuses the content of one request, as it would refuse a text that it cannot hold.</summary>
public sealed class A_reservation_that_cannot_be_stored(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Is_refused_alone_and_is_not_a_500()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await host.Sql("alter table inventory.reservation add constraint no_poison check (id not like 'poison%' and state <> 'fulfilled')");

        var answers = await Task.WhenAll(Hold("poison", sku), Hold("good-1", sku), Hold("good-2", sku));
        answers[0].Refused(409, "unrecordable");
        answers[1].Ok(201);
        answers[2].Ok(201);
        (await host.Post("/v1/reservations/good-1/fulfil", new { })).Refused(409, "unrecordable");

        Assert.Equal((10, 2), ((await host.Position(sku)).Number("onHand"), (await host.Position(sku)).Number("reserved")));
        (await host.Get("/v1/reservations/poison")).Refused(404, "unknown-reservation");
    }

    private Task<Answer> Hold(string id, string sku) => host.Post("/v1/reservations", new { id, channel = "web", lines = new[] { new { sku, quantity = 1 } } });
}
