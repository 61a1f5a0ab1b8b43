using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Tests.Walks;

namespace RetailSync.Inventory.Host.Tests.Cluster;

public sealed class Work_that_no_host_does
{
    private const string Publisher = "retailsync:///publisher/web";

    [Fact]
    public async Task Is_an_alert_until_a_host_does_it()
    {
        var clock = new HandClock(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()));
        await using var hosts = await HostsOnOneDatabase.Start(1, clock);
        var alerts = hosts.Hosts[0].Services.GetRequiredService<ClusterAlerts>();
        Assert.Equal(200, (await hosts.Put("/v1/channels/web", new { adapter = "log" })).Status);
        await Waiting.Until(async () => await Assigned() == 1);

        // Wolverine's own way of keeping an agent from every host.
        await hosts.Sql<int>($"insert into inventory.wolverine_agent_restrictions (id, uri, type, node) values (gen_random_uuid(), '{Publisher}', "
            + $"'Paused', 0) returning 1");
        await Waiting.Until(async () => await Assigned() == 0);
        await alerts.Update(clock.GetCurrentInstant(), default);
        Assert.Empty(await Open());
        clock.Pass(ClusterAlerts.RaisedAfter);
        await alerts.Update(clock.GetCurrentInstant(), default);

        Assert.Equal([("publisher/web", "web")], await Open());

        // The host resolves the alert without a request.
        await hosts.Sql<int>("with gone as (delete from inventory.wolverine_agent_restrictions returning 1) select count(*)::integer from gone");
        await Waiting.Until(async () => (await Open()).Count == 0);
        Assert.Equal(1, await Assigned());

        Task<long> Assigned() => hosts.Sql<long>($"select count(*) from inventory.wolverine_node_assignments where id = '{Publisher}'");

        async Task<List<(string? Subject, string? Channel)>> Open() =>
            [.. (await hosts.Get("/v1/alerts?kind=work-not-assigned")).Body.Items()
                .Select(alert => (alert.Text("id")!["work-not-assigned/".Length..], alert.Text("channel")))];
    }

    [Fact]
    public async Task Is_not_resolved_by_a_host_that_has_just_started()
    {
        var clock = new HandClock(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()));
        await using var hosts = await HostsOnOneDatabase.Start(1, clock);
        await Waiting.Until(async () => await hosts.Sql<long>("select count(*) from inventory.wolverine_node_assignments where id like 'retailsync:%'") == 2);
        await hosts.Sql<int>(
            """
            with raised as (insert into inventory.alert (kind, subject, severity, detail, raised_at) select 'work-not-assigned', subject, 'high', '', now()
              from unnest(array['publisher/web', 'publisher/gone']) as subject)
            insert into inventory.wolverine_agent_restrictions (id, uri, type, node) values (gen_random_uuid(), 'retailsync:///publisher/web', 'Paused', 0)
              returning 1
            """);
        Assert.Equal(200, (await hosts.Put("/v1/channels/web", new { adapter = "log" })).Status);

        await hosts.Hosts[0].Services.GetRequiredService<ClusterAlerts>().Update(clock.GetCurrentInstant(), default);

        Assert.Equal(["work-not-assigned/publisher/web"], (await hosts.Get("/v1/alerts?kind=work-not-assigned")).Body.Items().Texts("id"));
    }
}
