using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Monitoring;

public sealed class A_host_that_is_gone(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>A host whose clock is off says so every few seconds; one that is gone says nothing more, and nobody waits for its clock to be set.</summary>
    [Fact]
    public async Task Leaves_no_alert_about_its_clock_behind()
    {
        await Say("gone", RunningHost.Now - Duration.FromHours(3));
        await Say("there", host.Clock.GetCurrentInstant());
        await host.Sql("insert into inventory.alert (kind, subject, severity, detail, raised_at) values ('clock-off', 'older', 'critical', 'Off.', "
            + "'2026-11-23T07:00:00Z')");

        await Waiting.Until(async () => (await Open()).Length == 1);

        Assert.Equal(["The clock of there is off."], (await Open()).Texts("detail"));

        async Task<JsonElement[]> Open() => (await host.Get("/v1/alerts?kind=clock-off")).Ok().Items();

        Task<object?> Say(string name, Instant seen) => host.Sql(
            $"""
             insert into inventory.alert (kind, subject, severity, detail, raised_at, seen_at)
             values ('clock-off', '{name}', 'critical', 'The clock of {name} is off.', '2026-11-23T07:00:00Z', '{seen}')
             """);
    }
}
