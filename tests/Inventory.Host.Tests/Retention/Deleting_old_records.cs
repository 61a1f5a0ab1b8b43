using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Retention;
using RetailSync.Inventory.Host.Tests.Publications;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Retention;

/// <summary>Each test has its host, since each turns the clock on by months.</summary>
public sealed class Deleting_old_records : IAsyncLifetime
{
    private readonly PublishingHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_host).DisposeAsync();

    [Fact]
    public async Task Settled_quarantined_lines_are_deleted_and_open_ones_never()
    {
        foreach (var name in (string[])["settled", "open", "settled-late"])
        {
            await _host.Record(Line("sale", -1, NewSku(), id: name));
        }

        await _host.Sql("insert into inventory.held_document select id, ''::bytea from inventory.quarantine");
        await Dismiss("settled");
        _host.Clock.AdvanceDays(89);
        await Dismiss("settled-late");
        Assert.Empty(await ApplyRetention());
        _host.Clock.AdvanceDays(2);

        Assert.Equal([("held-documents", 1L), ("quarantine", 1L)], await ApplyRetention());
        Assert.Equal(["open", "settled-late"], (await Quarantine()).Keys.Order());
    }

    [Fact]
    public async Task A_file_goes_with_its_documents()
    {
        var file = Guid.CreateVersion7(_host.Clock.GetCurrentInstant().ToDateTimeOffset());
        await _host.Sql($"insert into inventory.document_file (id, format, received_at, by, correlation_id) values ('{file}', 'x12', now(), '', '')");
        await _host.Sql($"insert into inventory.source_document values ('{file}', 1, 'x12/A', '944', 'D-1', 'segment 1', '{{}}', '{{}}')");
        _host.Clock.AdvanceDays(399);
        Assert.Empty(await ApplyRetention());

        _host.Clock.AdvanceDays(2);
        Assert.Equal([("document-files", 1L), ("documents", 1L)], await ApplyRetention());
        (await _host.Get($"/v1/documents/{file}")).Refused(404, "unknown-document");
    }

    /// <summary>The newest state of a document is known while one of its number is kept, and of one that is being read.</summary>
    [Fact]
    public async Task The_revision_of_a_document_goes_with_the_last_of_it()
    {
        await Document("D-1", "D-2");
        _host.Clock.AdvanceDays(200);
        await Document("D-2");
        await _host.Sql("insert into inventory.document_revision select 'x12/A', '944', number, 7 from unnest(array['D-1', 'D-2', 'D-3']) as number");
        _host.Clock.AdvanceDays(201);

        Assert.Equal([("document-files", 1L), ("documents", 2L)], await ApplyRetention());
        Assert.Equal("D-2 D-3", await _host.Sql("select string_agg(number, ' ' order by number) from inventory.document_revision"));

        async Task Document(params string[] numbers)
        {
            var file = Guid.CreateVersion7(_host.Clock.GetCurrentInstant().ToDateTimeOffset());
            await _host.Sql($"insert into inventory.document_file (id, format, received_at, by, correlation_id) values ('{file}', 'x12', now(), '', '')");
            foreach (var (n, number) in numbers.Index())
            {
                await _host.Sql($"insert into inventory.source_document values ('{file}', {n}, 'x12/A', '944', '{number}', 'segment 1', '{{}}', '{{}}')");
            }
        }
    }

    [Fact]
    public async Task A_changed_promise_goes_when_it_was_delivered_long_ago()
    {
        var now = _host.Clock.GetCurrentInstant();
        await _host.Sql(
            $"""
             insert into inventory.promise_change (sequence, channel, reservation, at_risk, is_open, at, due_at, attempts, acknowledged_at)
             values (1, 'web', 'delivered', '[]', false, '{now}', '{now}', 1, '{now}'), (2, 'web', 'waiting', '[]', false, '{now}', '{now}', 1, null),
               (3, 'web', 'newest', '[]', false, '{now}', '{now}', 1, '{now}')
             """);
        _host.Clock.AdvanceDays(29);
        Assert.Empty(await ApplyRetention());

        _host.Clock.AdvanceDays(2);
        Assert.Equal([("promise-changes", 1L)], await ApplyRetention());
        Assert.Equal("waiting newest", await _host.Sql("select string_agg(reservation, ' ' order by sequence) from inventory.promise_change"));
    }

    [Fact]
    public async Task More_than_one_batch_is_deleted()
    {
        var sku = NewSku();
        await _host.Record([.. Enumerable.Range(0, 2_500).Select(n => Line("sale", -1, sku, id: $"wrong-{n}"))]);
        await _host.Sql("update inventory.quarantine set state = 'dismissed'");
        _host.Clock.AdvanceDays(91);

        Assert.Equal([("quarantine", 2_500L)], await ApplyRetention());
    }

    [Fact]
    public async Task The_newest_number_of_each_SKU_stays_and_the_start_is_named()
    {
        await _host.Register("feed", "none");
        var (busy, quiet) = (NewSku(), NewSku());
        await Number(busy, "receipt", 5, becomes: 5);
        await Number(quiet, "receipt", 7, becomes: 7);
        await Number(busy, "sale", 1, becomes: 4);
        await Number(busy, "sale", 1, becomes: 3);
        _host.Clock.AdvanceDays(91);
        await Number(busy, "sale", 1, becomes: 2);

        Assert.Equal([("publications", 3L)], await ApplyRetention());
        Assert.Equal(["complete from 5", $"2: {quiet} 7", $"5: {busy} 2"], await Feed());

        // What was the newest then, and is not any more, goes when its successor has been kept long enough.
        await Number(quiet, "sale", 1, becomes: 6);
        _host.Clock.AdvanceDays(91);
        Assert.Equal([("publications", 1L)], await ApplyRetention());
        Assert.Equal(["complete from 7", $"5: {busy} 2", $"6: {quiet} 6"], await Feed());
        Assert.Empty(await ApplyRetention());
    }

    [Fact]
    public async Task Numbers_that_explain_an_open_oversell_stay()
    {
        await _host.Register("feed", "none");
        var sku = NewSku();
        await Number(sku, "receipt", 5, becomes: 5);
        await Number(sku, "sale", 3, becomes: 2);
        await Order(new { type = "order", order = "A1", lines = new[] { new { sku, quantity = 4 } } });
        await PublishingHost.Eventually(Feed, feed => feed[^1].EndsWith(" 0", StringComparison.Ordinal));
        _host.Clock.AdvanceDays(91);

        Assert.Empty(await ApplyRetention());
        Assert.NotEqual("unexplained", await Verdict());
        await Order(new { type = "cancellation", order = "A1" });
        await PublishingHost.Eventually(Feed, feed => feed[^1].EndsWith(" 2", StringComparison.Ordinal));
        Assert.Equal([("publications", 3L)], await ApplyRetention());
        Assert.Equal("unexplained", await Verdict());

        async Task Order(object message) => (await _host.Post("/v1/channels/feed/orders", message)).Ok();
        async Task<string?> Verdict() => (await _host.Get("/v1/channels/feed/oversells/A1")).Ok().Items().Single().Text("verdict");
    }

    [Fact]
    public async Task Reconciliations_without_open_decisions_are_deleted()
    {
        var sku = NewSku();
        await _host.RecordAccepted(Line("receipt", 5, sku));
        var matching = (await _host.Compare(Sheet([Count(sku, 5)]))).Text("id");
        var drifting = (await _host.Compare(Sheet([Count(sku, 4)]))).Text("id");
        _host.Clock.AdvanceDays(401);

        Assert.Equal([("reconciliation-places", 1L), ("reconciliations", 1L)], await ApplyRetention());
        (await _host.Get($"/v1/reconciliations/{matching}")).Refused(404, "unknown-reconciliation");
        (await _host.Post($"/v1/reconciliations/{drifting}/drifts/1/dismiss", new { reason = "a year ago" })).Ok();
        Assert.Empty(await ApplyRetention());
        _host.Clock.AdvanceDays(401);
        Assert.Equal([("reconciliation-drifts", 1L), ("reconciliation-places", 1L), ("reconciliations", 1L)], await ApplyRetention());
    }

    [Fact]
    public async Task Alerts_are_deleted_long_after_they_were_resolved()
    {
        var database = _host.Services.GetRequiredService<NpgsqlDataSource>();
        Finding[] found = [.. ((string[])["a", "b"]).Select(subject => new Finding(AlertKind.HistoryDiffers, subject, "It differs."))];
        await AlertTable.Update(database, [AlertKind.HistoryDiffers], [.. found], _host.Clock.GetCurrentInstant(), CancellationToken.None);
        await AlertTable.Update(database, [AlertKind.HistoryDiffers], [found[0]], _host.Clock.GetCurrentInstant(), CancellationToken.None);
        _host.Clock.AdvanceDays(91);

        Assert.Equal([("alerts", 1L)], await ApplyRetention());
        Assert.Equal(1L, await _host.Sql("select count(*) from inventory.alert where kind = 'history-differs'"));
    }

    [Fact]
    public async Task Every_event_is_kept()
    {
        var sku = NewSku();
        await _host.RecordAccepted(Line("receipt", 5, sku), Line("sale", 1, sku));
        _host.Clock.AdvanceDays(10_000);

        await ApplyRetention();

        Assert.Equal(2, (await _host.Events(sku)).Length);
        Assert.True((await _host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());
    }

    private async Task<List<(string Class, long Rows)>> ApplyRetention() =>
        [.. (await _host.Services.GetRequiredService<RetentionJob>().Run(CancellationToken.None)).Where(of => of.Value > 0)
            .Select(of => (of.Key, of.Value)).OrderBy(of => of.Key)];

    private async Task<Dictionary<string, string>> Quarantine() =>
        (await _host.Get("/v1/quarantine")).Ok().Items().ToDictionary(entry => entry.GetProperty("line").Text("id")!, entry => entry.Text("id")!);

    private async Task Dismiss(string name) => (await _host.Post($"/v1/quarantine/{(await Quarantine())[name]}/dismiss", new { reason = "no" })).Ok();

    private async Task Number(string sku, string type, decimal quantity, decimal becomes)
    {
        await _host.RecordAccepted(Line(type, quantity, sku));
        await _host.Publication("feed", sku, row => row.Number("quantity") == becomes);
    }

    private async Task<string[]> Feed()
    {
        var feed = (await _host.Get("/v1/availability/changes?channel=feed")).Ok();
        return [$"complete from {feed.Number("completeFrom")}", .. feed.Items()
            .Select(change => $"{change.Number("sequence")}: {change.Text("sku")} {change.Number("quantity")}")];
    }
}
