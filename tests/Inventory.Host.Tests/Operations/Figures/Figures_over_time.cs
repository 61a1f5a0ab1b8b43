using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RetailSync.Inventory.Host.Operations.Figures;
using RetailSync.Inventory.Host.Retention;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Operations.Figures;

/// <summary>What is sampled each minute, answered and summed up over HTTP.</summary>
public sealed class Figures_over_time(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Channels_holds_and_lines_are_sampled_once_a_minute()
    {
        (await host.Put("/v1/channels/sampled", new { adapter = "log", rateLimit = 5 })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        (await host.Post("/v1/reservations", new { id = sku, channel = "sampled", lines = new[] { new { sku, quantity = 1 } } })).Ok(201);
        await host.Record(Line("sale", -1, sku));

        // Into a minute of which the schedule, which goes by the real clock, can only have taken the same.
        host.Clock.Advance(Duration.FromMinutes(2));
        await host.Handle(new SampleCluster());
        await host.Handle(new SampleCluster());

        foreach (var name in new[] { "channel.lag", "channel.waiting", "channel.published", "channel.errors", "channel.budget" })
        {
            var series = Assert.Single((await Series($"name={name}&labels=channel=sampled")).Items());
            Assert.Equal("sampled", series.GetProperty("labels").Text("channel"));
            Assert.InRange(Assert.Single(series.Items("points")).Number("value"), 0, 1_000);
        }

        Assert.Equal(1, Newest(await Series("name=holds.open")));
        Assert.Equal(1, Newest(await Series("name=quarantine.open")));
    }

    [Fact]
    public async Task A_host_samples_its_lanes()
    {
        await host.RecordAccepted(Line("receipt", 5, NewSku()));

        await host.Services.GetServices<IHostedService>().OfType<SampleHost>().Single().Take(default);

        Assert.Equal(0, Newest(await Series("name=lanes.waiting")));
        Assert.InRange(Newest(await Series("name=lanes.commit")), 0.000_001m, 60);
        Assert.Contains(":", Assert.Single((await Series("name=lanes.commit")).Items()).GetProperty("labels").Text("host"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_are_means_of_steps_and_series_are_paged()
    {
        for (var minute = 0; minute < 4; minute++)
        {
            await Insert("channel.lag", "channel=a", 60, $"2026-11-01 00:0{minute}:00Z", minute);
        }

        await Insert("channel.lag", "channel=b", 60, "2026-11-01 00:00:00Z", 9);

        var first = await Series("name=channel.lag&from=2026-11-01T00:00:00Z&to=2026-11-03T00:00:00Z&limit=1");
        Assert.Equal(("PT2M", "channel=a"), (first.Text("step"), first.Text("next")));
        Assert.Equal([(0.5m, 1m), (2.5m, 3m)], first.Items()[0].Items("points").Select(point => (point.Number("value"), point.Number("highest"))));
        var second = await Series("name=channel.lag&from=2026-11-01T00:00:00Z&to=2026-11-03T00:00:00Z&limit=1&after=channel=a");
        Assert.Equal("b", second.Items()[0].GetProperty("labels").Text("channel"));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Samples_become_hourly_means_and_then_go()
    {
        await Insert("holds.open", "", 60, "2026-11-05 08:00:00Z", 4);
        await Insert("holds.open", "", 60, "2026-11-05 08:59:00Z", 8);
        await Insert("holds.open", "", 60, "2026-11-20 08:00:00Z", 1);
        await Insert("holds.open", "", 3600, "2025-01-01 00:00:00Z", 1);

        await host.Services.GetRequiredService<RetentionJob>().Run(default);
        await Insert("holds.open", "", 60, "2026-11-05 08:30:00Z", 30);
        await host.Services.GetRequiredService<RetentionJob>().Run(default);

        Assert.Equal("3600 14.000000 30 3", await host.Sql(
            "select string_agg(concat_ws(' ', seconds, value, highest, minutes), ',') from inventory.operations_sample where name = 'holds.open' "
                + "and at < '2026-11-06'"));
        Assert.Equal(1, Newest(await Series("name=holds.open&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z")));
    }

    [Theory]
    [InlineData("limit=1", "name")]
    [InlineData("name=storms", "name")]
    [InlineData("name=holds.open&labels=channel=web", "labels")]
    [InlineData("name=channel.lag&labels=host=a", "labels")]
    [InlineData("name=channel.lag&from=2026-11-24T00:00:00Z", "from")]
    [InlineData("name=channel.lag&from=2020-11-24T00:00:00Z", "from")]
    [InlineData("name=channel.lag&limit=101", "limit")]
    [InlineData("name=channel.lag&step=5", "step")]
    public async Task Invalid_questions_are_refused(string query, string field) => Assert.Contains(
        field, (await host.Get($"/v1/operations/series?{query}")).Refused(400, "invalid-request").Items("errors").Texts("field"));

    [Fact]
    public async Task The_system_is_shown_to_operators()
    {
        await host.RecordAccepted(Line("receipt", 5, NewSku()));

        var shown = (await host.Get("/v1/operations", "dev-ops")).Ok();

        Assert.Equal("Development", shown.Text("environment"));
        Assert.Contains(shown.Items("lanes"), lane => lane.Number("commits") > 0 && lane.Number("commitSeconds") > 0);
        Assert.Equal(["hash-chain", "memory", "publications"], shown.Items("followers").Texts("name"));
        var memory = shown.Items("followers").Single(follower => follower.Text("name") == "memory");
        Assert.Equal((shown.Number("asOfSequence"), 0), (memory.Number("sequence"), memory.Number("behindSeconds")));
        Assert.Contains("mt_events", shown.GetProperty("database").Items("tables").Texts("name"));
        Assert.All(shown.GetProperty("database").Items("tables"), table => Assert.True(table.Number("bytes") >= 0));
        Assert.Equal(90, shown.GetProperty("retention").Number("quarantineDays"));
        Assert.NotEmpty(shown.GetProperty("versions").Text("postgres")!);
    }

    private async Task<JsonElement> Series(string query) => (await host.Get($"/v1/operations/series?{query}", "dev-planner")).Ok();

    private static decimal Newest(JsonElement answer) => Assert.Single(answer.Items()).Items("points")[^1].Number("value");

    private Task<object?> Insert(string name, string labels, int seconds, string at, decimal value) => host.Sql(
        "insert into inventory.operations_sample (name, labels, seconds, at, value, highest) values ($1, $2, $3, $4::text::timestamptz, $5, $5)",
        name, labels, seconds, at, value);
}
