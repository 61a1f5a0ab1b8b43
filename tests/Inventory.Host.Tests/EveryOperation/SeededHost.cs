using System.Security.Cryptography;
using System.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>
/// A host in which every operation finds something: stock, a channel, a vendor's shop, an order, a rule, a comparison with drifts, a line in quarantine.
/// </summary>
public sealed class SeededHost : RunningHost
{
    public const string Shop = "fz-shopify";

    /// <summary>What the reservation of each round keeps; nothing else moves it.</summary>
    private const string Held = "FZ-H";

    private const string Secret = "a secret of the webhooks";

    private bool _isSetUp;
    private int _made;

    /// <summary>Sets up what the operation uses up.</summary>
    public async Task<SeededIds> Seed(Operation operation)
    {
        await SetUp();
        var made = ++_made;
        var (entry, run, letter, reservation) = ($"{Guid.Empty}", $"{Guid.Empty}", $"{Guid.CreateVersion7()}", $"fz-{made}");
        if (operation.Path.StartsWith("/v1/quarantine/", StringComparison.Ordinal))
        {
            Assert.Equal(1, (await Record(Line("sale", -1, "FZ-1", id: $"bad-{made}"))).Number("rejected"));
            entry = $"{await Sql($"select id from inventory.quarantine where line like '%\"bad-{made}\"%'")}";
        }
        else if (operation.Path.StartsWith("/v1/reconciliations/{id}", StringComparison.Ordinal))
        {
            var counts = new[] { new { sku = "FZ-1", location = "S001", onHand = 7 + made } };
            run = (await Post("/v1/reconciliations", new { system = "wms", takenAt = "2026-11-23T09:30:00Z", counts })).Ok(202).Text("id")!;
            await Waiting.Until(async () => (await Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");
        }
        else if (operation.Path == "/v1/alerts/{id}/acknowledge")
        {
            await Sql("insert into inventory.alert (kind, subject, severity, detail, raised_at) values ('fuzz', 'fz', 'low', 'Fuzz.', now()) "
                + "on conflict do nothing");
        }
        else if (operation.Path == "/v1/documents/{id}")
        {
            run = (await Post("/v1/documents?format=epcis", new { made })).Ok().Text("id")!;
        }
        else if (operation.Path == "/v1/audit/rebuilds/{id}")
        {
            run = (await Send(HttpMethod.Post, "/v1/audit/rebuild", headers: ("Prefer", "respond-async"))).Ok(202).Text("id")!;
        }
        else if (operation.Path.StartsWith("/v1/messages/dead-letters/{id}", StringComparison.Ordinal))
        {
            // Discarded already: one that is replayed would be gone for whoever comes next.
            await Sql(
                $"""
                 insert into inventory.wolverine_dead_letters (id, body, message_type, received_at, source, exception_type,
                   exception_message, sent_at, replayable, archived_at)
                 values ('{letter}', '', 'fuzz', 'local://fuzz/', 'fuzz', 'fuzz', 'fuzz', now(), false, now())
                 """);
        }
        else if (operation.Path.StartsWith("/v1/reservations/", StringComparison.Ordinal))
        {
            await RecordAccepted(Line("receipt", 10, Held, "S002"));
            (await Post("/v1/reservations",
                new { id = reservation, channel = "web", holdFor = "P1D", lines = new[] { new { sku = Held, quantity = 10, location = "S002" } } })).Ok(201);
        }

        return new SeededIds(entry, run, letter, reservation);
    }

    /// <summary>What a vendor's webhook needs to be accepted.</summary>
    public static IReadOnlyList<(string Name, string Value)> Sign(byte[] body, string topic) =>
        [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)))];

    /// <summary>What every operation finds; once.</summary>
    public async Task SetUp()
    {
        if (_isSetUp)
        {
            return;
        }

        _isSetUp = true;
        foreach (var location in new[] { "S001", "S002" })
        {
            (await Put($"/v1/locations/{location}", new { type = "store" })).Ok();
        }

        (await Put("/v1/skus/FZ-1", new { })).Ok();
        (await Put("/v1/sources/fuzz", new { })).Ok();
        (await Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await Put($"/v1/channels/{Shop}", new { adapter = "shopify", settings = new { webhookSecret = Secret } })).Ok();
        (await Post("/v1/movements",
            new
            {
                source = "fuzz",
                movements = new[] { Line("receipt", 1000, "FZ-1", id: "first"),
                Line("receipt", 1000, "FZ-1", "S002", id: "second") }
            })).Ok();
        (await Put("/v1/rules/fz-rule", new { kind = "publish", channel = "web", sku = "FZ-1", cap = 5 })).Ok();
        (await Put("/v1/kits/FZ-KIT", new { components = new[] { new { sku = "FZ-1", quantity = 2 } } })).Ok();
        (await Post("/v1/reservations", new { id = "fz-held", channel = "web", lines = new[] { new { sku = "FZ-1", quantity = 0.5 } } })).Ok(201);
        (await Post("/v1/channels/web/orders",
            new { type = "order", order = "fz-order", id = "o", lines = new[] { new { sku = "FZ-1", quantity = 2500 } } })).Ok();
    }
}
