namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>What a browser fetches that has never seen the console.</summary>
[Collection(PageTests.Name)]
public sealed class First_view_of_the_console(FilledHost filled, Chromium chromium)
{
    private const int RequestsAtMost = 40, ScriptAtMost = 250_000, StyleAtMost = 60_000;

    [ChromiumFact]
    public async Task It_is_few_requests_and_little_script()
    {
        await using var visit = await Visit.Begin(chromium, filled.Host, "dev-ops", "/console");
        await visit.Settled();

        Assert.InRange(visit.Requests.Count, 1, RequestsAtMost);
        Assert.InRange(await Compressed("script"), 1, ScriptAtMost);
        Assert.InRange(await Compressed("stylesheet"), 1, StyleAtMost);

        // All of it: no page has to fetch more, so that one opens without the host too.
        var first = visit.Requests.Count;
        await visit.Go("/console/channels");
        Assert.DoesNotContain(visit.Requests.Skip(first), request => request.ResourceType == "script");

        async Task<int> Compressed(string type)
        {
            var sizes = await Task.WhenAll(visit.Requests.Where(request => request.ResourceType == type).Select(request => request.SizesAsync()));
            return sizes.Sum(size => size.ResponseBodySize);
        }
    }
}
