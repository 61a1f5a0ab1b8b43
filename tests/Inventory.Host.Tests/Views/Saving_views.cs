namespace RetailSync.Inventory.Host.Tests.Views;

public class Saving_views(RunningHost host) : IClassFixture<RunningHost>
{
    private static object Of(string title, bool shared = false) =>
        new { page = "/console/stock", query = "q=A&sort=-onHand", title, shared };

    [Fact]
    public async Task Keeps_a_page_with_its_query_for_its_owner()
    {
        var saved = (await host.Put("/v1/views/v1", Of("below zero <b>"), "dev-planner")).Ok();
        Assert.Equal(("/console/stock", "q=A&sort=-onHand", "below zero <b>", "dev-planner", 1),
            (saved.Text("page"), saved.Text("query"), saved.Text("title"), saved.Text("owner"), saved.Number("version")));
        Assert.Equal(saved.GetRawText(), (await host.Get("/v1/views/v1", "dev-planner")).Text);
        (await host.Get("/v1/views/v1", "dev-finance")).Refused(404, "unknown-view");
        (await host.Put("/v1/views/v1", Of("mine"), "dev-finance")).Refused(403, "forbidden");
        (await host.Send(HttpMethod.Delete, "/v1/views/v1", key: "dev-finance")).Refused(404, "unknown-view");
        Assert.Equal(204, (await host.Send(HttpMethod.Delete, "/v1/views/v1", key: "dev-planner")).Status);
        (await host.Get("/v1/views/v1", "dev-planner")).Refused(404, "unknown-view");
    }

    [Fact]
    public async Task Shows_shared_ones_to_those_who_see_everything()
    {
        (await host.Put("/v1/views/shared", Of("for all", shared: true), "dev-ops")).Ok();
        (await host.Put("/v1/views/of-store", Of("of the store", shared: true), "dev-store-S001")).Ok();
        Assert.Equal(["of-store", "shared"], await Ids("dev-finance"));
        Assert.Equal(["of-store"], await Ids("dev-store-S001"));
        Assert.Empty(await Ids("dev-store-S002"));
        (await host.Get("/v1/views/shared", "dev-channel-web")).Refused(404, "unknown-view");
        (await host.Put("/v1/views/shared", Of("taken over"), "dev-finance")).Refused(403, "forbidden");
        (await host.Send(HttpMethod.Delete, "/v1/views/shared", key: "dev-finance")).Refused(403, "forbidden");

        async Task<IEnumerable<string?>> Ids(string key) => (await host.Get("/v1/views?page=/console/stock&limit=1000", key)).Ok().Items()
            .Where(view => view.GetProperty("shared").GetBoolean()).Texts("id");
    }

    [Fact]
    public async Task Refuses_a_lost_update()
    {
        var first = await host.Put("/v1/views/guarded", Of("one"));
        (await host.Put("/v1/views/guarded", Of("two"), headers: ("If-Match", first.Headers["ETag"]))).Ok();
        (await host.Put("/v1/views/guarded", Of("three"), headers: ("If-Match", first.Headers["ETag"]))).Refused(412, "precondition-failed");
        (await host.Send(HttpMethod.Delete, "/v1/views/guarded", headers: ("If-Match", first.Headers["ETag"]))).Refused(412, "precondition-failed");
        (await host.Put("/v1/views/absent", Of("none"), headers: ("If-Match", "*"))).Refused(412, "precondition-failed");
        Assert.Equal(("two", 2), ((await host.Get("/v1/views/guarded")).Ok().Text("title"), (await host.Get("/v1/views/guarded")).Json.Number("version")));
        Assert.Equal(304, (await host.Get("/v1/views/guarded", headers: ("If-None-Match", "\"2\""))).Status);
    }

    [Theory]
    [InlineData("/elsewhere", "t", "")]
    [InlineData("https://elsewhere.example/console", "t", "")]
    [InlineData("/console/stock?x=1", "t", "")]
    [InlineData("/console\\..", "t", "")]
    [InlineData("/console", "", "")]
    public async Task Refuses_what_is_no_page(string page, string title, string query) =>
        (await host.Put("/v1/views/bad", new { page, title, query })).Refused(400, "invalid-request");

    [Fact]
    public async Task Is_bounded_for_each_owner()
    {
        for (var view = 0; view < 200; view++)
        {
            (await host.Put($"/v1/views/many-{view:000}", Of("one of many"), "dev-channel-many")).Ok();
        }

        (await host.Put("/v1/views/many-200", Of("one too many"), "dev-channel-many")).Refused(409, "too-many-views");
        (await host.Put("/v1/views/many-000", Of("another title"), "dev-channel-many")).Ok();
        var page = (await host.Get("/v1/views?limit=150", "dev-channel-many")).Ok();
        Assert.Equal(50, (await host.Get($"/v1/views?limit=150&after={page.Text("next")}", "dev-channel-many")).Ok().Items().Length);
    }
}
