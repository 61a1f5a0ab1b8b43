using System.Security.Cryptography;
using System.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>A host in which every operation finds something: stock, a channel, a vendor's shop, an order, a rule, a comparison with drifts, a line in quarantine.</summary>
public sealed class SeededHost : RunningHost
{
    public const string Shop = "fz-shopify";

    /// <summary>What the reservation of each round keeps; nothing else moves it.</summary>
    private const string Held = "FZ-H";

    private const string Secret = "a secret of the webhooks";

    private int _made;

    /// <summary>Sets up what is used up by some operations; once for each that is tried.</summary>
    public async Task<SeededIds> Seed()
    {
        var made = Interlocked.Increment(ref _made);
        if (made == 1)
        {
            await SetUp();
        }

        (await Record(Line("sale", -1, "FZ-1", id: $"bad-{made}"))).GetProperty("rejected");
        await RecordAccepted(Line("receipt", 10, Held, "S002"));
        var entry = $"{await Sql($"select id from inventory.quarantine where line like '%\"bad-{made}\"%'")}";
        var run = (await Post("/v1/reconciliations", new { system = "wms", takenAt = "2026-11-23T09:30:00Z", counts = new[] { new { sku = "FZ-1", location = "S001", onHand = 7 + made } } })).Ok(202).Text("id")!;
        await Waiting.Until(async () => (await Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");
        (await Post("/v1/reservations", new { id = $"fz-{made}", channel = "web", holdFor = "P1D", lines = new[] { new { sku = Held, quantity = 10, location = "S002" } } })).Ok(201);
        return new SeededIds(entry, run, $"fz-{made}");
    }

    /// <summary>What a vendor's webhook needs to be believed.</summary>
    public static IReadOnlyList<(string Name, string Value)> Sign(byte[] body, string topic) =>
        [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)))];

    private async Task SetUp()
    {
        foreach (var location in new[] { "S001", "S002" })
        {
            (await Put($"/v1/locations/{location}", new { type = "store" })).Ok();
        }

        (await Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await Put($"/v1/channels/{Shop}", new { adapter = "shopify", settings = new { webhookSecret = Secret } })).Ok();
        (await Post("/v1/movements", new { source = "fuzz", movements = new[] { Line("receipt", 1000, "FZ-1", id: "first"), Line("receipt", 1000, "FZ-1", "S002", id: "second") } })).Ok();
        (await Put("/v1/rules/fz-rule", new { kind = "publish", channel = "web", sku = "FZ-1", cap = 5 })).Ok();
        (await Post("/v1/reservations", new { id = "fz-held", channel = "web", lines = new[] { new { sku = "FZ-1", quantity = 0.5 } } })).Ok(201);
        (await Post("/v1/channels/web/orders", new { type = "order", order = "fz-order", id = "o", lines = new[] { new { sku = "FZ-1", quantity = 2500 } } })).Ok();
    }
}
