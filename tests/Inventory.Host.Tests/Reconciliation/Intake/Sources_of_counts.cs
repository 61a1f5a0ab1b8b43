using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Intake;

/// <summary>A host that asks two systems and watches a folder. No schedule runs within a test: the tests start each pull.</summary>
public sealed class HostWithSources : RunningHost, IAsyncLifetime
{
    /// <summary>A minute at which no test runs: schedules go by the real clock.</summary>
    private static readonly int NotSoon = (TimeProvider.System.GetUtcNow().Minute + 30) % 60;

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("retailsync-counts-");

    public OtherSystem Wms { get; } = new();

    public OtherSystem Erp { get; } = new();

    protected override string[] Switches =>
    [
        $"--Reconciliation:Folder={Folder.FullName}", "--Reconciliation:FolderPause=01:00:00",
        $"--Reconciliation:Sources:wms:Url={Wms.Address}counts?site=1", "--Reconciliation:Sources:wms:Authorization=Bearer secret",
        $"--Reconciliation:Sources:wms:Minute={NotSoon}",
        $"--Reconciliation:Sources:erp:Url={Erp.Address}onhand", "--Reconciliation:Sources:erp:Format=dynamics365",
        $"--Reconciliation:Sources:erp:Minute={NotSoon}",
        "--Reconciliation:Sources:boston:Format=openboxes", "--Reconciliation:Sources:boston:Location=BOSW",
        "--Reconciliation:Sources:tables:Format=csv", "--Reconciliation:Sources:readers:Format=epcis", "--Reconciliation:Sources:readers:EvidenceFor=dock",
    ];

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Wms.DisposeAsync();
        await Erp.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    /// <summary>Nobody is asked because the host starts.</summary>
    protected override void Arrange(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(ResumeReconciliations)));

    /// <summary>Asks both, as their schedules would at this hour.</summary>
    /// <returns>The runs that came of it.</returns>
    public async Task<IReadOnlyList<string>> Pull()
    {
        var before = await Runs();
        foreach (var system in new[] { "wms", "erp" })
        {
            try
            {
                await Handle(Due(system));
            }
            catch (HttpRequestException)
            {
                // It did not answer.
            }
        }

        return [.. (await Runs()).Except(before)];
    }

    public static PullCounts Due(string system) => new(system, Now - Duration.FromHours(1));

    private async Task<string[]> Runs() =>
        (string[])(await Sql("select coalesce(array_agg(id::text), '{}') from inventory.reconciliation where origin like 'pull/%'"))!;

    public Task<int> LookIntoFolder() => Services.GetRequiredService<WatchFolder>().Look(CancellationToken.None);
}

/// <summary>An ERP or WMS that answers as the test sets it.</summary>
public sealed class OtherSystem : IAsyncDisposable
{
    private readonly WebApplication _app;

    public OtherSystem()
    {
        var builder = WebApplication.CreateSlimBuilder();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(async http =>
        {
            lock (Asked)
            {
                Asked.Add($"{http.Request.QueryString} {http.Request.Headers.Authorization}".Trim());
            }

            var (status, body) = Answer(http.Request.Query);
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
        });
        _app.StartAsync().GetAwaiter().GetResult();
    }

    public Uri Address => new(_app.Urls.First() + "/");

    public List<string> Asked { get; } = [];

