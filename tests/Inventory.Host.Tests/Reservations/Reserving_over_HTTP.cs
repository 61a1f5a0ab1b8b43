using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Tests.Walks;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>A host whose clock does not move, a registered channel <c>web</c> and another, <c>shop</c>.</summary>
public sealed class ReservingHost : IAsyncLifetime
{
    public HandClock Clock { get; } = new(Instant.FromUtc(2026, 11, 23, 10, 0));

    public HostsOnOneDatabase Hosts { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Hosts = await HostsOnOneDatabase.Start(1, Clock);
        await Hosts.Register("web");
        await Hosts.Register("shop");
    }

    public Task DisposeAsync() => Hosts.DisposeAsync().AsTask();
}

/// <summary>Each test has SKUs of its own.</summary>
public sealed class Reserving_over_HTTP(ReservingHost host) : IClassFixture<ReservingHost>
{
    private const string Web = "dev-channel-web";

    private HostsOnOneDatabase Hosts => host.Hosts;

    [Fact]
    public async Task A_new_hold_is_201_with_where_the_units_are()
    {
        await Stock("A1", ("S001", 2), ("S002", 5));
        var held = await Hold("a-1", """[{"sku":"A1","quantity":1.5,"location":"S001"},{"sku":"A1","quantity":5.5}]""", Web);
        Assert.Equal(201, held.Status);
        Assert.Equal(("a-1", "web", "held", "2026-11-23T10:15:00Z"), (Text(held, "id"), Text(held, "channel"), Text(held, "state"), Text(held, "expiresAt")));
        Assert.Equal("A1 1.5: S001 1.5; A1 5.5: S002 5, S001 0.5", Lines(held));

        var read = await Hosts.Get($"/v1/reservations/a-1?minSequence={held.Body.GetProperty("sequence")}", Web);
        Assert.Equal(Lines(held), Lines(read));
        var position = await Hosts.Get("/v1/positions/A1/S001");
        Assert.Equal((2, 0), (Number(position, "reserved"), Number(position, "available")));
        Assert.Equal(0, Number(await Hosts.Get("/v1/availability/A1?channel=web"), "quantity"));
    }

    [Fact]
    public async Task The_same_request_is_200_and_another_with_its_id_409()
    {
        await Stock("A2", ("S001", 9));
        Assert.Equal(201, (await Hold("a-2", """[{"sku":"A2","quantity":2}]""")).Status);
        var again = await Hosts.Post("/v1/reservations", """{"lines":[{"quantity":2.0,"sku":" A2 "}],"id":"a-2","channel":"web","holdFor":"PT900S"}""");
        Assert.Equal((200, "held"), (again.Status, Text(again, "state")));
        Assert.True(Number(again, "sequence") > 0);
        Assert.Equal("reservation-id-reused", (await Hold("a-2", """[{"sku":"A2","quantity":3}]""")).Word);
        Assert.Equal(2, Number(await Hosts.Get("/v1/positions/A2/S001"), "reserved"));
    }

    [Fact]
    public async Task All_lines_are_held_or_none_and_shortages_are_named()
    {
        await Stock("A3", ("S001", 2));
        await Stock("A3b", ("S001", 9));
        var refused = await Hold(
            "a-3",
            """[{"sku":"A3b","quantity":1},{"sku":"A3","quantity":1,"location":"S001"},{"sku":"A3","quantity":2,"location":"S001"},{"sku":"A3c","quantity":0.5}]""");
        Assert.Equal((409, "insufficient-stock"), (refused.Status, refused.Word));
        Assert.Equal(
            """[{"sku":"A3","location":"S001","requested":3,"available":2},{"sku":"A3c","location":null,"requested":0.5,"available":0}]""",
            refused.Body.GetProperty("shortages").GetRawText());
        Assert.Equal(0, Number(await Hosts.Get("/v1/positions/A3b/S001"), "reserved"));
        Assert.Equal("unknown-reservation", (await Hosts.Get("/v1/reservations/a-3")).Word);
    }

