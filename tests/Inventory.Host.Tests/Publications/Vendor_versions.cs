using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Channels.Tests;
using RetailSync.Channels.Tests.Shopify;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public sealed class Vendor_versions(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Theory]
    [InlineData("2025-01", "is out of service since 2026-01-01")]
    [InlineData("2025-10", "is out of service since 2026-10-01")]
    [InlineData("soon", "must be a version of the Admin API")]
    public async Task A_channel_in_a_version_out_of_service_is_refused(string version, string why)
    {
        var refused = (await host.Put("/v1/channels/old", new { adapter = "shopify", settings = Settings(version) })).Refused(400, "invalid-request");
        var error = Assert.Single(refused.Items("errors"));
        Assert.Equal("settings.apiVersion", error.Text("field"));
        Assert.Contains(why, error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_ends_within_weeks_is_an_alert()
    {
        await host.Register("ending", "shopify", Settings("2026-01"));
        Assert.Contains("2026-01 of its vendor's interface, which is served until 2027-01-01", (await Alert("ending")).Text("detail"),
            StringComparison.Ordinal);

        await host.Register("ending", "shopify", Settings("2026-10"));
        await Resolved("ending");
    }

    [Fact]
    public async Task An_answer_in_another_version_is_an_alert()
    {
        var shop = new ShopifySandbox
        { Available = { ["gid://shopify/InventoryItem/5"] = 0 }, Version = "2027-01", DeprecatedReason = "InventoryItem.tracked" };
        await using var server = await Sandbox.Start(shop.Answer);
        await host.Register("other", "shopify",
            new JsonObject { ["url"] = $"{server.Address}admin/api/2026-10/graphql.json", ["accessToken"] = "shpat_secret", ["locationId"] = "77" });
        var sku = NewSku();
        (await host.Put("/v1/channels/other/mappings", new { items = new[] { new { sku, theirs = "5" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("other", sku, 5);

        var details = await PublishingHost.Eventually(() => Alerts("other"), alerts => alerts.Length == 2);
        Assert.Contains("asked in version 2026-10 and answered in 2027-01", details[1].Text("detail"), StringComparison.Ordinal);
        Assert.Contains("InventoryItem.tracked", details[0].Text("detail"), StringComparison.Ordinal);

        // Set up anew, it says nothing of what was said before.
        await host.Register("other", "none");
        await Resolved("other");
    }

    [Theory]
    [InlineData("2026-11-05T16:59:59Z", false)]
    [InlineData("2026-11-06T17:00:00Z", true)]
    [InlineData("2027-06-01T00:00:00Z", true)]
    public void A_versions_end_is_known_eight_weeks_ahead(string now, bool alerted)
    {
        var (version, endsAt) = Adapters.VersionOf(
            new SalesChannel { Id = "x", Adapter = "shopify", Settings = Settings("2026-01").ToJsonString(), TimeZone = "UTC", By = null })!.Value;
        Assert.Equal(("2026-01", alerted), (version, endsAt - NodaTime.Text.InstantPattern.ExtendedIso.Parse(now).Value <= VendorAlerts.Ahead));
    }

    private static JsonObject Settings(string version) =>
        new() { ["shop"] = "x.myshopify.com", ["accessToken"] = "t", ["locationId"] = "1", ["apiVersion"] = version };

    private async Task<JsonElement[]> Alerts(string channel) =>
        [.. (await host.Get("/v1/alerts?limit=1000")).Ok().Items().Where(alert => alert.Text("kind") == "vendor-version" && alert.Text("channel") == channel)
            .OrderBy(alert => alert.Text("detail"))];

    private async Task<JsonElement> Alert(string channel) => Assert.Single(await PublishingHost.Eventually(() => Alerts(channel), alerts => alerts.Length > 0));

    private async Task Resolved(string channel) => Assert.Empty(await PublishingHost.Eventually(() => Alerts(channel), alerts => alerts.Length == 0));
}
