using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Walks;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>An id belongs to the channel that chose it: for another channel it does not exist. Each test has SKUs of its own.</summary>
public sealed class Two_channels_with_one_id(ReservingHost host) : IClassFixture<ReservingHost>
{
    private const string Web = "dev-channel-web";
    private const string Shop = "dev-channel-shop";

    private HostsOnOneDatabase Hosts => host.Hosts;

    [Fact]
    public async Task Both_hold_and_neither_learns_of_the_other()
    {
        await Stock("B1", "S001", 10);
        Assert.Equal(201, (await Hold("web", "b-1", "B1", 2, Web)).Status);
        Assert.Equal("unknown-reservation", (await Hosts.Get("/v1/reservations/b-1", Shop)).Word);
        Assert.Equal(201, (await Hold("shop", "b-1", "B1", 3, Shop)).Status);
        Assert.Equal(200, (await Hold("shop", "b-1", "B1", 3, Shop)).Status);
        Assert.Equal("reservation-id-reused", (await Hold("shop", "b-1", "B1", 4, Shop)).Word);
        Assert.Equal((2, 3), (Quantity(await Hosts.Get("/v1/reservations/b-1", Web)), Quantity(await Hosts.Get("/v1/reservations/b-1", Shop))));

        Assert.Equal("released", State(await Hosts.Post("/v1/reservations/b-1/release", key: Shop)));
        Assert.Equal("held", State(await Hosts.Get("/v1/reservations/b-1", Web)));
        Assert.Equal(2, Number(await Hosts.Get("/v1/positions/B1/S001"), "reserved"));
        Assert.Equal("fulfilled", State(await Hosts.Post("/v1/reservations/b-1/fulfil", key: Web)));
        Assert.Equal("reservation-already-released", (await Hosts.Post("/v1/reservations/b-1/fulfil", key: Shop)).Word);
        Assert.Equal((8, 0), (Number(await Hosts.Get("/v1/positions/B1/S001"), "onHand"), Number(await Hosts.Get("/v1/positions/B1/S001"), "reserved")));
    }

