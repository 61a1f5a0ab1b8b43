namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>What pages show before anything was recorded.</summary>
public sealed class Every_page_of_an_empty_host(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    /// <summary>What a page says is missing, or how to begin.</summary>
    private static readonly (string Address, string Says)[] Pages =
    [
        ("/console/stock", "Nothing was recorded yet"),
        ("/console/stock/unknown-sku", "Nothing was ever recorded of this SKU"),
        ("/console/rules", "There are no rules yet"),
        ("/console/channels", "There is no channel yet"),
        ("/console/reservations", "Nothing is reserved now"),
        ("/console/reconciliation", "Nothing was compared"),
        ("/console/reconciliation/accuracy", "No position has differed"),
        ("/console/quarantine", "No line waits"),
        ("/console/alerts", "Nothing needs anybody now"),
        ("/console/record", "Nothing was recorded on this device yet"),
        ("/console/audit/as-of", "Nothing was recorded until then"),
        ("/console/audit/ledger", "Choose where the ledger begins"),
        ("/console/audit/verify", "No checkpoint has been signed yet"),
        ("/console/promise", "Choose a SKU and a channel"),
        ("/console/what-if", "Fill in what the kind needs"),
        ("/console?role=ops", "There is no channel yet"),
        ("/console?role=planner", "No rule starts or ends"),
        ("/console?role=finance", "There is no checkpoint yet"),
        ("/console?role=store&location=S001", "Everything was sent"),
        ("/console?role=channel", "There is no channel yet"),
    ];

    [ChromiumFact]
    public async Task It_says_what_is_missing_and_how_to_begin()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-admin", "/console/audit/actions");
        await visit.Settled();
        List<string> wrong = [];
        foreach (var (address, says) in Pages)
        {
            await visit.Go(address);
            var text = await visit.Page.Locator("main").InnerTextAsync();
            if (!text.Contains(says, StringComparison.Ordinal) || text.Contains("There is nothing here yet.", StringComparison.Ordinal))
            {
                wrong.Add($"{address} says {text}");
            }
        }

        // The answer about a SKU that nobody knows.
        wrong.AddRange(visit.Complaints.Where(complaint => !complaint.Contains("/v1/positions/unknown-sku/", StringComparison.Ordinal)));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
