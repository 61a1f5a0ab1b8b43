using System.Text.RegularExpressions;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>What an identifier in an event is to us.</summary>
/// <param name="Sku">The article; meaningless unless <paramref name="Kind"/> is <see cref="ItemKind.Article"/>.</param>
/// <param name="Kind">Whether it is an article at all.</param>
internal readonly record struct TradeItem(Sku Sku, ItemKind Kind)
{
    public static TradeItem Article(string sku) => Sku.TryParse(sku, out var parsed) ? new(parsed, ItemKind.Article) : new(default, ItemKind.Unknown);
}

internal enum ItemKind
{
    /// <summary>Goods of a SKU.</summary>
    Article,

    /// <summary>A pallet or a parcel (SSCC): goods are in it, but it does not say which.</summary>
    LogisticUnit,

    /// <summary>An asset, a place, a person, a document: never stock.</summary>
    NoGoods,

    /// <summary>None of these.</summary>
    Unknown,
}

/// <summary>
/// From the identifiers of EPCIS to SKUs. The SKU of a trade item is its GTIN in 14 digits, however it was written and
/// whichever serial or lot it is, so that all units of an article share a position:
/// <list type="bullet">
/// <item><c>urn:epc:id:sgtin:0614141.107346.2017</c>, <c>urn:epc:idpat:sgtin:0614141.107346.*</c>,
/// <c>urn:epc:class:lgtin:0614141.107346.LOT</c>, <c>urn:epc:id:upui:...</c>: the GTIN put together, 10614141073464;</item>
/// <item><c>https://id.gs1.org/01/10614141073464/21/2017</c> (a Digital Link at any domain): the digits after /01/, as they are where their check digit is
/// wrong;</item>
/// <item>a class (<c>epcClass</c>) in another, private, form: as it is.</item>
/// </list>
/// </summary>
internal static partial class TradeItems
{
    /// <summary>One thing with its own identifier.</summary>
    public static TradeItem OfInstance(string text)
    {
        var epc = text.Trim();
        if (TradeItemUrn().Match(epc) is { Success: true } urn)
        {
            return Gtin(urn.Groups["company"].Value, urn.Groups["item"].Value);
        }

        if (DigitalLinkGtin().Match(epc) is { Success: true } link)
        {
            // A number that only calls itself a GTIN is the sender's article number, and stays as it is written.
            var gtin = link.Groups["gtin"].Value;
            return TradeItem.Article(Gs1.IsChecked(gtin) ? gtin.PadLeft(14, '0') : gtin);
        }

        if (epc.StartsWith("urn:epc:id:sscc:", StringComparison.OrdinalIgnoreCase) || DigitalLinkSscc().IsMatch(epc))
        {
            return new(default, ItemKind.LogisticUnit);
        }

        return NoGoods().IsMatch(epc) ? new(default, ItemKind.NoGoods) : new(default, ItemKind.Unknown);
    }

    /// <summary>A class of things, of which an event states a quantity.</summary>
    public static TradeItem OfClass(string epcClass)
    {
        var item = OfInstance(epcClass);
        return item.Kind == ItemKind.Unknown && !epcClass.Trim().StartsWith("urn:epc:", StringComparison.OrdinalIgnoreCase)
            ? TradeItem.Article(epcClass) : item;
    }

    /// <summary>The item reference begins with the indicator digit, which a GTIN has in front of the company prefix.</summary>
    private static TradeItem Gtin(string company, string item)
    {
        if (company.Length + item.Length != 13)
        {
            return new(default, ItemKind.Unknown);
        }

        var digits = item[..1] + company + item[1..];
        return TradeItem.Article(digits + Gs1.CheckDigit(digits));
    }

    [GeneratedRegex("^(?i:urn:epc:(?:id:(?:sgtin|upui)|idpat:(?:sgtin|upui)|class:lgtin)):(?<company>[0-9]{6,12})\\.(?<item>[0-9]{1,7})(?:\\..+)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex TradeItemUrn();

    [GeneratedRegex("^(?i:https?)://[^/]+/(?:[^?#]*/)?(?:01|gtin)/(?<gtin>[0-9]{8}|[0-9]{12,14})(?:[/?#].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DigitalLinkGtin();

    [GeneratedRegex("^(?i:https?)://[^/]+/(?:[^?#]*/)?(?:00|sscc)/[0-9]{18}(?:[/?#].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DigitalLinkSscc();

    [GeneratedRegex(
        "^(?:(?i:urn:epc:id(?:pat)?:(?:grai|giai|gsrn|gsrnp|gdti|sgln|pgln|gcn|ginc|gsin):|urn:epc:class:(?:grai|gcn))|(?i:https?)://[^/]+/(?:[^?#]*/)?(?:8003|8004|8017|8018|253|255|401|402|414|417)/)", RegexOptions.CultureInvariant)]
    private static partial Regex NoGoods();
}
