using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>A channel sees sums, its own reservations and the rules that are about it or about everybody; never what another channel calls its own.</summary>
public sealed class Explanations_for_a_channel(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("")]
    [InlineData("&location=S001")]
    [InlineData("&at={0}&knowledge=then")]
    [InlineData("&at={0}&knowledge=now&location=S002")]
    public async Task Sums_still_add_up_without_other_channels_details(string query)
    {
        var sku = await Stocked();
        var path =
            $"/v1/availability/{sku}?channel=web&explain=true&detail=locations{string.Format(System.Globalization.CultureInfo.InvariantCulture, query, NodaTime.Text.InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant()))}";
        var all = (await host.Get(path, "dev-planner")).Ok();
        var own = (await host.Get(path, "dev-channel-web")).Ok();

        Assert.Equal(all.Number("quantity"), own.Number("quantity"));
        Assert.Equal(own.Number("quantity"), own.Items("terms").Sum(term => term.Number("quantity")));
        Assert.Equal(all.GetProperty("locations").GetRawText(), own.GetProperty("locations").GetRawText());
        Assert.Contains($"{sku}-shop-order", all.GetRawText());
        Assert.DoesNotContain($"{sku}-shop", own.GetRawText());
        Assert.DoesNotContain($"{sku}-app", own.GetRawText());
        if (!query.Contains("location", StringComparison.Ordinal))
        {
            Assert.Equal([$"{sku}-app-fence", $"{sku}-shop-fence"], all.Items("terms").Where(term => term.Text("term") == "allocation").Texts("rule"));
            Assert.Equal([null], own.Items("terms").Where(term => term.Text("term") == "allocation").Texts("rule"));
        }

        Assert.Equal(Sums(all), Sums(own));
    }

    [Fact]
    public async Task Only_its_own_and_common_rules_are_named()
    {
        var sku = await Stocked();
        var terms = (await host.Get($"/v1/availability/{sku}?channel=web&explain=true&location=S001", "dev-channel-web")).Ok().Items("terms");
        Assert.Equal(
            ["on-hand 20 ", $"reserved -2 order-{sku}", "reserved -7 ", $"safety-stock -1 {sku}-safety", $"buffer -2 {sku}-web-buffer"],
            terms.Take(5).Select(term => $"{term.Text("term")} {term.Number("quantity"):0.####} {term.Text("reservation") ?? term.Text("rule")}"));
        Assert.Equal((JsonValueKind.Null, 0), (terms[2].GetProperty("ruleVersion").ValueKind, terms[2].GetProperty("events").GetArrayLength()));
        Assert.Equal(1, terms[1].GetProperty("events").GetArrayLength());
    }

    /// <summary>Holds of three channels under one id among others, and rules of each.</summary>
    private async Task<string> Stocked()
    {
        var sku = NewSku();
        foreach (var channel in new[] { "web", "shop", "app" })
        {
            (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        }

        await host.RecordAccepted(Line("receipt", 20, sku), Line("receipt", 10, sku, "S002"));
        await Rule("safety", new { kind = "safety-stock", sku, location = "S001", quantity = 1 });
        await Rule("web-buffer", new { kind = "buffer", channel = "web", sku, location = "S001", quantity = 2 });
        await Rule("shop-fence", new { kind = "allocation", channel = "shop", sku, mode = "fixed", quantity = 9 });
        await Rule("app-fence", new { kind = "allocation", channel = "app", sku, mode = "fixed", quantity = 4, priority = 1 });
        await Hold("web", $"order-{sku}", 2);
        await Hold("shop", $"order-{sku}", 3);
        await Hold("shop", $"{sku}-shop-order", 1);
        await Hold("app", $"order-{sku}", 1);
        await Hold("shop", $"{sku}-shop-order-2", 2);
        await Hold("shop", $"{sku}-shop-order-3", 1, "S002");
        return sku;

        async Task Rule(string id, object body) => (await host.Put($"/v1/rules/{sku}-{id}", body)).Ok();

        async Task Hold(string channel, string id, decimal quantity, string location = "S001") =>
            (await host.Post("/v1/reservations", new { id, channel, lines = new[] { new { sku, quantity, location } } }, $"dev-channel-{channel}")).Ok(201);
    }

    private static IEnumerable<(string?, string?, decimal)> Sums(JsonElement answer) =>
        from term in answer.Items("terms")
        group term.Number("quantity") by (term.Text("term"), term.Text("location")) into same
        where same.Sum() != 0
        select (same.Key.Item1, same.Key.Item2, same.Sum());
}