    [Fact]
    public async Task A_hold_can_be_confirmed_fulfilled_and_released()
    {
        await Stock("A4", ("S001", 10));
        await Hold("a-4", """[{"sku":"A4","quantity":4}]""");
        Assert.Equal("A4 6: S001 6", Lines(await Hosts.Put("/v1/reservations/a-4", """{"lines":[{"sku":"A4","quantity":6}]}""", Web)));
        var confirmed = await Hosts.Post("/v1/reservations/a-4/confirm", """{"lines":[{"sku":"A4","quantity":5}]}""", Web);
        Assert.Equal(("confirmed", JsonValueKind.Null), (Text(confirmed, "state"), confirmed.Body.GetProperty("expiresAt").ValueKind));
        Assert.Equal("reservation-already-confirmed", (await Hosts.Put("/v1/reservations/a-4", """{"lines":[{"sku":"A4","quantity":1}]}""")).Word);
        Assert.Equal("more-than-held", (await Hosts.Post("/v1/reservations/a-4/fulfil", """{"lines":[{"sku":"A4","quantity":6}]}""")).Word);

        foreach (var parcel in new[] { "p-1", "p-1", "p-2" })
        {
            Assert.Equal("confirmed",
                Text(await Hosts.Post("/v1/reservations/a-4/fulfil", $$"""{"step":"{{parcel}}","lines":[{"sku":"A4","quantity":2}]}"""), "state"));
        }

        Assert.Equal("step-id-reused", (await Hosts.Post("/v1/reservations/a-4/fulfil", """{"step":"p-2"}""")).Word);
        var position = await Hosts.Get("/v1/positions/A4/S001");
        Assert.Equal((6, 1), (Number(position, "onHand"), Number(position, "reserved")));
        Assert.Equal("released", Text(await Hosts.Post("/v1/reservations/a-4/release"), "state"));
        Assert.Equal("released", Text(await Hosts.Post("/v1/reservations/a-4/release", "{}"), "state"));
        Assert.Equal("reservation-already-released", (await Hosts.Post("/v1/reservations/a-4/confirm")).Word);
        Assert.Equal(6, Number(await Hosts.Get("/v1/availability/A4?channel=web"), "quantity"));

        await Hold("a-4b", """[{"sku":"A4","quantity":6}]""");
        Assert.Equal("fulfilled", Text(await Hosts.Post("/v1/reservations/a-4b/fulfil"), "state"));
        Assert.Equal("fulfilled", Text(await Hosts.Post("/v1/reservations/a-4b/fulfil"), "state"));
        Assert.Equal("reservation-already-fulfilled", (await Hosts.Post("/v1/reservations/a-4b/release")).Word);
        Assert.Equal(0, Number(await Hosts.Get("/v1/positions/A4/S001"), "onHand"));
    }

    [Fact]
    public async Task A_sale_that_names_a_hold_fulfils_it()
    {
        await Stock("A5", ("S001", 3), ("S002", 3));
        await Hold("a-5", """[{"sku":"A5","quantity":4}]""");
        var line = new { id = "till-a5", type = "sale", sku = "A5", location = "S001", quantity = 2, occurredAt = "2026-11-23T10:00:00Z", reservation = "a-5" };
        foreach (var expected in new[] { "accepted", "duplicates" })
        {
            Assert.Equal(1, Number(await Hosts.Post("/v1/movements", new { source = "pos", movements = new[] { line } }), expected));
        }

        var read = await Hosts.Get("/v1/reservations/a-5");
        Assert.Equal("held", Text(read, "state"));
        Assert.Equal([2, 0], read.Body.GetProperty("lines")[0].GetProperty("allocations").EnumerateArray()
            .Select(units => units.GetProperty("fulfilled").GetDecimal()));
        var position = await Hosts.Get("/v1/positions/A5/S001");
        Assert.Equal((1, 1), (Number(position, "onHand"), Number(position, "reserved")));
        Assert.Equal(1, await Hosts.Sql<long>("select count(*) from inventory.mt_events where data->>'reservation' = 'a-5' and type = 'stock_sold'"));
        Assert.Equal("fulfilled", Text(await Hosts.Post("/v1/reservations/a-5/fulfil"), "state"));
        Assert.Equal(0, await Mismatches());
    }

