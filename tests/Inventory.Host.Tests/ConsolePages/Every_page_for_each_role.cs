using System.Text.Json;
using RetailSync.Inventory.Host.Tests.EveryOperation;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>What somebody with one role sees of the pages.</summary>
[Collection(PageTests.Name)]
public sealed class Every_page_for_each_role(FilledHost filled, Chromium chromium)
{
    /// <summary>Requests of a page to the API when it is opened.</summary>
    private const int AskedAtMost = 5;

    [Fact]
    public void Each_page_is_opened_by_these_tests() =>
        Assert.Equal(ConsolePage.Written().Select(Nameless), ConsolePage.All.Select(page => Nameless(page.Pattern)));

    [ChromiumTheory]
    [InlineData("store", "dev-store-S001")]
    [InlineData("channel", "dev-channel-web")]
    [InlineData("planner", "dev-planner")]
    [InlineData("finance", "dev-finance")]
    [InlineData("ops", "dev-ops")]
    public async Task It_opens_without_a_complaint_or_says_who_may(string role, string key)
    {
        await using var visit = await Visit.Begin(chromium, filled.Host, key, "/console");
        List<string> wrong = [];
        foreach (var page in ConsolePage.All)
        {
            var (complaints, asked) = (visit.Complaints.Count, visit.Asked.Count);
            await visit.Go(filled.Address(page));
            var isOpen = await visit.Page.Locator("main h1").InnerTextAsync() != "Your roles may not see this";
            if (isOpen != May(page, role))
            {
                wrong.Add($"{page.Pattern} {(isOpen ? "opens" : "does not open")}");
            }

            var text = await visit.Page.Locator("main").InnerTextAsync();
            if (!isOpen && !page.Roles.Split(' ').All(text.Contains))
            {
                wrong.Add($"{page.Pattern} does not say that {page.Roles} may open it");
            }

            // Why a line was rejected is what its page is about.
            wrong.AddRange(
                from error in await visit.Page.Locator("main .error").AllInnerTextsAsync()
                where !error.Contains("'quantity' must be above 0.", StringComparison.Ordinal)
                select $"{page.Pattern} {error}");
            wrong.AddRange(visit.Complaints.Skip(complaints).Select(complaint => $"{page.Pattern} {complaint}"));
            wrong.AddRange(visit.Asked.Count - asked > AskedAtMost ? [$"{page.Pattern} asks {string.Join(", ", visit.Asked.Skip(asked))}"] : []);
            wrong.AddRange(
                from link in await Links(visit)
                where !ConsolePage.All.Any(other => IsOf(other, link) && May(other, role))
                select $"{page.Pattern} has a link to {link}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [ChromiumFact]
    public async Task Pages_know_who_may_use_an_operation()
    {
        await using var visit = await Visit.Begin(chromium, filled.Host, "dev-ops", "/console/record");
        var script = await visit.Page.Locator("script[type=module]").GetAttributeAsync("src");
        var known = await visit.Page.EvaluateAsync<string>("script => import(script).then(({ roles }) => JSON.stringify(roles.RolesOf))", script);

        Assert.All(JsonSerializer.Deserialize<Dictionary<string, string[]>>(known)!, operation =>
            Assert.Equal(AccessRule.All[operation.Key].Roles.Order(), operation.Value.Order()));
    }

    private static string Nameless(string pattern) => string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? "{}" : part));

    private static bool May(ConsolePage page, string role) => page.Roles.Split(' ').Contains(role);

    private static Task<string[]> Links(Visit visit) => visit.Page.EvaluateAsync<string[]>(
        """
        () => [...new Set([...document.querySelectorAll("nav a[href], main a[href]")]
          .map(link => new URL(link.href?.baseVal ?? link.href, location.href).pathname))]
        """);

    private static bool IsOf(ConsolePage page, string path)
    {
        var (wanted, parts) = (page.Pattern.Split('/'), path.Split('/'));
        return wanted.Length == parts.Length && wanted.Zip(parts).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