    /// <summary>Many at once, in lanes of several SKUs: a race of two channels for one id has no loser.</summary>
    [Fact]
    public async Task Both_hold_concurrently_without_a_conflict()
    {
        await Stock("B2a", "S001", 100);
        await Stock("B2b", "S001", 100);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).SelectMany(number => new[]
        {
            Hold("web", $"b-2-{number}", "B2a", 1, Web), Hold("shop", $"b-2-{number}", number % 2 == 0 ? "B2a" : "B2b", 1, Shop),
        }));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        var steps = await Task.WhenAll(Enumerable.Range(0, 40).SelectMany(number => new[]
        {
            Hosts.Post($"/v1/reservations/b-2-{number}/confirm", key: Web), Hosts.Post($"/v1/reservations/b-2-{number}/release", key: Shop),
        }));
        Assert.All(steps, step => Assert.Equal(200, step.Status));
        Assert.Equal((40, 0), (Number(await Hosts.Get("/v1/positions/B2a/S001"), "reserved"), Number(await Hosts.Get("/v1/positions/B2b/S001"), "reserved")));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("POST", "/confirm")]
    [InlineData("POST", "/fulfil")]
    [InlineData("POST", "/release")]
    public async Task Are_distinguished_for_those_who_may_see_both(string method, string step)
    {
        var (id, sku) = ($"b-3{method}{step.Trim('/')}", $"B3{method}{step.Trim('/')}");
        await Stock(sku, "S001", 10);
        await Hold("web", id, sku, 2, Web);
        Assert.Equal(200, (await Ask("dev-ops", "")).Status);
        await Hold("shop", id, sku, 3, Shop);
        var ambiguous = await Ask("dev-ops", "");
        Assert.Equal((409, "ambiguous-reservation"), (ambiguous.Status, ambiguous.Word));
        Assert.Equal((409, "ambiguous-reservation"), ((await Ask("dev-admin", "")).Status, (await Ask("dev-admin", "")).Word));
        Assert.Equal("shop", (await Ask("dev-ops", "?channel=shop")).Body.GetProperty("channel").GetString());
        Assert.Equal("web", (await Ask("dev-admin", "?channel=web")).Body.GetProperty("channel").GetString());
        Assert.Equal("unknown-reservation", (await Ask("dev-ops", "?channel=nobody")).Word);
        Assert.Equal("unknown-reservation", (await Ask(Web, "?channel=shop")).Word);
        Assert.Equal("invalid-request", (await Ask("dev-ops", "?channel=a%20b")).Word);

        Task<Reply> Ask(string key, string query) => Hosts.Send(
            new HttpMethod(method), $"/v1/reservations/{id}{step}{query}", method == "PUT"
            ? $$"""{"lines":[{"sku":"{{sku}}","quantity":1}]}""" : method == "POST" ? "{}" : null, key);
    }

    [Fact]
    public async Task Expire_each_at_its_own_time()
    {
        await Stock("B4", "S001", 10);
        await Hold("web", "b-4", "B4", 2, Web, "PT5S");
        await Hold("shop", "b-4", "B4", 3, Shop, "PT1H");
        host.Clock.Pass(Duration.FromSeconds(6));
        Assert.Equal(("expired", "held"), (State(await Hosts.Get("/v1/reservations/b-4", Web)), State(await Hosts.Get("/v1/reservations/b-4", Shop))));
        Assert.Equal(7, Number(await Hosts.Get("/v1/positions/B4/S001"), "available"));
        await Waiting.Until(async () => await Hosts.Sql<long>(
            "select count(*) from inventory.mt_events where type = 'reservation_expired' and data->>'reservation' = 'b-4'") == 1);
        Assert.Equal("web", await Hosts.Sql<string>(
            "select data->>'channel' from inventory.mt_events where type = 'reservation_expired' and data->>'reservation' = 'b-4'"));
        Assert.Equal(3, Number(await Hosts.Get("/v1/positions/B4/S001"), "reserved"));
    }

    [Fact]
    public async Task Are_kept_apart_in_the_past()
    {
        await Stock("B5", "S001", 10);
        await Hold("web", "b-5", "B5", 2, Web);
        await Hold("shop", "b-5", "B5", 3, Shop);
        host.Clock.Pass(Duration.FromSeconds(1));
        await Hosts.Post("/v1/reservations/b-5/confirm", key: Shop);
        var at = host.Clock.GetCurrentInstant();
        host.Clock.Pass(Duration.FromSeconds(1));
        await Hosts.Post("/v1/reservations/b-5/release", key: Shop);
        foreach (var knowledge in new[] { "then", "now" })
        {
            var then = $"at={at}&knowledge={knowledge}";
            Assert.Equal(5, Number(await Hosts.Get($"/v1/positions/B5/S001?{then}"), "reserved"));
            var terms = (await Hosts.Get($"/v1/availability/B5?channel=web&explain=true&{then}", "dev-ops")).Body.GetProperty("terms")
                .EnumerateArray().Select(Summary);
            Assert.Equal(["on-hand 10 ", "reserved -3 b-5", "reserved -2 b-5"], terms);
        }

        host.Clock.Pass(Duration.FromMinutes(20));
        Assert.Equal(2, Number(await Hosts.Get($"/v1/positions/B5/S001?at={at + Duration.FromMinutes(1)}"), "reserved"));
        Assert.Equal(0, Number(await Hosts.Get($"/v1/positions/B5/S001?at={at + Duration.FromMinutes(19)}"), "reserved"));
    }

    [Fact]
    public async Task Are_verified_and_rebuilt()
    {
        await Stock("B6", "S001", 10);
        await Hold("web", "b-6", "B6", 2, Web);
        await Hold("shop", "b-6", "B6", 3, Shop);
        await Hosts.Post("/v1/reservations/b-6/confirm", key: Web);
        var verified = await Hosts.Get("/v1/audit/verify", "dev-finance");
        Assert.True(verified.Body.GetProperty("ok").GetBoolean(), verified.Body.GetRawText());
        var events = (await Hosts.Get("/v1/positions/B6/S001/events", "dev-store-S001")).Body.GetProperty("items").EnumerateArray()
            .Select(happened => $"{happened.GetProperty("type").GetString()} {happened.GetProperty("channel").GetString()}");
        Assert.Equal(["receipt ", "reserved web", "reserved shop", "confirmed web"], events);
    }

    /// <summary>Today's variants: the id that an order would give its own reservation, and a reservation that the order names.</summary>
    [Theory]
    [InlineData("shop:B7-1", null)]
    [InlineData("b-7", "b-7")]
    public async Task Do_not_fill_each_others_orders(string taken, string? named)
    {
        var sku = $"B7{named}";
        var order = named is null ? "B7-1" : "B7-2";
        await Stock(sku, "S001", 5);
        Assert.Equal(201, (await Hold("web", taken, sku, 2, Web)).Status);
        var reply = await Hosts.Post(
            "/v1/channels/shop/orders",
            $$"""{"type":"order","order":"{{order}}",{{(named is null ? "" : $"\"reservation\":\"{named}\",")}}"lines":[{"sku":"{{sku}}","quantity":3}]}""",
            Shop);
        Assert.True(reply.Status == 200, reply.Body.GetRawText());
        Assert.Equal("confirmed", State(reply));
        Assert.Equal(5, Number(await Hosts.Get($"/v1/positions/{sku}/S001"), "reserved"));
        Assert.Equal((2, "held"), (Quantity(await Hosts.Get($"/v1/reservations/{taken}", Web)), State(await Hosts.Get($"/v1/reservations/{taken}", Web))));
        var hold = $"/v1/reservations/{Uri.EscapeDataString(reply.Body.GetProperty("reservation").GetString()!)}";
        Assert.Equal((3, "confirmed"), (Quantity(await Hosts.Get(hold, Shop)), State(await Hosts.Get(hold, Shop))));
        Assert.Equal(404, (await Hosts.Get($"/v1/reservations/{taken}", Shop)).Status);

        var cancelled = await Hosts.Post("/v1/channels/shop/orders", $$"""{"type":"cancellation","order":"{{order}}"}""", Shop);
        Assert.Equal("released", State(cancelled));
        Assert.Equal(2, Number(await Hosts.Get($"/v1/positions/{sku}/S001"), "reserved"));
    }

    [Fact]
    public async Task Leave_an_order_oversold_where_another_holds_everything()
    {
        await Stock("B8", "S001", 2);
        await Hold("web", "b-8", "B8", 2, Web);
        var reply = await Hosts.Post(
            "/v1/channels/shop/orders", """{"type":"order","order":"B8-1","reservation":"b-8","lines":[{"sku":"B8","quantity":2}]}""", Shop);
        Assert.Equal("oversold", State(reply));
        Assert.Equal("held", State(await Hosts.Get("/v1/reservations/b-8", Web)));
    }

    private async Task Stock(string sku, string location, decimal quantity) => await Hosts.Receive(sku, location, quantity, host.Clock.GetCurrentInstant());

    private Task<Reply> Hold(string channel, string id, string sku, decimal quantity, string key, string holdFor = "PT15M") => Hosts.Post(
        "/v1/reservations", $$"""{"id":"{{id}}","channel":"{{channel}}","holdFor":"{{holdFor}}","lines":[{"sku":"{{sku}}","quantity":{{quantity}}}]}""", key);

    private static string Summary(JsonElement term) =>
        $"{term.GetProperty("term").GetString()} {term.GetProperty("quantity").GetDecimal():0.####} {term.GetProperty("reservation").GetString()}";

    private static string? State(Reply reply) => reply.Body.GetProperty("state").GetString();

    private static decimal Quantity(Reply reply) => reply.Body.GetProperty("lines")[0].GetProperty("quantity").GetDecimal();

    private static decimal Number(Reply reply, string name) => reply.Body.GetProperty(name).GetDecimal();
}
