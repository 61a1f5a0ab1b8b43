using System.Net.Http.Headers;
using System.Text;

namespace RetailSync.Inventory.Host.Tests.Kits;

public sealed class Setting_kits(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task The_answer_has_the_kit_its_version_and_who_and_why()
    {
        var set = await host.Put("/v1/kits/K%2F1@x",
            new { components = new[] { new { sku = "A", quantity = 2m }, new { sku = "B", quantity = 0.50m } }, from = "one-location", reason = "gifts" },
            "dev-planner");

        var kit = set.Ok();
        Assert.Equal(("K/1@x", "one-location", "gifts", "dev-planner", "in-force", 1),
            (kit.Text("sku"), kit.Text("from"), kit.Text("reason"), kit.Text("by"), kit.Text("state"), kit.Number("version")));
        Assert.Equal([("A", 2m), ("B", 0.5m)], kit.Items("components").Select(one => (one.Text("sku"), one.Number("quantity"))));
        Assert.True(kit.Number("sequence") > 0);
        Assert.Equal("\"1\"", set.Headers["ETag"]);
        Assert.Equal("\"1\"", (await host.Get("/v1/kits/K%2F1@x")).Headers["ETag"]);
    }

    [Fact]
    public async Task An_old_version_is_refused_and_every_version_kept()
    {
        var kit = new { components = new[] { new { sku = "A", quantity = 1 } } };
        (await host.Put("/v1/kits/guarded", kit, headers: ("If-Match", "\"1\""))).Refused(412, "precondition-failed");
        var tag = (await host.Put("/v1/kits/guarded", kit)).Headers["ETag"];
        (await host.Put("/v1/kits/guarded", kit, headers: ("If-Match", tag))).Ok();
        (await host.Put("/v1/kits/guarded", kit, headers: ("If-Match", tag))).Refused(412, "precondition-failed");
        (await host.Send(HttpMethod.Delete, "/v1/kits/guarded", headers: ("If-Match", tag))).Refused(412, "precondition-failed");
        Assert.Equal("ended", (await host.Send(HttpMethod.Delete, "/v1/kits/guarded?reason=over")).Ok().Text("state"));
        Assert.Equal(3, (await host.Send(HttpMethod.Delete, "/v1/kits/guarded")).Ok().Number("version"));

        var history = (await host.Get("/v1/kits/guarded/history")).Ok();
        Assert.Equal([(1m, null, "superseded"), (2, null, "superseded"), (3, "over", "ended")],
            history.Items().Select(version => (version.Number("version"), version.Text("reason"), version.Text("state")!)));
        Assert.Equal("2", (await host.Get("/v1/kits/guarded/history?limit=2")).Ok().Text("next"));
    }

    [Fact]
    public async Task A_kit_that_was_never_set_is_unknown()
    {
        (await host.Get("/v1/kits/never")).Refused(404, "unknown-kit");
        (await host.Get("/v1/kits/never/history")).Refused(404, "unknown-kit");
        (await host.Send(HttpMethod.Delete, "/v1/kits/never")).Refused(404, "unknown-kit");
    }

    [Fact]
    public async Task Kits_are_listed_by_component_and_instant()
    {
        (await host.Put("/v1/kits/L2", new { components = new[] { new { sku = "L-A", quantity = 1 } } })).Ok();
        (await host.Put("/v1/kits/L1", new { components = new[] { new { sku = "L-A", quantity = 1 }, new { sku = "L-B", quantity = 1 } } })).Ok();
        (await host.Put("/v1/kits/L3", new { components = new[] { new { sku = "L-A", quantity = 1 } }, effectiveFrom = "2026-12-01T00:00:00Z" })).Ok();

        Assert.Equal(["L1", "L2", "L3"], await Listed("component=L-A"));
        Assert.Equal(["L1"], await Listed("component=L-B"));
        Assert.Equal(["L1", "L2"], await Listed("component=L-A&at=2026-11-30T00:00:00Z"));
        Assert.Equal(["L1"], await Listed("component=L-A&limit=1"));
        Assert.Equal(["L2", "L3"], await Listed("component=L-A&after=L1"));

        async Task<IEnumerable<string?>> Listed(string query) => (await host.Get($"/v1/kits?{query}")).Ok().Items().Texts("sku");
    }

    [Fact]
    public async Task A_kit_is_no_rule_that_could_be_named_listed_or_ended()
    {
        (await host.Put("/v1/kits/hidden", new { components = new[] { new { sku = "A", quantity = 1 } } })).Ok();

        (await host.Get("/v1/rules/kit%2Fhidden")).Refused(400, "invalid-request");
        (await host.Send(HttpMethod.Delete, "/v1/rules/kit%2Fhidden")).Refused(400, "invalid-request");
        (await host.Put("/v1/rules/any", new { kind = "kit" })).Refused(400, "invalid-rule");
        Assert.DoesNotContain((await host.Get("/v1/rules?limit=1000")).Ok().Items(), rule => rule.Text("kind") == "kit");
        Assert.Equal("in-force", (await host.Get("/v1/kits/hidden")).Ok().Text("state"));
    }

    [Theory]
    [InlineData("""{}""", "components")]
    [InlineData("""{"components":[]}""", "components")]
    [InlineData("""{"components":[{"sku":"A","quantity":0}]}""", "components[0].quantity")]
    [InlineData("""{"components":[{"sku":"A","quantity":1},{"sku":"B","quantity":-1}]}""", "components[1].quantity")]
    [InlineData("""{"components":[{"sku":"A","quantity":10000}]}""", "components[0].quantity")]
    [InlineData("""{"components":[{"sku":"A","quantity":1},{"sku":"A","quantity":1}]}""", "components[1].sku")]
    [InlineData("""{"components":[{"sku":"R-ALIAS","quantity":1},{"sku":"R-WHOLE","quantity":1}]}""", "components[1].sku")]
    [InlineData("""{"components":[{"sku":"R-WHOLE","quantity":1.5}]}""", "components[0].quantity")]
    [InlineData("""{"components":[{"sku":"A","quantity":1}],"from":"nearby"}""", "from")]
    [InlineData("""{"components":[{"sku":"refused","quantity":1}]}""", "components")]
    [InlineData("""{"components":[{"sku":"A","quantity":1}],"effectiveFrom":"2026-12-02T00:00:00Z","effectiveTo":"2026-12-01T00:00:00Z"}""", "effectiveTo")]
    [InlineData("""{"components":[{"sku":"A","quantity":1}],"effectiveTo":"2026-11-01T00:00:00Z"}""", "effectiveTo")]
    public async Task What_makes_no_kit_is_refused_by_the_field(string body, string field)
    {
        (await host.Put("/v1/skus/R-WHOLE", new { decimals = 0, aliases = new[] { "R-ALIAS" } })).Ok();

        var refused = (await Put("/v1/kits/refused", body)).Refused(400, "invalid-kit");

        Assert.Equal([field], refused.Items("errors").Texts("field").Distinct());
        (await host.Get("/v1/kits/refused")).Refused(404, "unknown-kit");
    }

    [Theory]
    [InlineData("""{"components":[{"sku":"A"}]}""")]
    [InlineData("""{"components":[{"sku":"A","quantity":0.00001}]}""")]
    [InlineData("""{"components":[{"sku":"A","quantity":1,"unit":"EA"}]}""")]
    [InlineData("""{"components":[7]}""")]
    [InlineData("""{"components":{}}""")]
    [InlineData("""{"components":[{"sku":"A","quantity":1}],"kind":"kit"}""")]
    public async Task What_is_no_such_body_is_an_invalid_request(string body) =>
        (await Put("/v1/kits/malformed", body)).Refused(400, "invalid-request");

    [Fact]
    public async Task Other_names_and_packs_are_the_SKU_that_they_mean()
    {
        (await host.Put("/v1/skus/N-CUP", new { decimals = 0, packs = new[] { new { unit = "CS", factor = 12, gtin = "614141000050" } }, aliases = new[] { "N-MUG" } }))
            .Ok();
        (await host.Put("/v1/skus/N-KIT", new { aliases = new[] { "N-SET" } })).Ok();

        (await host.Put("/v1/kits/N-SET", new { components = new[] { new { sku = "614141000050", quantity = 2 } } })).Ok();

        var kit = (await host.Get("/v1/kits/N-KIT")).Ok();
        Assert.Equal([("N-CUP", 24m)], kit.Items("components").Select(one => (one.Text("sku"), one.Number("quantity"))));
        (await host.Put("/v1/kits/N-KIT", new { components = new[] { new { sku = "N-MUG", quantity = 1 } } })).Ok();
        Assert.Equal(["N-KIT"], (await host.Get("/v1/kits?component=N-MUG")).Ok().Items().Texts("sku"));
    }

    [Fact]
    public async Task A_kit_and_its_components_stay_SKUs_of_their_own()
    {
        (await host.Put("/v1/kits/T-KIT", new { components = new[] { new { sku = "T-CUP", quantity = 1 } } })).Ok();

        (await host.Put("/v1/skus/T-OTHER", new { aliases = new[] { "T-KIT" } })).Refused(409, "alias-taken");
        (await host.Put("/v1/skus/T-OTHER", new { aliases = new[] { "T-MUG", "T-CUP" } })).Refused(409, "alias-taken");
        (await host.Put("/v1/skus/T-CUP", new { aliases = new[] { "T-MUG" } })).Ok();
    }

    [Fact]
    public async Task What_a_kit_needs_a_half_of_is_not_counted_in_whole_units()
    {
        (await host.Put("/v1/kits/F-KIT", new { components = new[] { new { sku = "F-ROPE", quantity = 0.5 } } })).Ok();

        (await host.Put("/v1/skus/F-ROPE", new { decimals = 0 })).Refused(409, "unit-in-use");
        (await host.Put("/v1/skus/F-ROPE", new { decimals = 1 })).Ok();
        (await host.Put("/v1/kits/F-KIT", new { components = new[] { new { sku = "F-ROPE", quantity = 1 } }, effectiveFrom = "2026-12-20T00:00:00Z" })).Ok();
        (await host.Put("/v1/skus/F-ROPE", new { decimals = 0 })).Refused(409, "unit-in-use");
        (await host.Send(HttpMethod.Delete, "/v1/kits/F-KIT")).Ok();
        (await host.Put("/v1/skus/F-ROPE", new { decimals = 0 })).Ok();
    }

    [Fact]
    public async Task A_component_that_becomes_an_alias_at_once_is_one_or_other()
    {
        for (var round = 0; round < 10; round++)
        {
            var name = $"RACE-{round}";
            var kit = host.Put($"/v1/kits/{name}-KIT", new { components = new[] { new { sku = name, quantity = 1 } } });
            var alias = await host.Put($"/v1/skus/{name}-CUP", new { aliases = new[] { name } });

            var component = (await kit).Ok().Items("components").Single().Text("sku");
            Assert.Equal((alias.Status == 200 ? $"{name}-CUP" : name, alias.Status == 200 || alias.Status == 409), (component, true));
        }
    }

    [Fact]
    public async Task Kits_of_kits_set_at_once_make_no_cycle()
    {
        string[] names = ["C0", "C1", "C2", "C3", "C4", "C5"];

        var answers = await Task.WhenAll(names.Select((name, index) =>
            host.Put($"/v1/kits/{name}", new { components = new[] { new { sku = names[(index + 1) % names.Length], quantity = 1 } } })));

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.Contains(answers, answer => answer.Status == 400);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Refused(400, "invalid-kit"));
    }

    private Task<Answer> Put(string path, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return host.Send(HttpMethod.Put, path, content);
    }
}
