using RetailSync.Inventory.Host.Tests.Walks;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>
/// It ends what is held at its own location and nothing elsewhere; what is not held there is an ordinary sale and an alert. Each test has SKUs of its own.
/// </summary>
public sealed class A_sale_that_names_a_reservation(ReservingHost host) : IClassFixture<ReservingHost>
{
    private const string Web = "dev-channel-web";

    private HostsOnOneDatabase Hosts => host.Hosts;

    [Fact]
    public async Task Leaves_what_is_held_at_another_store()
    {
        await Stock("C1", ("S001", 5), ("S002", 5));
        await Hold("web", "c-1", """[{"sku":"C1","quantity":2,"location":"S002"}]""");
        await Hosts.Post("/v1/reservations/c-1/confirm", key: Web);
        var before = await Position("C1", "S002");
        await Sell("C1", "S001", 2, "c-1");
        Assert.Equal(before, await Position("C1", "S002"));
        Assert.Equal("5 2", before[..3]);
        Assert.Equal("3 0", (await Position("C1", "S001"))[..3]);
        Assert.Equal("confirmed", State(await Hosts.Get("/v1/reservations/c-1", Web)));
        Assert.Equal(
            "Sale sale-C1-S001-2 of pos/S001 took 2 units for reservation c-1. 0 were held for it there: 2 are an ordinary sale.", await Alerted("C1"));
    }

    [Fact]
    public async Task Ends_its_own_part_of_a_hold_over_two_stores()
    {
        await Stock("C2", ("S001", 2), ("S002", 3));
        await Hold("web", "c-2", """[{"sku":"C2","quantity":5}]""");
        var before = await Position("C2", "S002");
        await Sell("C2", "S001", 2, "c-2");
        Assert.Equal("0 0", (await Position("C2", "S001"))[..3]);
        Assert.Equal(before, await Position("C2", "S002"));
        Assert.Null(await Alerted("C2"));
        var left = await Hosts.Get("/v1/reservations/c-2", Web);
        Assert.Equal("held", State(left));
        Assert.Equal("reservation-already-confirmed", (await Hosts.Put("/v1/reservations/c-2", """{"lines":[{"sku":"C2","quantity":1}]}""", Web)).Word);

        var at = host.Clock.GetCurrentInstant();
        host.Clock.Pass(Duration.FromMinutes(15));
        Assert.Equal("expired", State(await Hosts.Get("/v1/reservations/c-2", Web)));
        Assert.Equal(3, Number(await Hosts.Get("/v1/positions/C2/S002"), "available"));
        await Waiting.Until(async () => Number(await Hosts.Get("/v1/positions/C2/S002"), "reserved") == 0);
        Assert.Equal((3, 0), (Number(await Hosts.Get($"/v1/positions/C2/S002?at={at}"), "reserved"),
            Number(await Hosts.Get($"/v1/positions/C2/S001?at={at}"), "reserved")));
        await NothingDiffers();
    }

    [Fact]
    public async Task Beyond_what_is_held_there_is_an_ordinary_sale_of_the_rest()
    {
        await Stock("C3", ("S001", 9));
        await Hold("web", "c-3", """[{"sku":"C3","quantity":2}]""");
        await Sell("C3", "S001", 3, "c-3");
        Assert.Equal("6 0", (await Position("C3", "S001"))[..3]);
        Assert.Equal("fulfilled", State(await Hosts.Get("/v1/reservations/c-3", Web)));
        Assert.Contains("2 were held for it there: 1 are an ordinary sale.", await Alerted("C3"));
        await NothingDiffers();
    }

    [Fact]
    public async Task Of_a_part_confirms_the_rest_that_is_held_there()
    {
        await Stock("C4", ("S001", 9));
        await Hold("web", "c-4", """[{"sku":"C4","quantity":3}]""");
        await Sell("C4", "S001", 1, "c-4");
        Assert.Equal("confirmed", State(await Hosts.Get("/v1/reservations/c-4", Web)));
        Assert.Equal("8 2", (await Position("C4", "S001"))[..3]);
        Assert.Null(await Alerted("C4"));
    }

    [Fact]
    public async Task Is_of_the_channel_that_holds_there()
    {
        await Stock("C5", ("S001", 5), ("S002", 5));
        await Hold("web", "c-5", """[{"sku":"C5","quantity":2,"location":"S001"}]""");
        await Hold("shop", "c-5", """[{"sku":"C5","quantity":3,"location":"S002"}]""");
        await Sell("C5", "S002", 3, "c-5");
        Assert.Equal(("held", "fulfilled"),
            (State(await Hosts.Get("/v1/reservations/c-5", Web)), State(await Hosts.Get("/v1/reservations/c-5", "dev-channel-shop"))));
        Assert.Equal("5 2", (await Position("C5", "S001"))[..3]);
        Assert.Null(await Alerted("C5"));
    }

    [Fact]
    public async Task Ends_neither_hold_if_two_channels_hold_there()
    {
        await Stock("C6", ("S001", 9));
        await Hold("web", "c-6", """[{"sku":"C6","quantity":2}]""");
        await Hold("shop", "c-6", """[{"sku":"C6","quantity":3}]""");
        await Sell("C6", "S001", 2, "c-6");
        Assert.Equal("7 5", (await Position("C6", "S001"))[..3]);
        Assert.Equal(
            "Sale sale-C6-S001-2 of pos/S001 took 2 units for reservation c-6. Channels shop, web hold units there under this id, and the sale does not "
                + "say whose it is: 2 are an ordinary sale.",
            await Alerted("C6"));

        await Sell("C6", "S001", 2, "c-6", channel: "web");
        Assert.Equal("5 3", (await Position("C6", "S001"))[..3]);
        Assert.Equal(("fulfilled", "held"),
            (State(await Hosts.Get("/v1/reservations/c-6", Web)), State(await Hosts.Get("/v1/reservations/c-6", "dev-channel-shop"))));
    }

