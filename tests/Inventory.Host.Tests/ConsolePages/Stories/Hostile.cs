namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>What somebody may have written anywhere.</summary>
internal static class Hostile
{
    /// <summary>Markup, quotes, and a mark that turns the direction of writing.</summary>
    public const string Text = "<img src=x onerror=alert(1)>\"'&amp;\u202Eabc";

    /// <summary>As it stands in a sentence, whose own direction it must not turn.</summary>
    public static string Isolated(string text) => $"\u2068{text}\u2069";
}