    [Fact]
    public async Task A_hold_expires_for_every_reader_before_that_is_recorded()
    {
        await Stock("A6", ("S001", 5));
        await Hold("a-6", """[{"sku":"A6","quantity":5}]""", holdFor: "PT1S");
        var before = await Hosts.Get("/v1/positions/A6/S001");
        var known = await Hosts.Get("/v1/availability/A6?channel=web");
        Assert.Equal((5, 0), (Number(before, "reserved"), Number(known, "quantity")));

        host.Clock.Pass(Duration.FromSeconds(1));
        var after = await Hosts.Get("/v1/positions/A6/S001");
        Assert.Equal((0, 5), (Number(after, "reserved"), Number(after, "available")));
        Assert.Equal(0, Number(await Hosts.Get("/v1/positions?sku=A6"), "items", "reserved"));
        Assert.Equal(5, Number(await Hosts.Get("/v1/availability/A6?channel=web"), "quantity"));
        Assert.Equal("expired", Text(await Hosts.Get("/v1/reservations/a-6"), "state"));
        Assert.Equal("reservation-expired", (await Hosts.Post("/v1/reservations/a-6/confirm")).Word);
        Assert.Equal(201, (await Hold("a-6b", """[{"sku":"A6","quantity":5}]""")).Status);

        await Hosts.Hosts[0].Services.GetRequiredService<WriteLanes>().ExpireDue(new Provenance("sweep", Actor.OfProduct("expiry")), 100);
        Assert.Equal("expired", await Hosts.Sql<string>("select state from inventory.reservation where id = 'a-6'"));
        Assert.Equal(5, Number(await Hosts.Get("/v1/positions/A6/S001"), "reserved"));
        Assert.Equal(1, await Hosts.Sql<long>("select count(*) from inventory.mt_events where type = 'reservation_expired' and data->>'reservation' = 'a-6'"));
        Assert.Equal(0, await Mismatches());
    }

    [Fact]
    public async Task A_disabled_location_gives_nothing_an_unregistered_one_all()
    {
        await Stock("A7", ("S701", 5), ("S702", 3));
        Assert.Equal(200, (await Hosts.Put("/v1/locations/S701", """{"type":"store","enabled":false}""")).Status);
        Assert.Equal("A7 3: S702 3", Lines(await Hold("a-7", """[{"sku":"A7","quantity":3}]""")));
        var refused = await Hold("a-7b", """[{"sku":"A7","quantity":1,"location":"S701"}]""");
        Assert.Equal(0, refused.Body.GetProperty("shortages")[0].GetProperty("available").GetDecimal());
        Assert.Equal("insufficient-stock", (await Hosts.Put("/v1/reservations/a-7", """{"lines":[{"sku":"A7","quantity":4}]}""")).Word);

        await Hosts.Put("/v1/locations/S701", """{"type":"store"}""");
        Assert.Equal(201, (await Hold("a-7b", """[{"sku":"A7","quantity":1,"location":"S701"}]""")).Status);
        await Hosts.Put("/v1/locations/S701", """{"type":"store","enabled":false}""");
        Assert.Equal(200, (await Hosts.Put("/v1/reservations/a-7b", """{"lines":[{"sku":"A7","quantity":1}]}""")).Status);
    }

    [Fact]
    public async Task A_hold_is_visible_to_its_own_channel_and_location()
    {
        await Stock("A8", ("S001", 5));
        await Hold("a-8", """[{"sku":"A8","quantity":1}]""");
        Assert.Equal(403, (await Hold("a-8b", """[{"sku":"A8","quantity":1}]""", "dev-channel-shop")).Status);
        foreach (var step in new[] { "confirm", "fulfil", "release" })
        {
            Assert.Equal("unknown-reservation", (await Hosts.Post($"/v1/reservations/a-8/{step}", key: "dev-channel-shop")).Word);
            Assert.Equal("unknown-reservation", (await Hosts.Post($"/v1/reservations/a-8-nobody/{step}")).Word);
            Assert.Equal(403, (await Hosts.Post($"/v1/reservations/a-8/{step}", key: "dev-planner")).Status);
        }

        Assert.Equal("unknown-reservation", (await Hosts.Put("/v1/reservations/a-8", """{"lines":[{"sku":"A8","quantity":9}]}""", "dev-channel-shop")).Word);
        Assert.Equal("unknown-reservation", (await Hosts.Get("/v1/reservations/a-8", "dev-channel-shop")).Word);
        Assert.Equal(200, (await Hosts.Get("/v1/reservations/a-8", "dev-store-S001")).Status);
        Assert.Equal("unknown-reservation", (await Hosts.Get("/v1/reservations/a-8", "dev-store-S009")).Word);
        Assert.Equal(200, (await Hosts.Get("/v1/reservations/a-8", "dev-ops")).Status);
        Assert.Equal("unknown-channel", (await Hold("a-8c", """[{"sku":"A8","quantity":1}]""", channel: "nobody")).Word);
        Assert.Equal("unknown-channel", (await Hold("a-8c", """[{"sku":"A8","quantity":1}]""", "dev-channel-nobody", channel: "nobody")).Word);
    }

