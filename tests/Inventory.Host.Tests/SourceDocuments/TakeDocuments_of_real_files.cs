using System.Text.Json;
using RetailSync.Channels.Tests;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Files as partners send them, through HTTP into positions.</summary>
public sealed class TakeDocuments_of_real_files(HostWithPlainDocuments host, ITestOutputHelper output) : IClassFixture<HostWithPlainDocuments>
{
    [RealDataFact("edi-x12/SOURCE.md")]
    public async Task Every_line_of_every_file_is_accounted_for()
    {
        string[] folders =
            ["edi-x12", "pos-poslog", "erp-sap", "wms-gs1-xml", "epcis-xml", "erp-odoo", "erp-erpnext", "erp-d365-inventory-visibility"];
        foreach (var folder in folders)
        {
            var files = Directory.EnumerateFiles(RealData.Path(folder)).Where(path => !path.EndsWith(".md", StringComparison.Ordinal));
            foreach (var path in files.Order(StringComparer.Ordinal))
            {
                var bytes = await File.ReadAllBytesAsync(path);
                var name = Path.GetFileName(path);
                var query = $"format=auto&zone=America/New_York&location=W1&source=real/{name}";
                var first = (await host.PostBytes(bytes, query)).Ok();
                var source = $"/v1/sources/{Uri.EscapeDataString($"real/{name}")}";
                var replayed = 0m;
                for (var rounds = 2; rounds > 0; rounds--)
                {
                    // A line may wait for a second place once the first is mapped.
                    var unmapped = (await host.Get($"{source}/unmapped?limit=1000")).Ok().Items();
                    var locations = unmapped.Select(one => new { theirs = one.Text("theirs"), location = "W1" }).ToArray();
                    replayed += (await host.Put($"{source}/mappings", new { locations })).Ok().Number("replayed");
                }

                Assert.Empty((await host.Get($"{source}/unmapped")).Ok().Items());
                var again = (await host.PostBytes(bytes, query)).Ok();
                output.WriteLine($"{folder}/{name}: {first.Text("format")}, replayed {replayed} when mapped");
                Assert.NotEmpty(first.Items("documents"));
                foreach (var (one, two) in first.Items("documents").Zip(again.Items("documents")))
                {
                    AssertAddsUp(one);
                    AssertAddsUp(two);
                    Assert.Equal(0, two.Number("accepted") + two.Number("absorbed"));
                    output.WriteLine($"  {two.GetRawText()}");
                }
            }
        }
    }

    [RealDataFact("edi-x12/made-944-with-exceptions.x12")]
    public async Task A_receipt_of_a_warehouse_becomes_stock_of_its_location()
    {
        (await host.Put("/v1/sources/x12%2FWMSEAST/mappings", new { locations = new[] { new { theirs = "0614141000012", location = "EAST" } } })).Ok();
        var file = (await host.PostBytes(await File.ReadAllBytesAsync(RealData.Path("edi-x12/made-944-with-exceptions.x12")), "format=x12&zone=UTC")).Ok();

        Assert.Equal("x12/WMSEAST", file.Text("source"));
        Assert.Equal(2, file.Items("documents")[0].Number("accepted"));
        var position = await host.Position("SKU-200", "EAST");
        Assert.Equal((100, 4), (position.Number("onHand"), position.GetProperty("unsellable").Number("damaged")));
        Assert.Equal(48, await host.OnHand("SKU-300", "EAST"));
    }

    private static void AssertAddsUp(JsonElement document) => Assert.Equal(
        document.Number("lines"),
        document.Number("accepted") + document.Number("absorbed") + document.Number("duplicates") + document.Number("corrected") + document.Number("rejected")
            + document.GetProperty("noStock").EnumerateObject().Sum(reason => reason.Value.GetInt32()));
}
