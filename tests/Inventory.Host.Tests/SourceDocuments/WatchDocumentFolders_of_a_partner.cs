using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

public sealed class HostWithDocumentFolder : RunningHost
{
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("retailsync-documents-");

    protected override string[] Switches =>
    [
        $"--Documents:Folder={Folder.FullName}", "--Documents:FolderPause=01:00:00", "--Documents:Folders:partner:Source=epcis/partner",
        "--Documents:Folders:partner:Zone=UTC",
    ];

    public Task<int> Look() => Services.GetRequiredService<WatchDocumentFolders>().Look(CancellationToken.None);
}

public sealed class WatchDocumentFolders_of_a_partner(HostWithDocumentFolder host) : IClassFixture<HostWithDocumentFolder>, IDisposable
{
    private string Partner => host.Folder.CreateSubdirectory("partner").FullName;

    [Fact]
    public async Task A_file_is_taken_in_once_with_a_receipt_beside_it()
    {
        var sku = NewSku();
        (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        await File.WriteAllTextAsync(Path.Combine(Partner, "a.json"), Epcis(sku));
        Assert.Equal(0, await host.Look()); // it may still be written
        Assert.Equal(1, await host.Look());
        Assert.Equal(0, await host.Look());

        Assert.Equal(5, await host.OnHand(sku));
        Assert.Equal("epcis/partner", (await host.Events(sku))[0].Text("source"));
        var receipt = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Partner, "done", "a.json.receipt.json"))).RootElement;
        Assert.Equal(1, receipt.Items("documents")[0].Number("accepted"));
        Assert.True(File.Exists(Path.Combine(Partner, "done", "a.json")));
        Assert.Empty(Directory.GetFiles(Path.Combine(Partner, "taking")));
    }

    [Fact]
    public async Task A_file_of_no_format_fails_and_says_why()
    {
        await File.WriteAllTextAsync(Path.Combine(Partner, "b.txt"), "nothing that anybody reads");
        await host.Look();
        await host.Look();
        Assert.Contains("unknown-format", await File.ReadAllTextAsync(Path.Combine(Partner, "failed", "b.txt.receipt.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_dead_host_has_claimed_is_taken_in_by_another()
    {
        var sku = NewSku();
        (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        Directory.CreateDirectory(Path.Combine(Partner, "taking"));
        await File.WriteAllTextAsync(Path.Combine(Partner, "taking", "c.json"), Epcis(sku));
        Assert.Equal(1, await host.Look());
        Assert.Equal(5, await host.OnHand(sku));
    }

    public void Dispose() => Directory.Delete(Partner, recursive: true);

    private static string Epcis(string sku) =>
        $$$"""
        {"type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","eventID":"urn:uuid:{{{Guid.NewGuid()}}}","eventTime":"2026-11-23T09:00:00Z",
          "action":"OBSERVE","bizStep":"receiving","bizLocation":{"id":"S001"},"quantityList":[{"epcClass":"{{{sku}}}","quantity":5}]}]}}
        """;
}
