using System.Text.Json;
using NodaTime.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

public sealed class Promising_kits(RunningHost host) : IClassFixture<RunningHost>, IAsyncLifetime
{
    private readonly string _cup = NewSku();
    private readonly string _box = NewSku();
    private readonly string _kit = NewSku();

    public async Task InitializeAsync()
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_kit_without_stock_is_what_its_components_suffice_for()
    {
        await Set("any", (_cup, 2), (_box, 1));
        Assert.Equal(0, await Promise());
        await Stock((_cup, "S001", 5), (_cup, "S002", 4), (_box, "S002", 9));

        Assert.Equal(4, await Promise());
        await Stock((_box, "S002", -6));
        Assert.Equal(3, await Promise());
        Assert.Equal(0, await Promise("&location=S001"));
        Assert.Equal(2, await Promise("&location=S002"));

        // The same without the fast path, and in bulk.
        Assert.Equal(3, await Promise("&detail=locations"));
        var bulk = (await host.Post("/v1/availability/query", new { channel = "web", skus = new[] { _kit, _cup } })).Ok();
        Assert.Equal([(_kit, 3m), (_cup, 9m)], bulk.Items().Select(item => (item.Text("sku")!, item.Number("quantity"))));
    }

    [Fact]
    public async Task A_kit_of_one_location_is_counted_where_it_is_complete()
    {
        await Set("one-location", (_cup, 2), (_box, 1));
        await Stock((_cup, "S001", 5), (_cup, "S002", 4), (_box, "S002", 1), (_box, "S001", 1), (_box, "S003", 9), (_kit, "S003", 2));

        Assert.Equal(4, await Promise());
        var parts = (await Answer("&detail=locations")).Items("locations");
        Assert.Equal([("S001", 1m), ("S002", 1m), ("S003", 2m)], parts.Select(part => (part.Text("location")!, part.Number("quantity"))));

        await Rule("network", new { kind = "safety-stock", sku = _box, quantity = 10, level = "network" });
        Assert.Equal(3, await Promise());
    }

    [Fact]
    public async Task The_version_of_a_kit_never_decreases()
    {
        List<decimal> versions = [await Version()];
        await Stock((_kit, "S001", 1), (_cup, "S001", 4), (_cup, "S002", 4), (_cup, "S001", 1), (_box, "S001", 1));
        await Seen();
        await Set("any", (_cup, 1), (_box, 1));
        await Seen();
        await Set("any", (_box, 1));
        await Seen();
        (await host.Send(HttpMethod.Delete, $"/v1/kits/{_kit}")).Ok();
        await Seen();
        await Stock((_kit, "S001", 1));
        await Seen();

        Assert.Equal([0m, 1, 5, 5, 5, 6], versions);

        async Task Seen() => versions.Add(await Version());
        async Task<decimal> Version() => (await Answer("&detail=locations")).Number("version") is var version && version == (await Answer("")).Number("version")
            ? version : -1;
    }

    [Fact]
    public async Task Rules_of_components_limit_and_publish_rules_of_the_kit_shape()
    {
        await Set("any", (_cup, 2), (_box, 1));
        await Stock((_cup, "S001", 20), (_box, "S001", 20), (_kit, "S001", 1));
        Assert.Equal(11, await Promise());

        await Rule("buffer", new { kind = "buffer", channel = "web", sku = _cup, quantity = 3 });
        await Rule("fence", new { kind = "allocation", channel = "shop", sku = _box, mode = "fixed", quantity = 15 });
        await Rule("published-component", new { kind = "publish", channel = "web", sku = _box, cap = 1 });
        await Rule("beyond", new { kind = "backorder", channel = "web", sku = _box, limit = 100 });
        Assert.Equal(6, await Promise());

        await Rule("published", new { kind = "publish", channel = "web", sku = _kit, buffer = 1, cap = 4 });
        Assert.Equal(4, await Promise());
        await Rule("elsewhere", new { kind = "eligibility", channel = "web", sku = _kit, allowed = false });
        Assert.Equal(0, await Promise());
    }

    [Fact]
    public async Task The_explanation_names_the_component_that_limits()
    {
        await Set("any", (_cup, 2), (_box, 1));
        await Stock((_cup, "S001", 5), (_box, "S001", 9), (_kit, "S002", 3));
        await Rule("safety", new { kind = "safety-stock", sku = _cup, quantity = 1 });

        var answer = await Answer("&explain=true");

        Assert.Equal(answer.Number("quantity"), answer.Items("terms").Sum(term => term.Number("quantity")));
        var components = answer.Items("terms").Single(term => term.Text("term") == "components");
        Assert.Equal((2m, _cup, 1m), (components.Number("quantity"), components.Text("limiting"), components.Number("ruleVersion")));
        Assert.Equal(JsonValueKind.Null, components.GetProperty("rule").ValueKind);
        Assert.Equal([(_cup, 2m, 4m, 2m, true), (_box, 1m, 9m, 9m, false)], components.Items("components").Select(one => (
            one.Text("sku")!, one.Number("needed"), one.Number("available"), one.Number("kits"), one.GetProperty("limits").GetBoolean())));
        var terms = components.Items("components")[0].Items("terms");
        Assert.Equal([("on-hand", 5m), ("safety-stock", -1m)], terms.Select(term => (term.Text("term")!, term.Number("quantity"))));
        Assert.Single(terms[0].Items("events"));

        // None at all is explained too.
        await Stock((_cup, "S001", -5), (_kit, "S002", -3));
        components = (await Answer("&explain=true")).Items("terms").Single(term => term.Text("term") == "components");
        Assert.Equal((0m, _cup), (components.Number("quantity"), components.Text("limiting")));
    }

