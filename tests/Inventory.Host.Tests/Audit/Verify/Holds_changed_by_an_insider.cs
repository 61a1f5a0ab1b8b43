using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.Verify;

/// <summary>Who owns the database gives a hold to another channel, or makes it last: the sums of the position stay right.</summary>
public class Holds_changed_by_an_insider(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("channel = 'app'")]
    [InlineData("channel = 'app', body = jsonb_set(body, '{channel}', '\"app\"')")]
    [InlineData("expires_at = expires_at + interval '10 years'")]
    [InlineData("body = jsonb_set(body, '{expiresAt}', '\"2036-01-01T00:00:00Z\"')")]
    [InlineData("expires_at = '2036-01-01T00:00:00Z', body = jsonb_set(body, '{expiresAt}', '\"2036-01-01T00:00:00Z\"')")]
    [InlineData("state = 'confirmed', body = jsonb_set(body, '{state}', '\"confirmed\"')")]
    public async Task Are_reported_as_different_from_the_events(string change)
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/app", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 10, sku));
        foreach (var step in new[] { "", "confirm", "release", "fulfil" })
        {
            (await host.Post("/v1/reservations", new { id = $"{step}{sku}", channel = "web", lines = new[] { new { sku, quantity = 2 } } })).Ok(201);
            if (step.Length > 0)
            {
                (await host.Post($"/v1/reservations/{step}{sku}/{step}", new { })).Ok();
            }
        }

        var before = await Verified();
        await host.Sql($"create schema kept; create table kept.hold as select expires_at as at, body from inventory.reservation where id = '{sku}'");
        await host.Sql($"update inventory.reservation set {change} where id = '{sku}'");
        var after = await Verified();
        await host.Sql($"update inventory.reservation set channel = 'web', state = 'held', expires_at = kept.at, body = kept.body from kept.hold as kept "
            + $"where id = '{sku}'; drop schema kept cascade");

        Assert.Equal(("", "reservations", ""), (before, after, await Verified()));
    }

    private async Task<string> Verified()
    {
        var verified = (await host.Get("/v1/audit/verify")).Ok();
        return verified.GetProperty("ok").GetBoolean() ? "" : verified.GetProperty("firstDifference").Text("what")!;
    }
}
