using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Tests.Walks;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>Alone: OpenTelemetry takes gauges of one name in one process for one, also those of other tests' hosts.</summary>
[CollectionDefinition(nameof(Measurements_of_the_cluster), DisableParallelization = true)]
[Collection(nameof(Measurements_of_the_cluster))]
public sealed class Measurements_of_the_cluster
{
    [Fact]
    public async Task Are_the_same_on_every_host_whichever_measured_them()
    {
        await using var hosts = await HostsOnOneDatabase.Start(2);
        await hosts.Receive("A", "S001", 5, Instant.FromUtc(2026, 11, 1, 0, 0));
        await hosts.Sql<object>("update inventory.position set reserved = 3 where sku = 'A' returning 1");
        await Say("1", measuredBy: 0);
        await hosts.Sql<object>("update inventory.position set reserved = 0 where sku = 'A' returning 1");
        await Say("0", measuredBy: 1);

        // What was answered is answered again for a moment, the gauge of the other host may be the one that is read, and a host whose database is slow says
        // nothing. It is measured again, since a comparison of their own that had begun before the change may end after it.
        Task Say(string mismatches, int measuredBy) => Waiting.Until(async () =>
        {
            await Compare(measuredBy);
            return (await Mismatches(hosts, 0), await Mismatches(hosts, 1)) == (mismatches, mismatches);
        });

        async Task Compare(int host)
        {
            await using var scope = hosts.Hosts[host].Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new CompareReservations());
        }
    }

    private static async Task<string?> Mismatches(HostsOnOneDatabase hosts, int host)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(hosts.Hosts[host].Urls.First() + "/metrics"));
        var line = metrics.Split('\n').SingleOrDefault(line => line.StartsWith(Measurements.ReservationMismatch.Replace('.', '_'), StringComparison.Ordinal));
        return line?.Split(' ')[1];
    }
}
