using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>A page of the console, as it is opened.</summary>
/// <param name="Pattern">Its address in <c>shell/pages.ts</c>; <see cref="FilledHost"/> has something for each name in it.</param>
/// <param name="Roles">Who may open it.</param>
/// <param name="Query">With which it is opened.</param>
public sealed partial record ConsolePage(string Pattern, string Roles, string Query = "")
{
    private const string Readers = "planner finance ops", Everybody = $"store channel {Readers}";

    public static readonly IReadOnlyList<ConsolePage> All =
    [
        new("/console", Everybody),
        new("/console/stock", $"store {Readers}"),
        new("/console/stock/{sku}", $"store {Readers}"),
        new("/console/stock/{sku}/{location}", $"store {Readers}"),
        new("/console/promise", Everybody),
        new("/console/promise/{sku}", Everybody, "?channel=web"),
        new("/console/rules", Readers),
        new("/console/rules/{rule}", Readers),
        new("/console/what-if", Readers, """?rule={"kind":"safety-stock","sku":"{sku}","quantity":"3"}"""),
        new("/console/channels", $"channel {Readers}"),
        new("/console/channels/{channel}", $"channel {Readers}"),
        new("/console/channels/{channel}/orders/{order}", $"channel {Readers}"),
        new("/console/channels/{channel}/oversells/{order}", Readers),
        new("/console/reservations", Everybody),
        new("/console/reservations/{reservation}", Everybody),
        new("/console/reconciliation", Readers),
        new("/console/reconciliation/accuracy", Readers),
        new("/console/reconciliation/policy", Readers),
        new("/console/reconciliation/{run}", Readers),
        new("/console/quarantine", "store ops"),
        new("/console/quarantine/{entry}", "store ops"),
        new("/console/alerts", Everybody),
        new("/console/record", "store ops", "?location=S001&sku={sku}"),
        new("/console/audit", Readers),
        new("/console/audit/{view}", Readers, "?sku={sku}&from=2026-11-22T00%3A00%3A00Z"),
        new("/console/system", "ops"),
    ];

    /// <summary>The addresses in <c>shell/pages.ts</c>, with the names of their parts as <see cref="All"/> has them.</summary>
    public static IReadOnlyList<string> Written() =>
        [.. PatternInSource().Matches(File.ReadAllText(Source())).Select(match => match.Groups[1].Value)];

    private static string Source([CallerFilePath] string path = "") =>
        Path.GetFullPath("../../../src/Console/shell/pages.ts", Path.GetDirectoryName(path)!);

    [GeneratedRegex("pattern: \"([^\"]+)\"")]
    private static partial Regex PatternInSource();
}
