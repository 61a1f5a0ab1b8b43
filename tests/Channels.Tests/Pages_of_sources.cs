using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Edifact;
using RetailSync.Channels.Gs1Xml;
using RetailSync.Channels.PosLog;
using RetailSync.Channels.X12;

namespace RetailSync.Channels.Tests;

/// <summary>The pages about formats say what is true: their examples are read, and come to the lines that they show.</summary>
public sealed partial class Pages_of_sources
{
    [Fact]
    public Task The_example_of_X12() => AssertExample("x12", new X12Documents());

    [Fact]
    public async Task The_settings_of_X12()
    {
        var page = await Page("x12");
        Assert.All([X12Options.AcceptTestData, X12Options.ExceptionsOnly, X12Options.TwoSidedStatus], option => Assert.Contains($"`{option}`", page));
    }

    [Fact]
    public Task The_example_of_till_logs() => AssertExample("poslog", new PosLogFormat());

    [Fact]
    public Task The_example_of_EDIFACT() => AssertExample("edifact", new EdifactDocuments());

    [Theory]
    [InlineData("square")]
    [InlineData("shopify")]
    [InlineData("lightspeed")]
    [InlineData("sap")]
    [InlineData("epcis")]
    [InlineData("gs1-xml")]
    public Task The_example_of_shops(string format) => AssertExample(format, DocumentFormats.Find(format)!);

    [Theory]
    [InlineData("odoo", "odoo")]
    [InlineData("erpnext", "erpnext")]
    [InlineData("dynamics-365", "d365")]
    public Task The_example_of_an_ERP(string page, string format) => AssertExample(page, DocumentFormats.Find(format)!);

    [Fact]
    public async Task The_settings_of_GS1_XML()
    {
        var page = await Page("gs1-xml");
        string[] options =
            [Gs1Options.AcceptTestData, Gs1Options.DespatchStatuses, Gs1Options.ExceptionsOnly, Gs1Options.ReceiptStatuses, Gs1Options.ReturnLocations];
        Assert.All(options, option => Assert.Contains($"`{option}`", page));
    }

    private static async Task AssertExample(string name, IDocumentFormat reader)
    {
        var page = await Page(name);
        var blocks = Block().Matches(page).ToDictionary(block => block.Groups["name"].Value, block => block.Groups["text"].Value);
        var document = Assert.Single(await DocumentText.Read(reader, Documents.Stream(blocks[reader.Name])));

        Assert.Null(document.Fault);
        Assert.Equal(blocks["lines"].Trim().Split('\n'), DocumentText.Lines(document));
    }

    private static Task<string> Page(string name, [CallerFilePath] string test = "") =>
        File.ReadAllTextAsync(Path.GetFullPath($"../../docs/sources/{name}.md", Path.GetDirectoryName(test)!));

    [GeneratedRegex("^```(?<name>[a-z0-9-]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
