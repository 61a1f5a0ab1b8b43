using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.PosLog;

/// <summary>What a line names and how much of it, in each of the ways in which ARTS writes it.</summary>
internal static class PosLogItem
{
    /// <summary>The retailer's own number first (ItemID), then what was scanned (POSItemID).</summary>
    public static IReadOnlyList<ArticleNumber> Articles(XmlItem item, VariableBarcodes barcodes)
    {
        var scanned = item.All("POSIdentity").FirstOrDefault(identity => identity["POSIDType"]?.EndsWith("Group", StringComparison.OrdinalIgnoreCase) != true);
        var code = scanned?.TextOf("POSItemID");
        var kind = scanned?["POSIDType"];
        List<ArticleNumber> articles = [];
        if (item.TextOf("ItemID") is { } own)
        {
            Add(articles, "ItemID", own, own == code && IsGtin(kind), barcodes);
        }

        if (code is not null && articles.TrueForAll(article => article.Value != code))
        {
            Add(articles, kind ?? "POSItemID", code, IsGtin(kind), barcodes);
        }

        return articles;
    }

    /// <summary>The text times its attribute Units; null for what is no quantity.</summary>
    public static decimal? Quantity(XmlItem? quantity) =>
        quantity is not null && QuantityText.TryRead(quantity.Text, out var each)
        && QuantityText.TryRead(quantity["Units"] ?? "1", out var units) && units * each is var all && QuantityText.IsExact(all) ? all : null;

    /// <summary>As written; many tills write pieces as a word.</summary>
    public static string? Unit(XmlItem? quantity) => quantity?["UnitOfMeasureCode"] is { } unit
        ? unit.ToUpperInvariant() is "EACH" or "UNIT" or "UNITS" or "PIECE" or "PIECES" or "PCS" ? "EA" : unit : null;

    public static Rejected InvalidQuantity(XmlItem? quantity) => new("invalid-quantity", quantity is null
        ? "It has no quantity."
        : $"'{Shown(quantity.Text)}'{(quantity["Units"] is { } units ? $" times {Shown(units)}" : "")} is no quantity of at most 4 decimals.");

    public static string Shown(string text) => text.Length <= 64 ? text : text[..64];

    private static void Add(List<ArticleNumber> articles, string kind, string value, bool isGtin, VariableBarcodes barcodes)
    {
        if (isGtin && barcodes.ArticleIn(value) is { } inner)
        {
            articles.Add(new ArticleNumber("PLU", inner));
            articles.Add(new ArticleNumber(kind, value));
        }
        else
        {
            articles.Add(new ArticleNumber(kind, value, isGtin));
        }
    }

    private static bool IsGtin(string? type) => type is not null && Array.Exists(
        (string[])["GTIN", "EAN", "UPC", "JAN"], name => type.StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
