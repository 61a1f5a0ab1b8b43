using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Walks;

namespace RetailSync.Inventory.Host.Tests.Availability;

public sealed class Availability_on_two_hosts : IAsyncLifetime
{
    private readonly HandClock _clock = new(Instant.FromUtc(2026, 11, 23, 10, 0));

    private HostsOnOneDatabase Hosts { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Hosts = await HostsOnOneDatabase.Start(2, _clock);
        await Hosts.Register("web");
        await Hosts.Register("shop");
    }

    public Task DisposeAsync() => Hosts.DisposeAsync().AsTask();

    [Fact]
    public async Task Both_hosts_answer_alike_soon_after_one_has_written()
    {
        await Hosts.Receive("T1", "S001", 10, _clock.GetCurrentInstant());
        Assert.Equal(10, await Promise(0));
        await Waiting.Until(async () => await Promise(1) == 10);

        Assert.Equal(201, (await Hold(1, "T1-a", "PT1M", 4)).Status);
        Assert.Equal(6, await Promise(1));
        await Waiting.Until(async () => await Promise(0) == 6);

        _clock.Pass(Duration.FromMinutes(1));
        Assert.Equal((10, 10), (await Promise(0), await Promise(1)));

        Assert.Equal(200, (await Hosts.Send(HttpMethod.Put, "/v1/rules/T1", new { kind = "safety-stock", sku = "T1", quantity = 3 }, host: 1)).Status);
        Assert.Equal(7, await Promise(1));
        await Waiting.Until(async () => await Promise(0) == 7);

        Assert.Equal(200, (await Hosts.Send(HttpMethod.Put, "/v1/locations/S001", new { type = "store", enabled = false }, host: 0)).Status);
        Assert.Equal(0, await Promise(0));
        await Waiting.Until(async () => await Promise(1) == 0);
    }

    /// <summary>
    /// Nothing but the shipment says so: a host that does not follow it would go on to name the order, and to count it among the channel's own.
    /// </summary>
    [Fact]
    public async Task A_shipment_recorded_by_the_other_host_counts()
    {
        await Hosts.Receive("T3", "S001", 10, _clock.GetCurrentInstant());
        await Hold(0, "T3-a", "PT1H", 4, "T3");
        await Hosts.Post("/v1/reservations/T3-a/confirm");
        await Waiting.Until(async () => await Reserved(1) == "-4 T3-a");

        await Hosts.Post("/v1/reservations/T3-a/fulfil", new { lines = new[] { new { sku = "T3", quantity = 3 } } });
        await Waiting.Until(async () => await Reserved(1) == "-1 T3-a");
        await Hosts.Post("/v1/reservations/T3-a/fulfil");
        await Waiting.Until(async () => await Reserved(1) == "");

        async Task<string> Reserved(int host) =>
            string.Join(", ", (await Hosts.Send(HttpMethod.Get, "/v1/availability/T3?channel=web&explain=true", host: host)).Body
            .GetProperty("terms").EnumerateArray().Where(term => term.GetProperty("term").GetString() == "reserved")
            .Select(term => $"{term.GetProperty("quantity").GetDecimal():0.####} {term.GetProperty("reservation").GetString()}"));
    }

    [Fact]
    public async Task Two_hosts_do_not_grant_one_allowance_twice()
    {
        await Hosts.Receive("T2", "S001", 100, _clock.GetCurrentInstant());
        await Hosts.Receive("T2", "S002", 100, _clock.GetCurrentInstant());
        await Hosts.Send(HttpMethod.Put, "/v1/rules/T2", new { kind = "allocation", channel = "web", sku = "T2", mode = "fixed", quantity = 40 }, host: 0);
        await Waiting.Until(async () => await Promise(1, "T2", "shop") == 160);

        var holds = await Task.WhenAll(Enumerable.Range(0, 120).Select(number => Hold(
            number % 2, $"T2-{number}", "PT1H", 1, "T2", location: number % 2 == 0 ? "S001" : "S002", channel: number % 3 == 0 ? "shop" : "web")));

        // 40 callers for what the pool has plenty of, 80 for the ring-fence of 40.
        Assert.Equal((40, 40), (holds.Where((_, number) => number % 3 == 0).Count(reply => reply.Status == 201),
            holds.Where((_, number) => number % 3 != 0).Count(reply => reply.Status == 201)));
        await Waiting.Until(async () =>
            (await Promise(0, "T2"), await Promise(1, "T2"), await Promise(0, "T2", "shop"), await Promise(1, "T2", "shop")) == (0, 0, 120, 120));
    }

    [Fact]
    public async Task Ring_fence_use_is_known_whichever_host_wrote_last()
    {
        for (var number = 0; number < 10; number++)
        {
            var sku = $"FENCED-{number}";
            await Hosts.Receive(sku, "S001", 100, _clock.GetCurrentInstant());
            await Hosts.Send(HttpMethod.Put, $"/v1/rules/{sku}", new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 40 });
            await Waiting.Until(async () => (await Promise(0, sku, "shop"), await Promise(1, sku, "shop")) == (60, 60));

            // The hold is another host's, and this one writes the position before it has read of it.
            Assert.Equal(201, (await Hold(1, sku, "PT1H", 40, sku, location: "S001")).Status);
            await Hosts.Receive(sku, "S001", 1, _clock.GetCurrentInstant());
            await Waiting.Until(async () => (await Promise(0, sku, "shop"), await Promise(1, sku, "shop")) == (61, 61));
        }
    }

    private async Task<decimal> Promise(int host, string sku = "T1", string channel = "web")
    {
        var reply = await Hosts.Send(HttpMethod.Get, $"/v1/availability/{sku}?channel={channel}", host: host);
        Assert.True(reply.Status == 200, JsonSerializer.Serialize(reply.Body));
        return reply.Body.GetProperty("quantity").GetDecimal();
    }

    private Task<Reply> Hold(int host, string id, string holdFor, decimal quantity, string sku = "T1", string? location = null, string channel = "web") =>
        Hosts.Send(HttpMethod.Post, "/v1/reservations", new { id, channel, holdFor, lines = new[] { new { sku, quantity, location } } }, host: host);
}