    [Fact]
    public async Task Is_an_ordinary_sale_and_an_alert_if_nobody_knows_it()
    {
        await Stock("C7", ("S001", 5));
        await Sell("C7", "S001", 1, "c-7-nobody");
        Assert.Equal("4 0", (await Position("C7", "S001"))[..3]);
        Assert.Contains("0 were held for it there", await Alerted("C7"));
        host.Clock.Pass(Duration.FromHours(25));
        Assert.Null(await Alerted("C7"));
    }

    /// <summary>The hold has ended with the sale, and does not come to life again; other stores' positions have no part in it.</summary>
    [Theory]
    [InlineData("""  "declaration":"did-not-occur" """, 5)]
    [InlineData("""  "declaration":"incorrect","quantity":1 """, 4)]
    [InlineData("""  "declaration":"incorrect","quantity":4 """, 1)]
    public async Task Is_corrected_exactly(string declaration, decimal onHand)
    {
        var sku = $"C8{onHand}";
        await Stock(sku, ("S001", 5), ("S002", 5));
        await Hold("web", $"c-8-{onHand}", $$"""[{"sku":"{{sku}}","quantity":2,"location":"S001"},{"sku":"{{sku}}","quantity":1,"location":"S002"}]""");
        var before = await Position(sku, "S002");
        await Sell(sku, "S001", 3, $"c-8-{onHand}");
        var corrected = await Hosts.Post(
            "/v1/movements?results=all",
            $$"""{"source":"pos/S001","movements":[{"id":"fix-{{sku}}","type":"correction","corrects":"sale-{{sku}}-S001-3","sku":"{{sku}}","location":"S001","occurredAt":"{{host.Clock.GetCurrentInstant()}}",{{declaration}}}]}""",
            "dev-store-S001");
        Assert.True(corrected.Body.GetProperty("accepted").GetInt32() == 1, corrected.Body.GetRawText());
        Assert.Equal($"{onHand} 0", (await Position(sku, "S001"))[..3]);
        Assert.Equal(before, await Position(sku, "S002"));
        await NothingDiffers();
    }

    [Fact]
    public async Task Is_a_duplicate_when_sent_again()
    {
        await Stock("C9", ("S001", 5));
        await Hold("web", "c-9", """[{"sku":"C9","quantity":2}]""");
        await Sell("C9", "S001", 1, "c-9");
        Assert.Equal(1, (await Send("C9", "S001", 1, "c-9", null)).Body.GetProperty("duplicates").GetInt32());
        Assert.Equal("movement-id-reused", (await Send("C9", "S001", 1, "c-9", "web")).Body.GetProperty("results")[0].GetProperty("code").GetString());
        Assert.Equal("4 1", (await Position("C9", "S001"))[..3]);
    }

    private async Task Stock(string sku, params (string Location, decimal Quantity)[] units)
    {
        foreach (var (location, quantity) in units)
        {
            await Hosts.Receive(sku, location, quantity, host.Clock.GetCurrentInstant());
        }
    }

    private async Task Hold(string channel, string id, string lines) => Assert.Equal(
        201, (await Hosts.Post("/v1/reservations", $$"""{"id":"{{id}}","channel":"{{channel}}","lines":{{lines}}}""", $"dev-channel-{channel}")).Status);

    private async Task Sell(string sku, string location, decimal quantity, string reservation, string? channel = null)
    {
        var sold = await Send(sku, location, quantity, reservation, channel);
        Assert.True(sold.Body.GetProperty("accepted").GetInt32() == 1, sold.Body.GetRawText());
    }

    private Task<Reply> Send(string sku, string location, decimal quantity, string reservation, string? channel) => Hosts.Post(
        "/v1/movements?results=all",
        new
        {
            source = $"pos/{location}",
            movements = new[]
            {
                new Dictionary<string, object>
                {
                    ["id"] = channel is null || sku == "C9" ? $"sale-{sku}-{location}-{quantity}" : $"sale-{sku}-{location}-{quantity}-{channel}",
                    ["type"] = "sale", ["sku"] = sku, ["location"] = location, ["quantity"] = quantity, ["occurredAt"] = $"{host.Clock.GetCurrentInstant()}",
                    ["reservation"] = reservation,
                }.Concat(channel is null ? [] : [KeyValuePair.Create("channel", (object)channel)]).ToDictionary(),
            },
        },
        $"dev-store-{location}");

    /// <summary>On-hand, reserved and version.</summary>
    private async Task<string> Position(string sku, string location)
    {
        var position = await Hosts.Get($"/v1/positions/{sku}/{location}");
        return FormattableString.Invariant($"{Number(position, "onHand"):0.####} {Number(position, "reserved"):0.####} {Number(position, "version")}");
    }

    private async Task<string?> Alerted(string sku) => (await Hosts.Get("/v1/alerts?limit=1000&kind=sale-not-held")).Body.GetProperty("items").EnumerateArray()
        .Where(alert => alert.GetProperty("sku").GetString() == sku).Select(alert => alert.GetProperty("detail").GetString()).SingleOrDefault();

    private async Task NothingDiffers()
    {
        var verified = await Hosts.Get("/v1/audit/verify", "dev-finance");
        Assert.True(verified.Body.GetProperty("ok").GetBoolean(), verified.Body.GetRawText());
    }

    private static string? State(Reply reply) => reply.Body.GetProperty("state").GetString();

    private static decimal Number(Reply reply, string name) => reply.Body.GetProperty(name).GetDecimal();
}
