using RetailSync.Inventory.Host.Tests.Walks;
using Waits = RetailSync.Inventory.Host.Tests.Waiting;

namespace RetailSync.Inventory.Host.Tests.Audit.Repair;

public sealed class Rebuilding_beside_other_hosts
{
    private readonly HandClock _clock = new(Instant.FromUtc(2026, 11, 23, 10, 0));

    [Fact]
    public async Task Other_hosts_reload_repaired_rows_and_build_on_them()
    {
        await using var hosts = await HostsOnOneDatabase.Start(1, _clock);
        await hosts.Register("web");
        await hosts.Receive("T1", "S001", 10, _clock.GetCurrentInstant());
        await hosts.Receive("T2", "S001", 1, _clock.GetCurrentInstant());
        await hosts.Sql<object>("update inventory.position set on_hand = 99 where sku = 'T1' returning 1");
        await hosts.Sql<object>("""
            insert into inventory.position select 'T2', 'nowhere', version, on_hand, unsellable, reserved, in_transit,
              counted_at, newest_movement_at, newest_status_at, newest_document_at, recorded_at, detail
            from inventory.position where sku = 'T2' returning 1
            """);

        // The other host starts with the wrong rows; its lane caches one too.
        await hosts.StartAnother();
        await Waits.Until(async () => (await Promise("T1"), await Promise("T2")) == (99, 2));
        var lines = new[] { new { sku = "T1", quantity = 1_000 } };
        Assert.Equal("insufficient-stock", (await hosts.Send(HttpMethod.Post, "/v1/reservations", new { id = "much", channel = "web", lines }, host: 1)).Code);

        Assert.Equal(2, (await hosts.Post("/v1/audit/rebuild")).Body.GetProperty("positionsRebuilt").GetInt32());

        await Waits.Until(async () => (await Promise("T1"), await Promise("T2")) == (10, 1));
        var sale = new { id = "s1", type = "sale", sku = "T1", location = "S001", quantity = 1, occurredAt = $"{_clock.GetCurrentInstant()}" };
        await hosts.Send(HttpMethod.Post, "/v1/movements", new { source = "pos", movements = new[] { sale } }, host: 1);
        Assert.Equal(9, await Promise("T1"));
        Assert.True((await hosts.Get("/v1/audit/verify")).Body.GetProperty("ok").GetBoolean());

        async Task<decimal> Promise(string sku) =>
            (await hosts.Send(HttpMethod.Get, $"/v1/availability/{sku}?channel=web", host: 1)).Body.GetProperty("quantity").GetDecimal();
    }
}
