namespace RetailSync.Inventory.Host.Tests.Locations;

public class Registering_a_location(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Given_values_are_stored_and_the_rest_gets_defaults()
    {
        (await host.Put("/v1/locations/W1", new { type = "warehouse", timeZone = "Europe/Berlin", groups = new[] { "north", "big" }, enabled = false })).Ok();
        (await host.Put("/v1/locations/W2", new { type = "store" })).Ok();

        var locations = (await host.Get("/v1/locations?limit=1000")).Ok().Items();

        var first = locations.Single(location => location.Text("id") == "W1");
        Assert.Equal(("warehouse", "Europe/Berlin", false), (first.Text("type"), first.Text("timeZone"), first.GetProperty("enabled").GetBoolean()));
        Assert.Equal(["north", "big"], first.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        var second = locations.Single(location => location.Text("id") == "W2");
        Assert.Equal(("UTC", true), (second.Text("timeZone"), second.GetProperty("enabled").GetBoolean()));
    }

    [Fact]
    public async Task A_repeat_replaces_what_was_stored()
    {
        (await host.Put("/v1/locations/again", new { type = "store", groups = new[] { "a" }, enabled = false })).Ok();
        var second = (await host.Put("/v1/locations/again", new { type = "warehouse" })).Ok();

        Assert.Equal(("warehouse", true, 2), (second.Text("type"), second.GetProperty("enabled").GetBoolean(), second.Number("version")));
        Assert.Empty(second.Items("groups"));
    }

    [Fact]
    public async Task If_Match_prevents_lost_updates()
    {
        (await host.Put("/v1/locations/guarded", new { type = "store" }, headers: ("If-Match", "\"1\""))).Refused(412, "precondition-failed");
        var first = await host.Put("/v1/locations/guarded", new { type = "store" });
        var tag = first.Headers["ETag"];

        var second = await host.Put("/v1/locations/guarded", new { type = "warehouse" }, headers: ("If-Match", tag));
        second.Ok();
        (await host.Put("/v1/locations/guarded", new { type = "store" }, headers: ("If-Match", tag))).Refused(412, "precondition-failed");

        Assert.NotEqual(tag, second.Headers["ETag"]);
        (await host.Put("/v1/locations/guarded", new { type = "store" }, headers: ("If-Match", second.Headers["ETag"]))).Ok();
    }

    [Fact]
    public async Task Concurrent_registrations_all_succeed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Put("/v1/locations/busy", new { type = "store" })));

        Assert.All(answers, answer => answer.Ok());
    }

    [Fact]
    public async Task A_store_sees_its_own_location_only()
    {
        (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        (await host.Put("/v1/locations/S002", new { type = "store" })).Ok();

        Assert.Equal(["S001"], (await host.Get("/v1/locations", key: "dev-store-S001")).Ok().Items().Texts("id"));
        (await host.Get("/v1/locations", key: "dev-channel-web")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task Locations_are_listed_in_pages()
    {
        foreach (var id in new[] { "page:1", "page:2", "page:3" })
        {
            (await host.Put($"/v1/locations/{id}", new { type = "store" })).Ok();
        }

        var first = (await host.Get("/v1/locations?limit=2&after=page")).Ok();
        var second = (await host.Get($"/v1/locations?limit=2&after={Uri.EscapeDataString(first.Text("next")!)}")).Ok();

        Assert.Equal(["page:1", "page:2"], first.Items().Texts("id"));
        Assert.Equal("page:3", second.Items()[0].Text("id"));
    }
}
