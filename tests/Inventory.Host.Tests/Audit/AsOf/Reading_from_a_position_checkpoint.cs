using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Text;
using RetailSync.Inventory.Host.Audit.Chain;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.AsOf;

/// <summary>Everything is answered with balances as it is without them. What may be used when is shown in the domain's tests; here it is the SQL.</summary>
public class Reading_from_a_position_checkpoint(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly string[] Locations = ["S001", "S002"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Gives_the_same_answer_as_all_events(int seed)
    {
        var (sku, random) = (NewSku(), new Random(seed));
        var begin = host.Clock.GetCurrentInstant();
        await Live(sku, random);

        // The clock ends no hold while the two are compared.
        host.Clock.Advance(Duration.FromHours(2));
        await Waiting.Until(async () => (long)(await host.Sql("select count(*) from inventory.reservation where state = 'held'"))! == 0);
        await Linked();
        var end = host.Clock.GetCurrentInstant();
        var instants = Enumerable.Range(0, 40).Select(_ => begin + ((end - begin) * (random.Next(-100, 1_100) / 1_000.0))).Append(end).ToArray();

        var balances = await Count(sku, "true");
        var overtaken = await Count(sku, "overtaken");
        var withBalances = await Answers(sku, instants);
        await host.Sql($"delete from inventory.position_balance where stream like '{sku}@%'");
        var without = await Answers(sku, instants);

        Assert.True(balances >= 12 && overtaken > 0 && overtaken < balances, $"{balances} balances, {overtaken} overtaken");
        Assert.DoesNotContain(without.Zip(withBalances), pair => pair.First != pair.Second);
        Assert.Equal(without.Count, withBalances.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_series_is_the_position_at_each_of_its_instants(int seed)
    {
        var (sku, random) = (NewSku(), new Random(seed));
        var begin = host.Clock.GetCurrentInstant();
        (await host.Put($"/v1/rules/first-{sku}", new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 30, effectiveFrom = Now })).Ok();
        await Live(sku, random);
        (await host.Put($"/v1/rules/safety-{sku}", new { kind = "safety-stock", sku, quantity = 12, effectiveFrom = Now })).Ok();
        (await host.Put($"/v1/rules/fence-{sku}", new { kind = "allocation", channel = "web", sku, mode = "percent", percent = 10, effectiveFrom = Now })).Ok();
        await Live(sku, random, "later-");
        var end = host.Clock.GetCurrentInstant();

        foreach (var knowledge in new[] { "then", "now" })
        {
            var (from, to) = (begin + ((end - begin) * (random.Next(0, 500) / 1_000.0)), end - Duration.FromMinutes(random.Next(0, 60)));
            var question = $"from={Text(from)}&to={Text(to)}&knowledge={knowledge}&points=20";
            var series = (await host.Get($"/v1/positions/{sku}/S001/series?{question}")).Ok().Items("points");
            Assert.Equal(20, series.Length);
            foreach (var point in series)
            {
                var position = (await host.Get($"/v1/positions/{sku}/S001?at={point.Text("at")}&knowledge={knowledge}")).Ok();
                foreach (var band in new[] { "onHand", "unsellable", "reserved", "safetyStock", "allocations", "inTransit" })
                {
                    Assert.Equal($"{point.Text("at")} {band} {position.GetProperty(band).GetRawText()}",
                        $"{point.Text("at")} {band} {point.GetProperty(band).GetRawText()}");
                }

                Assert.Equal(position.Number("available"),
                    point.Number("free") + point.GetProperty("allocations").EnumerateObject().Sum(units => units.Value.GetDecimal()));
                Assert.InRange(point.Number("onHand"), point.Number("least"), point.Number("most"));
            }

            Assert.Contains(series, point => point.Number("safetyStock") == 12);
            Assert.Contains(series, point => point.GetProperty("allocations").TryGetProperty("web", out _));
        }

        static string Text(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
    }

    /// <summary>A balance that is used is one whose change is seen.</summary>
    [Theory]
    [InlineData("then")]
    [InlineData("now")]
    public async Task Uses_the_newest_checkpoint_that_is_valid_for_the_query(string knowledge)
    {
        var sku = NewSku();
        var isNow = knowledge == "now";
        await Receive(40);
        var events = await host.Events(sku);
        await host.Sql($"update inventory.position_balance set state = jsonb_set(state, '{{onHand}}', to_jsonb(100 * version)) where stream = '{sku}@S001'");

        Assert.Equal((15, 1600, 1615, 3200, 3208), (await OnHand(15), await OnHand(16), await OnHand(31), await OnHand(32), await OnHand(40)));

        // Recorded late, it belongs before the second balance: what is known now goes on from the first, also when it is no longer the newest.
        await Record(Line(sku, "receipt", 1, events[20].Text("occurredAt")!));
        Assert.Equal(isNow ? (1616, 1617, 1625) : (1615, 3200, 3208), (await OnHand(31), await OnHand(32), await OnHand(40)));
        await Receive(20);
        Assert.Equal(isNow ? (1616, 1617, 1625) : (1615, 3200, 3208), (await OnHand(31), await OnHand(32), await OnHand(40)));

        // What it corrects is known to the first already.
        await Record(Line(sku, "correction", 2, Now, more: [("corrects", events[3].Text("id")), ("declaration", "incorrect")]));
        Assert.Equal(isNow ? (17, 34) : (1600, 3200), (await OnHand(16), await OnHand(32)));
        await Receive(20);
        Assert.Equal(isNow ? (17, 34) : (1600, 3200), (await OnHand(16), await OnHand(32)));

        async Task Receive(int count)
        {
            for (var number = 0; number < count; number++)
            {
                host.Clock.Advance(Duration.FromMinutes(1));
                await Record(Line(sku, "receipt", 1, Now));
            }

            await Linked();
        }

        async Task<decimal> OnHand(int version) =>
            (await host.Get($"/v1/positions/{sku}/S001?at={events[version - 1].Text("recordedAt")}&knowledge={knowledge}")).Ok().Number("onHand");
    }

    /// <summary>Sources say when to the nanosecond, and PostgreSQL compares microseconds.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public async Task Counts_a_fact_between_two_microseconds_where_it_belongs(int later)
    {
        var sku = NewSku();
        for (var number = 0; number < 16; number++)
        {
            await Record(Line(sku, "receipt", 1, $"2026-11-23T09:{number:00}:00Z"));
        }

        await Linked();
        await Record(Line(sku, "receipt", 1, "2026-11-23T09:30:00.0000006Z"));
        for (var number = 0; number < later; number++)
        {
            await Record(Line(sku, "receipt", 1, "2026-11-23T09:40:00Z"));
        }

        await Linked();

        Assert.Equal((16, 17, 17), (await OnHand("5"), await OnHand("6"), await OnHand("8")));

        async Task<decimal> OnHand(string digit) => (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-23T09:30:00.000000{digit}Z")).Ok().Number("onHand");
    }

    private string Now => InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant());

    private static JsonObject Line(
        string sku, string type, decimal? quantity, string at, string location = "S001", string? id =
        null, params IReadOnlyList<(string Name, JsonNode? Value)> more)
    {
        var line = Lines.Line(type, quantity, sku, location, id, more: more);
        line["occurredAt"] = at;
        return line;
    }

    /// <summary>Some hours of a SKU: late facts, corrections, counts, statuses, documents, orders; linked, and so balanced, now and then.</summary>
    private async Task Live(string sku, Random random, string run = "")
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        var (ids, orders) = (new List<(string Id, string Location)>(), 0);
        foreach (var location in Locations)
        {
            await Record(Line(sku, "receipt", 500, Now, location));
        }

        for (var number = 0; number < 260; number++)
        {
            host.Clock.Advance(Duration.FromSeconds(random.Next(1, 90)));
            var location = Locations[random.Next(2)];
            var late = random.Next(12) == 0 ? Duration.FromMinutes(random.Next(1, 60)) : Duration.Zero;
            var (at, id, quantity) = (InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant() - late), $"{sku}-{run}{number}", random.Next(1, 9) / 2m);
            switch (random.Next(14))
            {
                case < 5:
                    await Record(Line(sku, "sale", quantity, at, location, id));
                    break;
                case 5:
                    await Record(Line(sku, "count", random.Next(200, 400), at, location, id));
                    break;
                case 6:
                    await Record(Line(sku, "return", quantity, at, location, id, ("status", "damaged")));
                    break;
                case 7:
                    await Record(Line(sku, "expected", quantity, at, location, id, ("document", $"po-{random.Next(2)}"),
                        ("kind", "purchase-order"), ("expectedOn", "2026-12-01"), ("confidence", 1)));
                    break;
                case 8:
                    await Record(Line(sku, "transfer", quantity, at, location, id, ("to", Locations[0] == location ? Locations[1] : Locations[0]),
                        ("document", $"t-{random.Next(2)}")));
                    break;
                case 9:
                    await Record(Line(sku, "receipt", quantity, at, location, id, ("document", $"po-{random.Next(2)}")));
                    break;
                case 10 when ids.Count > 0 && random.Next(3) == 0:
                    var (wrong, there) = ids[Math.Max(0, ids.Count - random.Next(1, 60))];
                    await Record(Line(sku, "correction", random.Next(2) == 0 ? null : quantity, at, there, id, ("corrects", wrong)), declares: true);
                    break;
                case 11:
                    await host.Post("/v1/reservations",
                        new
                        {
                            id = $"{sku}-{run}order-{++orders}",
                            channel = "web",
                            holdFor = $"PT{random.Next(1, 90)}M",
                            lines = new[] { new { sku, quantity, location } }
                        });
                    break;
                case 12:
                    await host.Put($"/v1/reservations/{sku}-{run}order-{random.Next(1, orders + 1)}",
                        new { lines = new[] { new { sku, quantity, location } } });
                    break;
                default:
                    var step = new[] { "confirm", "release", "fulfil" }[random.Next(3)];
                    await host.Post($"/v1/reservations/{sku}-{run}order-{random.Next(1, orders + 1)}/{step}", new { });
                    break;
            }

            ids.Add((id, location));
            if (number % 40 == 0)
            {
                await Linked();
            }
        }

        await Linked();
    }

    private async Task Record(JsonObject line, bool declares = false)
    {
        if (declares)
        {
            line["declaration"] = line["quantity"] is null ? "did-not-occur" : "incorrect";
        }

        await host.Record(line);
    }

    private async Task<List<string>> Answers(string sku, IEnumerable<Instant> instants)
    {
        var answers = new List<string>();
        foreach (var at in instants.Select(InstantPattern.ExtendedIso.Format))
        {
            foreach (var knowledge in new[] { "then", "now" })
            {
                answers.AddRange((await host.Get($"/v1/audit/as-of?sku={sku}&at={at}&knowledge={knowledge}")).Ok()
                    .Items().Select(item => $"{at} {knowledge} {item.GetRawText()}"));
            }
        }

        return answers;
    }

    private async Task<long> Count(string sku, string condition) =>
        (long)(await host.Sql($"select count(*) from inventory.position_balance where stream like '{sku}@%' and {condition}"))!;

    private Task Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
}
