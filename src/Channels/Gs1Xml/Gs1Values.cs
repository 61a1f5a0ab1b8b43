using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>What the elements that all messages share say: articles, places, times, quantities, references.</summary>
internal static class Gs1Values
{
    private const string Own = "BUYER_ASSIGNED";

    /// <summary>
    /// A right GTIN first, then the receiver's own numbers, then others. What only calls itself a GTIN comes last, and zeros stand for none.
    /// </summary>
    public static IReadOnlyList<ArticleNumber> Articles(XmlItem item)
    {
        var trade = item.Child("transactionalTradeItem") ?? item;
        var numbers = trade.All("additionalTradeItemIdentification").Where(number => number.Text.Length > 0)
            .Select(number => (Kind: number["additionalTradeItemIdentificationTypeCode"] ?? "additional", number.Text))
            .OrderBy(number => number.Kind == Own ? 0 : 1)
            .Select(number => new ArticleNumber(number.Kind, number.Text, number.Kind.Contains("GTIN", StringComparison.Ordinal))).ToList();
        if (trade.TextOf("gtin") is { } gtin && gtin.AsSpan().IndexOfAnyExcept('0') >= 0)
        {
            numbers.Insert(Gtin.TryNormalise(gtin, out _) ? 0 : numbers.Count, new ArticleNumber("gtin", gtin, IsGtin: true));
        }

        return numbers;
    }

    /// <summary>A right GLN, else the sender's own code, else the number as it is written.</summary>
    public static string? CodeOf(XmlItem? party)
    {
        var gln = party?.TextOf("gln");
        return gln?.Length == 13 && gln.AsSpan().IndexOfAnyExcept('0') >= 0 && Gtin.TryNormalise(gln, out _) ? gln
            : party?.TextOf("additionalPartyIdentification") ?? gln;
    }

    public static PlaceName? Place(XmlItem? party) => CodeOf(party) is { } code ? new PlaceName(code) : null;

    /// <summary>The place of the first of these parties that is there.</summary>
    public static PlaceName? Place(XmlItem header, params string[] parties) =>
        parties.Select(party => Place(header.Child(party))).FirstOrDefault(place => place is not null);

    /// <summary>The part of a location, by the first of its names that is not the location's; null where none is named.</summary>
    public static string? SubLocation(XmlItem line, PlaceName? location) => line.Child("inventorySubLocation") is not { } part ? null
        : part.Children.Where(child => child.Name is "additionalPartyIdentification" or "glnExtension" or "gln").Select(child => child.Text)
            .FirstOrDefault(code => code.Length > 0 && code != location?.Value);

    /// <summary>Of <c>date</c> and <c>time</c> in an element (of <c>logisticEventDateTime</c>, if there is one), or of its text.</summary>
    public static DocumentTime? Time(XmlItem? element) => element is null ? null
        : (element.Child("logisticEventDateTime") ?? element) is var time && time.TextOf("date") is { } date
            ? XmlTime.Read(date, time.TextOf("time")) : XmlTime.Read(element.Text.Length > 0 ? element.Text : null);

    /// <summary>The day as it is written, whatever its offset.</summary>
    public static LocalDate? Day(XmlItem? element) =>
        element is not null && (element.TextOf("date") ?? element.TextOf("beginDate") ?? element.Text) is { Length: >= 10 } text
        && LocalDatePattern.Iso.Parse(text[..10]) is { Success: true } day ? day.Value : null;

    /// <summary>The day on which a shipment should arrive.</summary>
    public static LocalDate? PlannedDay(XmlItem shipment) =>
        Day((shipment.Child("plannedReceipt") ?? shipment.Child("plannedDelivery"))?.Child("logisticEventDateTime"));

    /// <summary>Null for what is no exact quantity.</summary>
    public static decimal? Quantity(XmlItem? quantity) => quantity is not null && QuantityText.TryRead(quantity.Text, out var number) ? number : null;

    /// <summary>The UN/ECE code; null where it is missing: pieces.</summary>
    public static string? Unit(XmlItem? quantity) => quantity?["measurementUnitCode"];

    public static Rejected InvalidQuantity(XmlItem quantity) =>
        new("invalid-quantity", $"{quantity.Name} '{Shown(quantity.Text)}' is not 0 or more, with up to 4 fraction digits.");

    /// <summary>What a quantity comes to: a bad line where it is none, or below 0.</summary>
    public static LineOutcome Above0(XmlItem? quantity, Func<decimal, LineOutcome> outcome, string ofZero) =>
        quantity is null ? new NoStock("no quantity") : Quantity(quantity) switch
        {
            > 0 and var number => outcome(number),
            0 => new NoStock(ofZero),
            _ => InvalidQuantity(quantity),
        };

    /// <summary>The number of a document that an element refers to.</summary>
    public static string? Reference(XmlItem item, string element) => item.Child(element)?.TextOf("entityIdentification");

    /// <summary>The number of the first of these types (UN/EDIFACT 1153) in <c>transactionalReference</c>.</summary>
    public static string? ReferenceOfType(XmlItem item, params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            var reference = item.All("transactionalReference").FirstOrDefault(one => one.TextOf("transactionalReferenceTypeCode") == type);
            if (reference?.TextOf("entityIdentification") is { } number)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The lines of a message: whatever names a trade item, however deep it stands (in logistic units).</summary>
    public static IReadOnlyList<XmlItem> Lines(XmlItem container) =>
        [.. container.Children.SelectMany(child => child.Child("transactionalTradeItem") is null ? Lines(child) : [child])];

    /// <summary>A key for each line: its own number where all have different ones, otherwise its place among them.</summary>
    public static IReadOnlyList<string> Keys(IReadOnlyList<XmlItem> lines)
    {
        var numbers = lines.Select(line => line.TextOf("lineItemNumber")).OfType<string>().ToList();
        return numbers.Distinct(StringComparer.Ordinal).Count() == lines.Count ? numbers
            : [.. lines.Select((_, index) => FormattableString.Invariant($"{index + 1}"))];
    }

    public static string Shown(string text) => text.Length <= 64 ? text : text[..64];
}
