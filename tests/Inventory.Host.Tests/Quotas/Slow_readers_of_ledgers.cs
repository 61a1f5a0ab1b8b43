using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Quotas;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quotas;

/// <summary>With a ledger that is longer than all that lies between the host and a reader who does not read.</summary>
public sealed class HostWithALongLedger : RunningHost
{
    private const int Receipts = 24_000;

    protected override string[] Switches => ["--Limits:Exports:GraceSeconds=15", "--Limits:Exports:WaitSeconds=0", "--Limits:Exports:BytesPerSecond=2000000"];

    public async Task FillOnce()
    {
        var sku = NewSku();
        var document = new string('d', 120);
        for (var recorded = 0; recorded < Receipts; recorded += 6_000)
        {
            await RecordAccepted(
                [.. Enumerable.Range(0, 6_000).Select(number => Line("receipt", 1, sku, location: $"L{number % 500}", more: ("document", document)))]);
        }

        (await Put("/v1/channels/web", new { adapter = "none" })).Ok();
    }
}

public sealed class Slow_readers_of_ledgers(HostWithALongLedger host) : IClassFixture<HostWithALongLedger>
{
    private const int Readers = 24;
    private const int AtOnce = 4;
    private const int Share = 2;

    [Fact]
    public async Task Are_cut_off_and_affect_nothing_else()
    {
        await host.FillOnce();
        var slots = host.Services.GetRequiredService<ExportSlots>();
        List<RawCall> readers = [];
        for (var number = 0; number < Readers; number++)
        {
            var form = number % 2 == 0 ? "text/csv" : "application/json";
            readers.Add(await RawCall.Begin(
                host, "GET /v1/audit/ledger?limit=1000", receives: 4096, headers: ["Authorization: Bearer dev-finance", $"Accept: {form}"]));
        }

        await Waiting.Until(() => readers.TrueForAll(reader => reader.Status is not null || (reader.Read(16) && reader.Status is not null)));

        // One caller has half of them, and leaves the rest to others.
        Assert.Equal((Share, Readers - Share), (readers.Count(reader => reader.Status == 200), readers.Count(reader => reader.Status == 429)));
        for (var number = 0; number < Share; number++)
        {
            readers.Add(await RawCall.Begin(
                host, "GET /v1/audit/ledger?limit=1000", receives: 4096, headers: ["Authorization: Bearer dev-ops", "Accept: text/csv"]));
        }

        await Waiting.Until(() => readers.TrueForAll(reader => reader.Status is not null || (reader.Read(16) && reader.Status is not null)));
        Assert.Equal(AtOnce, slots.InUse);
        Assert.Equal((AtOnce, Readers - Share), (readers.Count(reader => reader.Status == 200), readers.Count(reader => reader.Status == 429)));

        // A rebuild that is watched takes a slot too, so that it has not to wait for many of its kind.
        (await host.Send(HttpMethod.Post, "/v1/audit/rebuild", headers: ("Accept", "application/x-ndjson"))).Refused(429, "too-many-exports");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        Assert.Equal(5, await host.OnHand(sku));
        Assert.Equal(5, (await host.Get($"/v1/availability/{sku}?channel=web&explain=true")).Ok().Number("quantity"));
        (await host.Post("/v1/channels/web/orders", new { type = "order", order = "slow-1", id = "slow-1", lines = new[] { new { sku, quantity = 1 } } })).Ok();
        (await host.Get("/v1/positions?limit=10")).Ok();
        (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-23T10:00:00Z")).Ok();
        Assert.Equal("Healthy", (await host.Get("/health/ready")).Text);

        // A few bytes now and then do not keep them.
        await Waiting.Until(() =>
        {
            readers.ForEach(reader => reader.Read(1));
            return slots.InUse == 0;
        });
        (await host.Get("/v1/audit/ledger?limit=1", "dev-finance")).Ok();
        readers.ForEach(reader => reader.Dispose());
    }
}
