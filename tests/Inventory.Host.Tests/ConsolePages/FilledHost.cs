using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>The classes that share a host with something for every page, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PageTests : ICollectionFixture<FilledHost>, ICollectionFixture<Chromium>
{
    public const string Name = "pages";
}

/// <summary>A host with something to show on every page of the console; texts of people have markup in them.</summary>
public sealed class FilledHost : IAsyncLifetime
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    private static readonly string Sku = $"every-page{Markup}";

    private readonly PublishingHost _host = new();
    private readonly Dictionary<string, string> _parts = new()
    {
        ["sku"] = Sku,
        ["location"] = "S001",
        ["channel"] = "web",
        ["rule"] = "every-page",
        ["order"] = "every-order",
        ["reservation"] = "every-hold",
        ["view"] = "ledger",
    };

    public RunningHost Host => _host;

    /// <summary>The address of a page, with what it is about.</summary>
    public string Address(ConsolePage page) =>
        _parts.Aggregate(
            page.Pattern + page.Query, (address, part) => address.Replace($"{{{part.Key}}}", Uri.EscapeDataString(part.Value), StringComparison.Ordinal));

    public async Task InitializeAsync()
    {
        await ((IAsyncLifetime)_host).InitializeAsync();
        (await _host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        (await _host.Put("/v1/locations/W01", new { type = "warehouse" })).Ok();
        await _host.Register("web", "log");
        await _host.Register("market", "none");
        await _host.RecordAccepted(
            Line("receipt", 9, Sku), Line("sale", 2, Sku, at: "09:30"), Line("receipt", 40, Sku, "W01"), Line("sale", 3, "every-below", "S001"));
        (await _host.Put("/v1/rules/every-page", new { kind = "safety-stock", sku = Sku, quantity = 1, reason = Markup })).Ok();
        (await _host.Post("/v1/reservations", new
        {
            id = "every-hold",
            channel = "web",
            holdFor = "P1D",
            lines = new[] { new { sku = Sku, quantity = 1, location = "S001" } },
        })).Ok(201);
        (await _host.Post("/v1/channels/web/orders",
            new { type = "order", order = "every-order", id = "every-order-1", lines = new[] { new { sku = Sku, quantity = 2500 } } })).Ok();
        (await _host.Put("/v1/channels/web/mappings", new { items = new[] { new { sku = Sku, theirs = "T-1" } } })).Ok();
        _parts["entry"] = await Rejected();
        _parts["run"] = await Compared();
        await Raise("position-below-zero", "every-below", "S001", null);
        await Raise("channel-behind", null, null, "web");
        await Sample("channel=web");
        await Sample("channel=market");
    }

    public Task DisposeAsync() => ((IAsyncLifetime)_host).DisposeAsync();

    private async Task<string> Rejected()
    {
        var line = Line("sale", -1, Sku);
        (await _host.Post("/v1/movements?results=all", new { source = "pos/S001", movements = new[] { line } })).Ok();
        return (await _host.Get("/v1/quarantine")).Ok().Items()[0].Text("id")!;
    }

    private async Task<string> Compared()
    {
        var counts = new[] { new { sku = Sku, location = "S001", onHand = 5 } };
        var run = (await _host.Post("/v1/reconciliations", new { system = "wms", takenAt = "2026-11-23T09:45:00Z", counts })).Ok(202).Text("id")!;
        await Waiting.Until(async () => (await _host.Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");
        return run;
    }

    private Task Raise(string kind, string? sku, string? location, string? channel) => _host.Sql(
        "insert into inventory.alert (kind, subject, severity, detail, sku, location, channel, raised_at) values ($1, 'every', 'high', $2, $3, $4, $5, $6) "
        + "on conflict do nothing",
        kind, Markup, (object?)sku ?? DBNull.Value, (object?)location ?? DBNull.Value, (object?)channel ?? DBNull.Value,
        RunningHost.Now.ToDateTimeUtc());

    /// <summary>Figures of an hour, as a host takes them.</summary>
    private Task Sample(string labels) => _host.Sql(
        """
        insert into inventory.operations_sample (name, labels, seconds, at, value, highest)
        select 'channel.lag', $1, 60, $2 - minute * interval '1 minute', minute, minute from generate_series(1, 60) as minute
        """,
        labels, RunningHost.Now.ToDateTimeUtc());
}