    [Fact]
    public async Task The_past_has_the_kit_and_the_stock_of_then()
    {
        await Stock((_cup, "S001", 6), (_box, "S001", 9));
        var before = Now();
        await Set("any", (_cup, 2), (_box, 1));
        var lines = new[] { new { sku = _cup, quantity = 1 }, new { sku = _box, quantity = 7 } };
        (await host.Post("/v1/reservations", new { id = _kit, channel = "web", lines })).Ok(201);
        var then = Now();
        await Set("any", (_cup, 1));
        Assert.Equal(5, await Promise());

        Assert.Equal(0, await Promise($"&at={before}&knowledge=then"));
        Assert.Equal(2, await Promise($"&at={then}&knowledge=then"));
        var terms = (await Answer($"&at={then}&explain=true")).Items("terms").Single(term => term.Text("term") == "components").Items("components");
        Assert.Equal([5m, 2m], terms.Select(one => one.Number("available")));
        Assert.Equal([_kit], terms[0].Items("terms").Where(term => term.Text("term") == "reserved").Texts("reservation"));
    }

    [Fact]
    public async Task The_schedule_counts_supply_of_components()
    {
        await Set("any", (_cup, 2), (_box, 1));
        (await host.Put($"/v1/kits/{_kit}", new { components = new[] { new { sku = _cup, quantity = 1 } }, effectiveFrom = "2026-11-26T00:00:00Z" })).Ok();
        await Stock((_cup, "S001", 4), (_box, "S001", 1));
        await host.RecordAccepted(
            Line("expected", 5, _box, more: [("document", "PO-1"), ("expectedOn", "2026-11-24"), ("kind", "purchase-order")]),
            Line("expected", 6, _cup, more: [("document", "PO-2"), ("expectedOn", "2026-11-25"), ("kind", "purchase-order")]));

        var days = (await host.Get($"/v1/availability/{_kit}/schedule?channel=web&days=4")).Ok().Items("days");

        Assert.Equal([1m, 2m, 5m, 10m], days.Select(day => day.Number("quantity")));
    }

    [Fact]
    public async Task A_basket_is_complete_where_shared_components_suffice()
    {
        var other = NewSku();
        await Set("any", (_cup, 2), (_box, 1));
        (await host.Put($"/v1/kits/{other}", new { components = new[] { new { sku = _cup, quantity = 1 } } })).Ok();
        await Stock((_cup, "S001", 6), (_box, "S001", 5), (_cup, "S002", 5), (_box, "S002", 5), (_cup, "S003", 5), (_box, "S003", 5), (other, "S003", 1));

        var asked = new
        {
            channel = "web",
            locations = new[] { "S001", "S002", "S003" },
            lines = new[] { new { sku = _kit, quantity = 2 }, new { sku = other, quantity = 1 }, new { sku = _cup, quantity = 1 } },
        };
        var items = (await host.Post("/v1/availability/pickup", asked)).Ok().Items();

        Assert.Equal([("S001", true), ("S002", false), ("S003", true)],
            items.Select(item => (item.Text("location")!, item.GetProperty("complete").GetBoolean())));
        Assert.Equal([3m, 6m, 6m], items[0].Items("lines").Select(line => line.Number("quantity")));
    }

    [Fact]
    public async Task Kits_of_kits_use_what_is_needed_in_the_end()
    {
        var gift = NewSku();
        await Set("any", (_cup, 2), (_box, 1));
        (await host.Put($"/v1/kits/{gift}", new { components = new[] { new { sku = _kit, quantity = 2 }, new { sku = _cup, quantity = 1 } } })).Ok();
        await Stock((_cup, "S001", 10), (_box, "S001", 9), (_kit, "S001", 50));

        Assert.Equal(2, (await host.Get($"/v1/availability/{gift}?channel=web")).Ok().Number("quantity"));
        (await host.Send(HttpMethod.Delete, $"/v1/kits/{_kit}")).Ok();
        Assert.Equal(10, (await host.Get($"/v1/availability/{gift}?channel=web")).Ok().Number("quantity"));
        Assert.Equal(50, await Promise());
    }

    private async Task Set(string from, params (string Sku, decimal Quantity)[] components) =>
        (await host.Put($"/v1/kits/{_kit}", new { components = components.Select(one => new { sku = one.Sku, quantity = one.Quantity }), from })).Ok();

    private Task Rule(string name, object rule) => host.Put($"/v1/rules/{_kit}-{name}", rule).ContinueWith(set => set.Result.Ok(), TaskScheduler.Default);

    private Task Stock(params (string Sku, string Location, decimal Quantity)[] stock) => host.RecordAccepted([.. stock.Select(one =>
        Line("adjustment", one.Quantity, one.Sku, one.Location))]);

    private async Task<decimal> Promise(string more = "") => (await Answer(more)).Number("quantity");

    private async Task<JsonElement> Answer(string more) => (await host.Get($"/v1/availability/{_kit}?channel=web{more}")).Ok();

    private string Now() => InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant());
}
