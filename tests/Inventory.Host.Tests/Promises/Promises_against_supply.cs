using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Promises;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.Tests.Walks;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests.Promises;

/// <summary>Two hosts whose clock stands at 2026-11-23, 10:00 UTC; the channel <c>web</c>, whose day is Berlin's, and <c>shop</c>.</summary>
public sealed class PromisingHosts : IAsyncLifetime
{
    public HandClock Clock { get; } = new(Instant.FromUtc(2026, 11, 23, 10, 0));

    public HostsOnOneDatabase Hosts { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Hosts = await HostsOnOneDatabase.Start(2, Clock);
        Assert.Equal(200, (await Hosts.Put("/v1/channels/web", new { adapter = "none", timeZone = "Europe/Berlin" })).Status);
        await Hosts.Register("shop");
    }

    public Task DisposeAsync() => Hosts.DisposeAsync().AsTask();
}

/// <summary>Holds against purchase orders and transfers. Each test has a SKU of its own.</summary>
public sealed class Promises_against_supply(PromisingHosts host) : IClassFixture<PromisingHosts>
{
    private static int _movements;

    private HostsOnOneDatabase Hosts => host.Hosts;

    [Fact]
    public async Task What_stock_does_not_cover_is_held_against_supply_in_time()
    {
        await Hosts.Receive("P1", "S001", 1, Now);
        await Expect("P1", "S001", 4, "P1-b", "2026-11-26");
        await Expect("P1", "W1", 2, "P1-a", "2026-11-25");
        var held = await Hold("p-1", """[{"sku":"P1","quantity":5,"by":"2026-11-26"}]""");

        Assert.Equal(201, held.Status);
        Assert.Equal("S001 1; W1 2 P1-a 2026-11-25; S001 2 P1-b 2026-11-26", Allocations(held));
        Assert.Equal(("2026-11-26", "2026-11-26"), (Text(held, "promisedOn"), held.Body.GetProperty("lines")[0].GetProperty("promisedOn").GetString()));
        Assert.Equal(Allocations(held), Allocations(await Hosts.Get("/v1/reservations/p-1")));

        // The same again is answered as the first time, other content is not, and nothing is promised twice.
        Assert.Equal(200, (await Hold("p-1", """[{"sku":"P1","quantity":5,"by":"2026-11-26"}]""")).Status);
        Assert.Equal("reservation-id-reused", (await Hold("p-1", """[{"sku":"P1","quantity":5,"by":"2026-11-27"}]""")).Word);
        Assert.Equal([0, 0, 0, 2, 2], await Schedule("P1", days: 5));
        Assert.Equal("insufficient-supply", (await Hold("p-1b", """[{"sku":"P1","quantity":3,"by":"2026-11-26"}]""")).Word);
        Assert.Equal("insufficient-supply", (await Hold("p-1b", """[{"sku":"P1","quantity":1,"by":"2026-11-25"}]""")).Word);
        Assert.Equal(2, Number(await Hosts.Get("/v1/positions/P1/S001"), "supplyHeld"));
        Assert.Equal(201, (await Hold("p-1b", """[{"sku":"P1","quantity":2,"by":"2026-11-26"}]""")).Status);
    }

