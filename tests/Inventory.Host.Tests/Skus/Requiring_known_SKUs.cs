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

    [Fact]
    public async Task A_kit_is_known_by_itself_and_needs_registered_components()
    {
        var kit = new { components = new[] { new { sku = "K-CUP", quantity = 1 } } };
        var refused = (await host.Put("/v1/kits/K-SET", kit)).Refused(400, "invalid-kit");
        Assert.Equal(["components[0].sku"], refused.Items("errors").Texts("field"));
        (await host.Put("/v1/skus/K-CUP", new { })).Ok();
        (await host.Put("/v1/kits/K-SET", kit)).Ok();

        Assert.Equal(1, (await host.Record(Receipt("2", "K-SET"))).GetProperty("accepted").GetInt32());
        (await host.Put("/v1/kits/K-BOX", new { components = new[] { new { sku = "K-SET", quantity = 1 } } })).Ok();
    }

    private static JsonObject Receipt(string id, string sku = "A/1") => new()
    {
        ["id"] = id,
        ["type"] = "receipt",
        ["sku"] = sku,
        ["location"] = "S001",
        ["quantity"] = 1,
        ["occurredAt"] = "2026-11-23T09:00:00Z",
    };
}
