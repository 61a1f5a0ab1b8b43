using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>Pure functions of the pages, in the browser in which they run.</summary>
public sealed class Functions_in_the_browser(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    [ChromiumFact]
    public async Task Sums_are_exact()
    {
        Assert.Equal("0.3", await Evaluate("text/format.js", "module => String(module.sum([0.1, 0.2]))"));
        Assert.Equal("-0.0001", await Evaluate("text/format.js", "module => String(module.sum([9999999999.9999, -10000000000]))"));
    }

    [ChromiumFact]
    public async Task Ticks_are_round_and_enclose_the_values()
    {
        Assert.Equal("[0,20,40,60,80,100]", await Evaluate("plots/scale.js", "module => JSON.stringify(module.niceTicks(0, 91, 5))"));
        Assert.Equal("[-5,0,5,10,15]", await Evaluate("plots/scale.js", "module => JSON.stringify(module.niceTicks(-3, 12, 4))"));
        Assert.Equal("[0,0.0001]", await Evaluate("plots/scale.js", "module => JSON.stringify(module.niceTicks(0, 0.0001, 1))"));
    }

    /// <summary>In London the clocks went back on 25 October 2026: that day has 25 hours.</summary>
    [ChromiumFact]
    public async Task Days_begin_at_midnight_where_the_clocks_change()
    {
        const string ticks = "module => JSON.stringify(module.timeTicks(Date.parse('2026-10-24T12:00Z'), Date.parse('2026-10-27T12:00Z'), 3).at.map(at => new Date(at).toISOString()))";

        Assert.Equal("""["2026-10-24T23:00:00.000Z","2026-10-26T00:00:00.000Z","2026-10-27T00:00:00.000Z"]""", await Evaluate("plots/scale.js", ticks));
    }

    [ChromiumTheory]
    [InlineData("2026-07-01T12:00:00Z", "2026-07-01T13:00:00")]
    [InlineData("2026-12-01T12:00:00Z", "2026-12-01T12:00:00")]
    public async Task A_typed_time_is_of_the_shown_zone(string instant, string field)
    {
        Assert.Equal(field, await Evaluate("text/format.js", $"module => module.toField('{instant}')"));
        Assert.Equal(instant, await Evaluate("text/format.js", $"module => module.fromField('{field}')"));
    }

    [ChromiumTheory]
    [InlineData("/console/stock/a%2Fb/S1", "{\"sku\":\"a/b\",\"location\":\"S1\"}")]
    [InlineData("/console/stock/%E0%A4%A/S1", "null")]
    [InlineData("/console/stock/a", "null")]
    public async Task An_address_names_its_parts(string path, string parts) =>
        Assert.Equal(parts, await Evaluate("shell/router.js", $"module => JSON.stringify(module.match('/console/stock/{{sku}}/{{location}}', '{path}'))"));

    private async Task<string> Evaluate(string module, string function)
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-planner", "/console/stock");
        var script = await visit.Page.Locator("script[type=module]").GetAttributeAsync("src");
        return await visit.Page.EvaluateAsync<string>(
            $"import({JsonSerializer.Serialize(script)}).then(script => script.{Path.GetFileNameWithoutExtension(module)}).then({function})");
    }
}