    /// <summary>Each host reads these once a second, also beside ten years of reservations of which PostgreSQL has no statistics.</summary>
    [Fact]
    public async Task Reservations_that_await_supply_are_found_by_an_index()
    {
        await using var database = NpgsqlDataSource.Create(Hosts.ConnectionString);
        foreach (var sql in (string[])[ReservationTable.SelectAwaited, ReservationTable.SelectAtRisk("now()")])
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.OnlyIndexes));
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"explain {sql}"));
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.NextResultAsync();
            List<string> plan = [];
            while (await reader.ReadAsync())
            {
                plan.Add(reader.GetString(0));
            }

            Assert.DoesNotContain(plan, step => step.Contains("Seq Scan", StringComparison.Ordinal));
            Assert.Contains(plan, step => step.Contains("reservation_a", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Nothing_of_a_basket_is_held_where_one_line_has_too_little()
    {
        await Hosts.Receive("P2", "S001", 5, Now);
        await Expect("P2b", "S001", 1, "P2-a", "2026-11-25");
        var refused = await Hold("p-2", """[{"sku":"P2","quantity":5},{"sku":"P2b","quantity":2,"by":"2026-11-25"}]""");
        Assert.Equal((409, "insufficient-supply"), (refused.Status, refused.Word));
        Assert.Equal((2, 1), (
            refused.Body.GetProperty("shortages")[0].GetProperty("requested").GetDecimal(),
            refused.Body.GetProperty("shortages")[0].GetProperty("available").GetDecimal()));
        Assert.Equal(5, Number(await Hosts.Get("/v1/positions/P2/S001"), "available"));
        Assert.Equal(0, Number(await Hosts.Get("/v1/positions/P2b/S001"), "supplyHeld"));
    }

    [Theory]
    [InlineData("""[{"sku":"X","quantity":1,"by":"2026-11-22"}]""", "lines[0].by")]
    [InlineData("""[{"sku":"X","quantity":1},{"sku":"X","quantity":1,"by":"2027-05-23"}]""", "lines[1].by")]
    [InlineData("""[{"sku":"X","quantity":1,"by":"tomorrow"}]""", "lines[0].by")]
    [InlineData("""[{"sku":"X","quantity":1,"by":"2026-11-31"}]""", "lines[0].by")]
    [InlineData("""[{"sku":"X","quantity":1,"by":20261125}]""", "lines[0].by")]
    [InlineData("""[{"sku":"X","quantity":1,"by":"2026-11-25","allowBackorder":true}]""", "lines[0].by")]
    [InlineData("""[{"sku":"X","quantity":1}],"priority":1.5""", "priority")]
    [InlineData("""[{"sku":"X","quantity":1}],"priority":3000000000""", "priority")]
    public async Task What_cannot_be_promised_is_refused_by_name(string lines, string field)
    {
        var refused = await Hold("p-3", lines);
        Assert.Equal((400, "invalid-request", field), (refused.Status, refused.Word, refused.Body.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("confirm")]
    [InlineData("fulfil")]
    public async Task A_step_has_no_day(string step)
    {
        var refused = await Hosts.Post($"/v1/reservations/p-3/{step}", """{"lines":[{"sku":"X","quantity":1,"by":"2026-11-25"}]}""");
        Assert.Equal((400, "lines[0].by"), (refused.Status, refused.Body.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Change_confirm_and_release_give_supply_back()
    {
        await Expect("P4", "S001", 4, "P4-a", "2026-11-25");
        Assert.Equal(201, (await Hold("p-4", """[{"sku":"P4","quantity":4,"by":"2026-11-25"}]""")).Status);
        Assert.Equal(0, Number(await Hosts.Get("/v1/availability/P4?channel=web"), "quantity"));
        Assert.Equal("supply-not-received", (await Hosts.Post("/v1/reservations/p-4/fulfil", "{}")).Word);
        var changed = await Hosts.Put("/v1/reservations/p-4", """{"lines":[{"sku":"P4","quantity":3,"by":"2026-11-26"}]}""");
        Assert.Equal((200, "S001 3 P4-a 2026-11-25"), (changed.Status, Allocations(changed)));
        var confirmed = await Hosts.Post("/v1/reservations/p-4/confirm", """{"lines":[{"sku":"P4","quantity":2}]}""");
        Assert.Equal((200, "S001 2 P4-a 2026-11-25"), (confirmed.Status, Allocations(confirmed)));
        Assert.Equal(2, Number(await Hosts.Get("/v1/positions/P4/S001"), "supplyHeld"));
        Assert.Equal([0, 0, 2], await Schedule("P4", days: 3));
        Assert.Equal(200, (await Hosts.Post("/v1/reservations/p-4/release", "{}")).Status);
        Assert.Equal([0, 0, 4], await Schedule("P4", days: 3));
        Assert.Equal(
            ["expected 4", "supply-reserved 4", "supply-released -1", "supply-released -1", "supply-reserved 0", "supply-released -2"],
            await Events("P4", "S001"));
    }

    [Fact]
    public async Task What_comes_is_an_ordinary_hold_before_anybody_else_gets_it()
    {
        await Expect("P5", "S001", 5, "P5-a", "2026-11-25");
        await Hold("p-5-young", """[{"sku":"P5","quantity":2,"by":"2026-11-25"}],"priority":0""");
        await Hold("p-5-vip", """[{"sku":"P5","quantity":2,"by":"2026-11-25"}],"priority":3""");
        await Hosts.Post("/v1/reservations/p-5-vip/confirm", "{}");
        var receipt = Movement("receipt", "P5", "S001", 3, "P5-a");
        await Record(receipt);
        await Record(receipt);

        Assert.Equal("S001 2", Allocations(await Hosts.Get("/v1/reservations/p-5-vip")));
        Assert.Equal("S001 1; S001 1 P5-a 2026-11-25", Allocations(await Hosts.Get("/v1/reservations/p-5-young")));
        var position = await Hosts.Get("/v1/positions/P5/S001");
        Assert.Equal((3, 3, 0, 2, 1), (
            Number(position, "onHand"), Number(position, "reserved"), Number(position, "available"),
            Number(position, "inTransit"), Number(position, "supplyHeld")));
        Assert.Equal(200, (await Hosts.Post("/v1/reservations/p-5-vip/fulfil", "{}")).Status);
        await Record(Movement("receipt", "P5", "S001", 2, "P5-a"));
        Assert.Equal("S001 2", Allocations(await Hosts.Get("/v1/reservations/p-5-young")));
        position = await Hosts.Get("/v1/positions/P5/S001");
        Assert.Equal((3, 2, 1), (Number(position, "onHand"), Number(position, "reserved"), Number(position, "available")));
        await Verify();
    }

    [Fact]
    public async Task A_lost_promise_is_listed_and_alerted_until_it_can_be_kept()
    {
        await Expect("P6", "S001", 3, "P6-a", "2026-11-25");
        await Hold("p-6-old", """[{"sku":"P6","quantity":2,"by":"2026-11-26"}]""");
        host.Clock.Pass(Duration.FromSeconds(1));
        await Hold("p-6-new", """[{"sku":"P6","quantity":1,"by":"2026-11-26"}]""", "dev-channel-shop", "shop");
        await Expect("P6", "S001", 2, "P6-a", "2026-11-25");

        var listed = await AtRisk("document=P6-a");
        Assert.Equal("p-6-new shop P6 1 2026-11-25 P6-a short", Assert.Single(listed));
        Assert.Equal(listed, await AtRisk("channel=shop&document=P6-a", "dev-channel-shop"));
        Assert.Empty(await AtRisk("document=P6-a", "dev-channel-web"));
        Assert.Equal(403, (await Hosts.Get("/v1/promises/at-risk?channel=shop", "dev-channel-web")).Status);
        Assert.Equal("1 units in 1 reservations of shop were promised by P6-a and do not come in time.", await Alert("shop P6"));
        Assert.Equal("S001 1 P6-a - short", Allocations(await Hosts.Get("/v1/reservations/p-6-new")));

        await Expect("P6", "W1", 1, "P6-b", "2026-11-28");
        await Look();
        Assert.Equal("W1 1 P6-b 2026-11-28 short", Allocations(await Hosts.Get("/v1/reservations/p-6-new")));
        await Expect("P6", "S001", 3, "P6-a", "2026-11-25");
        Assert.Equal("S001 1 P6-a 2026-11-25", Allocations(await Hosts.Get("/v1/reservations/p-6-new")));
        Assert.Empty(await AtRisk("document=P6-a"));
        Assert.Null(await Alert("shop P6"));

        await Expect("P6", "S001", 3, "P6-a", "2026-11-29");
        Assert.Equal(
            ["p-6-new shop P6 1 2026-11-25 P6-a late", "p-6-old web P6 1 2026-11-25 P6-a late", "p-6-old web P6 1 2026-11-25 P6-a late"],
            (await AtRisk("document=P6-a")).Order(StringComparer.Ordinal));
        Assert.Equal("S001 1 P6-a 2026-11-29 late; W1 1 P6-b 2026-11-28 late", Allocations(await Hosts.Get("/v1/reservations/p-6-old")));
        await Expect("P6", "S001", 0, "P6-a", null);
        await Expect("P6", "W1", 0, "P6-b", null);
        Assert.Equal(["late", "late", "late"], (await AtRisk("document=P6-a")).Select(row => row.Split(' ')[^1]));
        await Hosts.Receive("P6", "W1", 3, Now);
        await Look();
        Assert.Empty(await AtRisk("document=P6-a"));
        Assert.Equal("W1 2", Allocations(await Hosts.Get("/v1/reservations/p-6-old")));
        await Verify();
    }

    [Fact]
    public async Task Pages_of_promises_at_risk_miss_none()
    {
        await Expect("P7", "S001", 5, "P7-a", "2026-11-25");
        for (var number = 0; number < 5; number++)
        {
            await Hold($"p-7-{number}", """[{"sku":"P7","quantity":1,"by":"2026-11-26"}]""");
        }

        await Expect("P7", "S001", 0, "P7-a", null);
        List<string> all = [];
        string? after = null;
        do
        {
            var page = await Hosts.Get($"/v1/promises/at-risk?document=P7-a&limit=2{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            Assert.Equal(200, page.Status);
            all.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("reservation").GetString()!));
            after = page.Body.GetProperty("next").GetString();
        }
        while (after is not null);
        Assert.Equal(["p-7-0", "p-7-1", "p-7-2", "p-7-3", "p-7-4"], all.Order(StringComparer.Ordinal));
        Assert.Equal("invalid-request", (await Hosts.Get("/v1/promises/at-risk?after=nonsense")).Word);
        Assert.Equal("unknown-channel", (await Hosts.Get("/v1/promises/at-risk?channel=nobody")).Word);

        // What is lost altogether can still be confirmed and released.
        Assert.Equal("confirmed", Text(await Hosts.Post("/v1/reservations/p-7-0/confirm", "{}"), "state"));
        Assert.Equal("released", Text(await Hosts.Post("/v1/reservations/p-7-0/release", "{}"), "state"));
        Assert.DoesNotContain("p-7-0", string.Join('|', await AtRisk("document=P7-a")));
        await Verify();
    }

    [Fact]
    public async Task Hosts_that_promise_at_once_never_promise_a_unit_twice()
    {
        await Expect("P8", "S001", 30, "P8-a", "2026-11-25");
        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(caller => Hosts.Send(
            HttpMethod.Post, "/v1/reservations",
            $$"""{"id":"p-8-{{caller}}","channel":"web","holdFor":"P20D","lines":[{"sku":"P8","quantity":1,"by":"2026-11-25"}]}""", "dev-ops", caller % 2)));
        Assert.Equal((30, 50), (answers.Count(answer => answer.Status == 201), answers.Count(answer => answer.Word == "insufficient-supply")));
        Assert.Equal(30, Number(await Hosts.Get("/v1/positions/P8/S001"), "supplyHeld"));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Record(Movement("receipt", "P8", "S001", 1, "P8-a"), number % 2)));
        var position = await Hosts.Get("/v1/positions/P8/S001");
        Assert.Equal((30, 30, 0), (Number(position, "onHand"), Number(position, "reserved"), Number(position, "supplyHeld")));
        await Verify();
    }

    [Fact]
    public async Task Explanations_and_the_past_show_what_is_held()
    {
        await Expect("P9", "S001", 4, "P9-a", "2026-11-25");
        var before = Now;
        host.Clock.Pass(Duration.FromSeconds(1));
        await Hosts.Post(
            "/v1/reservations", """{"id":"p-9","channel":"web","holdFor":"PT1M","lines":[{"sku":"P9","quantity":3,"by":"2026-11-25"}]}""");
        var held = Now;
        Assert.Equal(
            (3, 0, 3), (await Explained(null), await Explained(before), await Explained(held)));
        Assert.Equal((3, 0, 3), (await OfPosition(null), await OfPosition(before), await OfPosition(held)));
        Assert.Equal([0, 0, 1], await Schedule("P9", days: 3));

        // By the clock, whether or not the end is recorded.
        host.Clock.Pass(Duration.FromMinutes(1));
        Assert.Equal((0, 3, 0), (await Explained(null), await Explained(held), await Explained(Now)));
        Assert.Equal((0, 3, 0), (await OfPosition(null), await OfPosition(held), await OfPosition(Now)));
        Assert.Equal([0, 0, 4], await Schedule("P9", days: 3));
        Assert.Equal(201, (await Hold("p-9b", """[{"sku":"P9","quantity":4,"by":"2026-11-25"}]""")).Status);

        async Task<decimal> Explained(Instant? at)
        {
            var answer = await Hosts.Get($"/v1/availability/P9?channel=web&explain=true{(at is null ? "" : $"&at={at}")}");
            Assert.Equal((200, 0), (answer.Status, Number(answer, "quantity")));
            var supply = answer.Body.GetProperty("supply")[0];
            Assert.Equal(("P9-a", 4), (supply.GetProperty("document").GetString(), supply.GetProperty("quantity").GetDecimal()));
            return supply.GetProperty("held").GetDecimal();
        }

        async Task<decimal> OfPosition(Instant? at) => Number(await Hosts.Get($"/v1/positions/P9/S001{(at is null ? "" : $"?at={at}")}"), "supplyHeld");
    }

    [Fact]
    public async Task An_order_keeps_the_supply_of_its_reservation()
    {
        await Expect("P10", "S001", 3, "P10-a", "2026-11-25");
        await Hold("p-10", """[{"sku":"P10","quantity":3,"by":"2026-11-26"}]""");
        var placed = await Send("""{"type":"order","order":"o-10","id":"1","reservation":"p-10","priority":4,"lines":[{"sku":"P10","quantity":2}]}""");
        Assert.Equal("confirmed", Text(placed, "state"));
        Assert.Equal(("S001 2 P10-a", 0), await Line());
        Assert.Equal([0, 0, 1], await Schedule("P10", days: 3));

        await Record(Movement("receipt", "P10", "S001", 3, "P10-a"));
        Assert.Equal(("S001 2", 0), await Line());
        Assert.Equal(1, Number(await Hosts.Get("/v1/availability/P10?channel=web"), "quantity"));
        await Send("""{"type":"shipment","order":"o-10","id":"2","location":"S001","lines":[{"sku":"P10","quantity":2}]}""");
        Assert.Equal("fulfilled", Text(await Hosts.Get("/v1/channels/web/orders/o-10"), "state"));
        await Verify();

        async Task<Reply> Send(string message)
        {
            var answer = await Hosts.Post("/v1/channels/web/orders", $$"""{{message[..^1]}},"occurredAt":"{{Now}}"}""", "dev-ops");
            Assert.True(answer.Status == 200, answer.Body.GetRawText());
            return answer;
        }

        async Task<(string Held, decimal Oversold)> Line()
        {
            var line = (await Hosts.Get("/v1/channels/web/orders/o-10")).Body.GetProperty("lines")[0];
            return (string.Join("; ", line.GetProperty("held").EnumerateArray().Select(units => string.Join(' ', new[]
            {
                units.GetProperty("location").GetString(), units.GetProperty("quantity").ToString(), Of(units, "document"),
            }.OfType<string>()))), line.GetProperty("oversold").GetDecimal());
        }
    }

    [Fact]
    public async Task What_an_order_awaits_in_a_store_is_found_for_that_store()
    {
        await Expect("P12", "S001", 2, "P12-a", "2026-11-25");
        await Hold("p-12", """[{"sku":"P12","quantity":2,"location":"S001","by":"2026-11-26"}]""");
        var order = $$"""
            {"type":"order","order":"o-12","id":"1","reservation":"p-12","fulfilment":"pickup","location":"S001","occurredAt":"{{Now}}",
            "lines":[{"sku":"P12","quantity":2}]}
            """;
        Assert.Equal(200, (await Hosts.Post("/v1/channels/web/orders", order)).Status);
        await Expect("P12", "W1", 5, "P12-b", "2026-11-25");
        await Expect("P12", "S001", 2, "P12-a", "2026-11-28");
        await Look();
        Assert.Equal("S001 2 P12-a 2026-11-28 late", Allocations(await Hosts.Get("/v1/reservations/p-12")));
        await Expect("P12", "S001", 1, "P12-c", "2026-11-25");
        await Look();
        Assert.Equal(
            ["S001 1 P12-a 2026-11-28 late", "S001 1 P12-c 2026-11-25"],
            Allocations(await Hosts.Get("/v1/reservations/p-12")).Split("; ").Order(StringComparer.Ordinal));
        await Verify();
    }

    [Fact]
    public async Task Units_that_a_position_keeps_for_nobody_raise_an_alert()
    {
        await Expect("P11", "S001", 3, "P11-a", "2026-11-25");
        await Hold("p-11", """[{"sku":"P11","quantity":2,"by":"2026-11-25"}]""");
        await Keep(3);
        Assert.Equal("3 units of P11-a are carried as kept, and reservations keep 2.", await Alerted());
        await Keep(2);
        Assert.Null(await Alerted());

        Task Keep(int units) => Hosts.Sql<object>(
            $$"""update inventory.position set detail = jsonb_set(detail, '{supplyHeld,P11-a}', '{{units}}') where sku = 'P11' returning 1""");

        async Task<string?> Alerted()
        {
            await using var scope = Hosts.Hosts[0].Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new CompareReservations());
            return (await Hosts.Get("/v1/alerts?kind=reserved-differs&limit=1000")).Body.GetProperty("items").EnumerateArray()
                .Where(alert => alert.GetProperty("sku").GetString() == "P11").Select(alert => alert.GetProperty("detail").GetString()).SingleOrDefault();
        }
    }

    private Instant Now => host.Clock.GetCurrentInstant();

    private async Task Verify()
    {
        // By the events: nothing differs, of what is kept of supply neither.
        var verified = await Hosts.Get("/v1/audit/verify");
        Assert.True(verified.Body.GetProperty("ok").GetBoolean(), verified.Body.GetRawText());
    }

    private async Task Look()
    {
        foreach (var one in Hosts.Hosts)
        {
            await one.Services.GetServices<IHostedService>().OfType<ReplanSupply>().Single().Look(CancellationToken.None);
        }
    }

    private async Task<string?> Alert(string about)
    {
        await using var scope = Hosts.Hosts[0].Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new FindAlerts());
        return (await Hosts.Get("/v1/alerts?kind=promise-at-risk&limit=1000")).Body.GetProperty("items").EnumerateArray()
            .Where(alert => $"{alert.GetProperty("channel").GetString()} {alert.GetProperty("sku").GetString()}" == about)
            .Select(alert => alert.GetProperty("detail").GetString()).SingleOrDefault();
    }

    private Task Expect(string sku, string location, decimal quantity, string document, string? on)
    {
        var expectation = JsonSerializer.Serialize(new { kind = "purchase-order", confidence = 1, expectedOn = on });
        return Record($"{Movement("expected", sku, location, quantity, document)[..^1]},{expectation[1..]}");
    }

    private string Movement(string type, string sku, string location, decimal quantity, string document) => JsonSerializer.Serialize(
        new { id = $"m-{Interlocked.Increment(ref _movements)}", type, sku, location, quantity, document, occurredAt = $"{Now}" });

    private async Task Record(string movement, int at = 0)
    {
        var answer = await Hosts.Send(HttpMethod.Post, "/v1/movements", $$"""{"source":"erp","movements":[{{movement}}]}""", "dev-ops", at);
        Assert.True(answer.Status == 200 && answer.Body.GetProperty("rejected").GetInt32() == 0, answer.Body.GetRawText());
    }

    private Task<Reply> Hold(string id, string lines, string key = "dev-ops", string channel = "web") => Hosts.Post(
        "/v1/reservations", $$"""{"id":"{{id}}","channel":"{{channel}}","holdFor":"P20D","lines":{{lines}}}""", key);

    private async Task<decimal[]> Schedule(string sku, int days) =>
        [.. (await Hosts.Get($"/v1/availability/{sku}/schedule?channel=web&days={days}")).Body.GetProperty("days").EnumerateArray()
            .Select(day => day.GetProperty("quantity").GetDecimal())];

    private async Task<string[]> AtRisk(string query, string key = "dev-ops")
    {
        var page = await Hosts.Get($"/v1/promises/at-risk?{query}", key);
        Assert.Equal(200, page.Status);
        return [.. page.Body.GetProperty("items").EnumerateArray().Select(item => string.Join(' ',
            new[] { "reservation", "channel", "sku", "quantity", "promisedOn", "document", "reason" }.Select(name => item.GetProperty(name).ToString())))];
    }

    private async Task<string[]> Events(string sku, string location) =>
        [.. (await Hosts.Get($"/v1/positions/{sku}/{location}/events")).Body.GetProperty("items").EnumerateArray()
            .Select(happened => string.Create(
                CultureInfo.InvariantCulture, $"{happened.GetProperty("type")} {happened.GetProperty("quantity").GetDecimal():0.####}"))];

    private static string Allocations(Reply reply) => string.Join("; ",
        from line in reply.Body.GetProperty("lines").EnumerateArray()
        from units in line.GetProperty("allocations").EnumerateArray()
        select string.Join(' ', new[]
        {
            units.GetProperty("location").GetString(), units.GetProperty("quantity").ToString(), Of(units, "document"),
            Of(units, "document") is null ? null : Of(units, "expectedOn") ?? "-", Of(units, "atRisk"),
        }.OfType<string>()));

    private static string? Of(JsonElement units, string name) => units.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Text(Reply reply, string name) => reply.Body.GetProperty(name).GetString();

    private static decimal Number(Reply reply, string name) => reply.Body.GetProperty(name).GetDecimal();
}