    public Func<IQueryCollection, (int Status, string Body)> Answer { get; set; } = _ => (404, "");

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

public sealed class Sources_of_counts(HostWithSources host) : IClassFixture<HostWithSources>
{
    [Fact]
    public async Task A_source_is_polled_hourly_by_page_and_resumes_where_it_broke()
    {
        string[] skus = [NewSku(), NewSku(), NewSku()];
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 10, sku))]);
        host.Clock.Advance(Duration.FromHours(1));
        host.Wms.Asked.Clear();
        var isBroken = true;
        host.Wms.Answer = query => query["after"].ToString() switch
        {
            "" => (200, Page(skus[0], 10, "p 2")),
            "p 2" => (200, Page(skus[1], 9, "p3")),
            _ when isBroken => ((int)HttpStatusCode.NotFound, ""),
            _ => (200, Page(skus[2], 8, null)),
        };
        host.Erp.Answer = query =>
            (200, query["pageNumber"] == "1"
                ? $$$"""[{"productId":"{{{skus[0]}}}","dimensions":{"LocationId":"S001"},"quantities":{"pos":{"inbound":7} } }]""" : "[]");

        var first = await host.Pull();
        isBroken = false;
        var second = await host.Pull();
        var third = await host.Pull();

        var (erp, wms) = (await host.Done(Assert.Single(first)), await host.Done(Assert.Single(second)));
        Assert.Empty(third);
        Assert.Equal(("wms", 3, 1), (wms.Text("system"), wms.Number("compared"), wms.Number("matching")));
        Assert.Equal(["onHand 10-9=1 unexplained - 1 needs-approval", "onHand 10-8=2 unexplained - 2 needs-approval"], wms.Items("drifts")
            .OrderBy(drift => drift.Number("difference")).Select(drift => drift.Summary()));
        Assert.Equal(("erp", 3), (erp.Text("system"), Assert.Single(erp.Items("drifts")).Number("difference")));
        Assert.Equal(["?site=1 Bearer secret", "?site=1&after=p%202 Bearer secret", "?site=1&after=p3 Bearer secret", "?site=1&after=p3 Bearer secret"],
            host.Wms.Asked);
        Assert.Equal(0L, await host.Sql("select count(*) from inventory.reconciliation_page"));
    }

    [Fact]
    public async Task An_unusable_answer_is_a_dead_letter_until_repaired()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        host.Clock.Advance(Duration.FromHours(1));
        host.Wms.Answer = _ => (200, Page(sku, -1, null));
        var before = await Runs();

        await host.Publish(HostWithSources.Due("wms"));
        await Waiting.Until(async () => (await Open()).Length == 1);
        var letter = (await Open())[0];
        var alert = (await host.Get("/v1/alerts?kind=message-set-aside")).Ok().Items().Single();
        host.Wms.Answer = _ => (200, Page(sku, 9, null));
        var path = $"/v1/messages/dead-letters/{letter.Text("id")}";
        var replaying = (await host.Post($"{path}/replay", new { })).Ok();
        await Waiting.Until(async () => (await Runs()).Except(before).Any());

        var run = await host.Done(Assert.Single((await Runs()).Except(before)));
        Assert.Equal(("pull-counts", "wms"), (letter.Text("type"), letter.GetProperty("message").Text("system")));
        Assert.Contains("wms sent what cannot be compared: 'page 1 counts[0].onHand'", letter.Text("error"), StringComparison.Ordinal);
        Assert.Contains("1 messages pull-counts could not be handled", alert.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("replaying", replaying.Text("state"));
        Assert.Equal("onHand 10-9=1 unexplained - 1 needs-approval", Assert.Single(run.Items("drifts")).Summary());
        Assert.Empty(await Open());
        Assert.Empty((await host.Get("/v1/alerts?kind=message-set-aside")).Ok().Items());
        (await host.Post($"{path}/replay", new { })).Refused(404, "unknown-dead-letter");
        Assert.Single((await Runs()).Except(before));

        async Task<JsonElement[]> Open() => (await host.Get("/v1/messages/dead-letters?state=open&type=pull-counts")).Ok().Items();
        async Task<string[]> Runs() => [.. (await host.Get("/v1/reconciliations?system=wms")).Ok().Items().Texts("id")!];
    }

    [Fact]
    public async Task A_source_that_missed_hours_is_polled_once()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var records = $$$"""[{"productId":"{{{sku}}}","dimensions":{"LocationId":"S001"},"quantities":{"pos":{"inbound":10} } }]""";
        host.Erp.Answer = query => (200, query["pageNumber"] == "1" ? records : "[]");
        host.Clock.Advance(Duration.FromHours(10));
        var now = host.Clock.GetCurrentInstant();
        var before = host.Erp.Asked.Count;

        await host.Handle(HostWithSources.Due("erp"));
        await host.Handle(HostWithSources.Due("erp") with { Hour = now - Duration.FromHours(5) });
        await host.Handle(HostWithSources.Due("erp") with { Hour = now - Duration.FromHours(1) });

        Assert.Equal(before + 2, host.Erp.Asked.Count); // a page, and the end
    }

    [Fact]
    public async Task Dropped_files_are_imported_once_and_archived()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 7, "QX039", "BOSW"));
        Drop("tables", "stock-20261123T093000Z.csv", $"sku,location,onHand\n{sku},S001,9\n");
        Drop("tables", "same-20261123T093000Z.csv", $"sku,location,onHand\n{sku},S001,9\n");
        Drop("tables", "broken-20261123T093000Z.csv", $"sku,location,onHand\n{sku},S001,-9\n");
        Drop("boston", "take 20261123T093000Z.csv", "Product code,Lot number,Bin location,Physical QOH\nQX039,1,R1,3\nQX039,2,R2,4\n");

        Assert.Equal(0, await host.LookIntoFolder()); // they may still be written
        Assert.Equal(3, await host.LookIntoFolder());
        Assert.Equal(0, await host.LookIntoFolder());

        var runs = (await host.Get("/v1/reconciliations?system=tables")).Ok().Items();
        var table = await host.Done(Assert.Single(runs).Text("id")!);
        Assert.Equal("onHand 10-9=1 unexplained - 1 needs-approval", Assert.Single(table.Items("drifts")).Summary());
        Assert.Equal("2026-11-23T09:30:00Z", table.Text("takenAt"));
        var boston = await host.Done((await host.Get("/v1/reconciliations?system=boston")).Ok().Items()[0].Text("id")!);
        Assert.Equal((1, 1), (boston.Number("compared"), boston.Number("matching")));
        Assert.Equal(["same-20261123T093000Z.csv", "stock-20261123T093000Z.csv"], Files("tables/done"));
        Assert.Equal(["broken-20261123T093000Z.csv", "broken-20261123T093000Z.csv.problem.txt"], Files("tables/failed"));
        Assert.Contains("line 2", await File.ReadAllTextAsync(Path.Combine(host.Folder.FullName, "tables/failed/broken-20261123T093000Z.csv.problem.txt")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_EPCIS_documents_are_evidence_for_that_systems_counts()
    {
        const string place = "urn:epc:id:sgln:0614141.00888.0";
        const string sku = "10614141073464";
        await host.RecordAccepted(Line("receipt", 10, sku, place));
        Drop("readers", "events.jsonld",
            Epcis(Received("urn:uuid:1", "po-7", place), Received("urn:uuid:2", "po-8", place), Declared("urn:uuid:2", "po-8", place)));
        Drop("readers", "broken.jsonld", Epcis("""{ "type": "ObjectEvent" }"""));
        await host.LookIntoFolder();

        Assert.Equal(1, await host.LookIntoFolder());
        var run = await host.Compare(Sheet([Count(sku, 12, place)], system: "dock"));
        var other = await host.Compare(Sheet([Count(sku, 12, place)]));

        Assert.Equal("onHand 10-12=-2 missing-movement po-7 -2 needs-approval", Assert.Single(run.Items("drifts")).Summary());
        Assert.Equal("onHand 10-12=-2 unexplained - -2 needs-approval", Assert.Single(other.Items("drifts")).Summary());
        Assert.Equal(["broken.jsonld", "broken.jsonld.problem.txt"], Files("readers/failed"));
    }

    private static string Epcis(params string[] events) =>
        $$"""{ "@context": [], "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": { "eventList": [ {{string.Join(',', events)}} ] } }""";

    private static string Received(string id, string order, string place, string more = "") =>
        $$"""
          { "eventID": "{{id}}", "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2026-11-23T09:10:00Z", "eventTimeZoneOffset": "+00:00", "bizStep": "receiving",
            "epcList": ["urn:epc:id:sgtin:0614141.107346.1", "urn:epc:id:sgtin:0614141.107346.2"], "bizLocation": { "id": "{{place}}" },
            "bizTransactionList": [ { "type": "po", "bizTransaction": "{{order}}" } ]{{more}} }
          """;

    private static string Declared(string id, string order, string place) =>
        Received(id, order, place, """, "errorDeclaration": { "declarationTime": "2026-11-23T09:20:00Z", "reason": "did_not_occur" }""");

    private static string Page(string sku, decimal onHand, string? next) =>
        new JsonObject
        {
            ["system"] = "wms",
            ["takenAt"] = "2026-11-23T09:30:00Z",
            ["counts"] = new JsonArray(Count(sku, onHand)),
            ["next"] = next,
        }.ToJsonString(new JsonSerializerOptions());

    private void Drop(string system, string name, string content) =>
        File.WriteAllText(Path.Combine(host.Folder.CreateSubdirectory(system).FullName, name), content, Encoding.UTF8);

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(host.Folder.FullName, folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
