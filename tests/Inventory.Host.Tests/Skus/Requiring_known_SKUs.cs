using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.Tests.Skus;

public sealed class HostThatRequiresKnownSkus : RunningHost
{
    protected override string[] Switches => ["--Ingestion:RequireKnownSkus=true"];
}

public sealed class Requiring_known_SKUs(HostThatRequiresKnownSkus host) : IClassFixture<HostThatRequiresKnownSkus>
{
    [Fact]
    public async Task A_movement_is_quarantined_until_its_SKU_is_registered()
    {
        Assert.Equal("unknown-sku", (await host.Record(Receipt("1"))).GetProperty("results")[0].GetProperty("code").GetString());
        await host.Put("/v1/skus/A%2F1", new { });
        Assert.Equal(1, (await host.Record(Receipt("1"))).GetProperty("accepted").GetInt32());
    }

    private static JsonObject Receipt(string id) => new()
    {
        ["id"] = id,
        ["type"] = "receipt",
        ["sku"] = "A/1",
        ["location"] = "S001",
        ["quantity"] = 1,
        ["occurredAt"] = "2026-11-23T09:00:00Z",
    };
}
