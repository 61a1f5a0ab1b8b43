using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Tests.Rules;

namespace RetailSync.Inventory.Domain.Tests.Kits;

/// <summary>
/// Kits as a planner jots them down: <c>gift = 2 cup + 1 box; set = 1 gift + 0.5 tape in one location from 5 to 9</c>; days are days of November, and a kit
/// that is set twice has two versions.
/// </summary>
internal static class KitDiary
{
    public static RuleBook Of(string kits) => kits.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(RuleBook.Empty, (book, text) =>
        {
            var (rule, from, to) = Kit(text);
            var id = RuleId.OfKit(rule.Sku);
            return book.With(book.Find(id).Evolve(new RuleSet("planner", null, rule, from, to), RuleDiary.Day(1)));
        });

    public static (KitRule Rule, Instant From, Instant? To) Kit(string text)
    {
        var words = text.Split(' ');
        var end = Array.FindIndex(words, word => word is "in" or "from" or "to");
        var components = string.Join(' ', words[2..(end < 0 ? words.Length : end)]).Split(" + ").Select(component => component.Split(' '))
            .Select(parts => new KitComponent(Sku.Parse(parts[1]), decimal.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)));
        return (new KitRule(Sku.Parse(words[0]), [.. components], words.Contains("in") ? KitAssembly.OneLocation : KitAssembly.Any),
            Day("from") ?? RuleDiary.Day(1), Day("to"));

        Instant? Day(string word) => Array.IndexOf(words, word) is >= 0 and var at ? RuleDiary.Day(words[at + 1]) : null;
    }
}