    [Theory]
    [InlineData("""{}""", "id", "channel", "lines")]
    [InlineData("""{"id":"..","channel":".","lines":[{"sku":"..","quantity":1,"location":"."}]}""", "id", "channel", "lines[0].sku", "lines[0].location")]
    [InlineData("""{"id":"x y","channel":"web","lines":[{"sku":"X","quantity":1}]}""", "id")]
    [InlineData("""{"id":"x","channel":"web","lines":[]}""", "lines")]
    [InlineData("""{"id":"x","channel":"web","lines":{}}""", "lines")]
    [InlineData("""{"id":"x","channel":"web","lines":[5]}""", "lines[0]")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":1},{"sku":"X","quantity":0}]}""", "lines[1].quantity")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":-1}]}""", "lines[0].quantity")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":0.00001}]}""", "lines[0].quantity")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":"1"}]}""", "lines[0].quantity")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":1,"quantity":1}]}""", "lines[0].quantity")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":1,"colour":"red"}]}""", "lines[0].colour")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"quantity":1,"location":"S 1"}]}""", "lines[0].sku", "lines[0].location")]
    [InlineData("""{"id":"x","channel":"web","lines":[{"sku":"X","quantity":1}],"extra":1}""", "extra")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"PT0.9S","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"P30DT1S","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"P1M","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"P2000000000D","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"PT9999999999999999999H","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":"-PT5M","lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    [InlineData("""{"id":"x","channel":"web","holdFor":900,"lines":[{"sku":"X","quantity":1}]}""", "holdFor")]
    public async Task Every_wrong_field_is_named(string body, params string[] fields)
    {
        var refused = await Hosts.Post("/v1/reservations", body);
        Assert.Equal((400, "invalid-request"), (refused.Status, refused.Word));
        Assert.Equal(fields, refused.Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("PT1S")]
    [InlineData("P30D")]
    [InlineData("P2W")]
    [InlineData("PT1H30M")]
    [InlineData("PT1.25S")]
    public async Task A_hold_lasts_as_long_as_is_asked(string holdFor) =>
    Assert.Equal("insufficient-stock", (await Hold("a-9", """[{"sku":"A9","quantity":1}]""", holdFor: holdFor)).Word);

    [Theory]
    [InlineData("POST", "confirm", """{"lines":[]}""", "lines")]
    [InlineData("POST", "confirm", """{"lines":[{"sku":"X","quantity":1,"allowBackorder":true}]}""", "lines[0].allowBackorder")]
    [InlineData("POST", "fulfil", """{"step":5}""", "step")]
    [InlineData("POST", "fulfil", """{"note":"x"}""", "note")]
    [InlineData("POST", "release", """{"lines":[{"sku":"X","quantity":1}]}""", "lines")]
    [InlineData("PUT", "", """{}""", "lines")]
    [InlineData("PUT", "", """{"lines":[{"sku":"X","quantity":1}],"holdFor":"PT5M"}""", "holdFor")]
    public async Task A_step_with_an_unknown_field_is_refused(string method, string step, string body, string field)
    {
        var refused = await Hosts.Send(new HttpMethod(method), $"/v1/reservations/a-10/{step}".TrimEnd('/'), body);
        Assert.Equal((400, field), (refused.Status, refused.Body.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_thousand_lines_are_taken_and_no_more()
    {
        await Stock("A11", ("S001", 1000));
        var lines = Enumerable.Repeat("""{"sku":"A11","quantity":1}""", 1_001).ToList();
        Assert.Equal("invalid-request", (await Hold("a-11", $"[{string.Join(',', lines)}]")).Word);
        Assert.Equal(201, (await Hold("a-11", $"[{string.Join(',', lines[1..])}]")).Status);
        Assert.Equal(1000, Number(await Hosts.Get("/v1/positions/A11/S001"), "reserved"));
    }

    [Fact]
    public async Task Four_hundred_concurrent_requests_get_exactly_what_there_is()
    {
        await Stock("A12", ("S001", 100));
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(caller => Hold($"a-12-{caller}", """[{"sku":"A12","quantity":1}]""")));
        Assert.Equal((100, 300), (answers.Count(answer => answer.Status == 201), answers.Count(answer => answer.Word == "insufficient-stock")));
        Assert.Equal(100, Number(await Hosts.Get("/v1/positions/A12/S001"), "reserved"));
        Assert.Equal(101, Number(await Hosts.Get("/v1/positions/A12/S001"), "version"));
    }

    [Fact]
    public async Task Concurrent_steps_of_one_reservation_are_all_answered()
    {
        await Stock("A14", ("S001", 40));
        await Hold("a-14", """[{"sku":"A14","quantity":40}]""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(parcel =>
            Hosts.Post("/v1/reservations/a-14/fulfil", $$"""{"step":"p-{{parcel}}","lines":[{"sku":"A14","quantity":1}]}""")));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal("fulfilled", Text(await Hosts.Get("/v1/reservations/a-14"), "state"));
        Assert.Equal(0, Number(await Hosts.Get("/v1/positions/A14/S001"), "onHand"));
    }

    [Fact]
    public async Task Holds_equal_the_reserved_units_of_positions()
    {
        await Stock("A13", ("S001", 5));
        await Hold("a-13", """[{"sku":"A13","quantity":2}]""");
        Assert.Equal(0, await Mismatches());
        await Hosts.Sql<object>("update inventory.position set reserved = 3 where sku = 'A13' returning 1");
        Assert.Equal(1, await Mismatches());
        Assert.Equal("3 units are carried as reserved, and holds of 2 are open.", await Alerted());
        await Hosts.Sql<object>("update inventory.position set reserved = 2 where sku = 'A13' returning 1");
        Assert.Equal(0, await Mismatches());
        Assert.Null(await Alerted());

        async Task<string?> Alerted() => (await Hosts.Get("/v1/alerts?limit=1000")).Body.GetProperty("items").EnumerateArray()
            .Where(alert => alert.GetProperty("kind").GetString() == "reserved-differs")
            .Select(alert => alert.GetProperty("detail").GetString()).SingleOrDefault();
    }

    private async Task<long> Mismatches()
    {
        await using var scope = Hosts.Hosts[0].Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new CompareReservations());
        return await Hosts.Sql<long>($"select value from inventory.measurement where name = '{Measurements.ReservationMismatch}'");
    }

    private async Task Stock(string sku, params (string Location, decimal Quantity)[] units)
    {
        foreach (var (location, quantity) in units)
        {
            await Hosts.Receive(sku, location, quantity, host.Clock.GetCurrentInstant());
        }
    }

    private Task<Reply> Hold(string id, string lines, string key = "dev-ops", string channel = "web", string? holdFor = null) =>
        Hosts.Post(
            "/v1/reservations", $$"""{"id":"{{id}}","channel":"{{channel}}",{{(holdFor is null ? "" : $"\"holdFor\":\"{holdFor}\",")}}"lines":{{lines}}}""",
            key);

    private static string? Text(Reply reply, string name) => reply.Body.GetProperty(name).GetString();

    private static decimal Number(Reply reply, string name) => reply.Body.GetProperty(name).GetDecimal();

    private static decimal Number(Reply reply, string list, string name) => reply.Body.GetProperty(list)[0].GetProperty(name).GetDecimal();

    private static string Lines(Reply reply) => string.Join("; ", reply.Body.GetProperty("lines").EnumerateArray().Select(line =>
        $"{line.GetProperty("sku")} {line.GetProperty("quantity")}: "
        + string.Join(", ", line.GetProperty("allocations").EnumerateArray()
            .Select(units => $"{units.GetProperty("location")} {units.GetProperty("quantity")}"))));
}
