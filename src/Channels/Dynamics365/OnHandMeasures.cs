using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Dynamics365;

/// <summary>What a measure of Inventory Visibility says of stock.</summary>
internal enum MeasureEffect
{
    /// <summary>Nothing of what is on hand: it is on order, or computed from other measures.</summary>
    None,

    /// <summary>On hand, as a figure that goes up and down.</summary>
    OnHand,

    /// <summary>On hand, and not for sale until it was inspected.</summary>
    QualityHold,
    Receipt,
    Return,

    /// <summary>What has left: more of it is less on hand.</summary>
    Sale,

    /// <summary>As <see cref="Sale"/>, without one.</summary>
    Decrease,
    Reserved,
}

/// <summary>A measure of a data source, with its number.</summary>
internal readonly record struct OnHandMeasure(string Source, string Name, MeasureEffect? Effect, decimal? Quantity)
{
    /// <summary>By which its line is known, however its letters are written.</summary>
    public string Key => $"{Source}.{Name}".ToLowerInvariant();

    /// <summary>What it adds to what is on hand; null where it says nothing of that.</summary>
    public decimal? OnHand => Effect switch
    {
        MeasureEffect.OnHand or MeasureEffect.QualityHold or MeasureEffect.Receipt or MeasureEffect.Return => Quantity,
        MeasureEffect.Sale or MeasureEffect.Decrease => -Quantity,
        _ => null,
    };
}

/// <summary>
/// The table of measures: by the formula of what is available in Microsoft's documentation (PhysicalInvent + OnHand + Unrestricted + QualityInspection +
/// Inbound - ReservPhysical - SoftReservePhysical - Outbound) and the examples beside it. Data sources and measures are free to be named: others are
/// configured. Names are compared without regard to upper and lower case, as Inventory Visibility does.
/// </summary>
internal static class OnHandMeasures
{
    /// <summary>The option that gives measures a meaning: <c>shelf.scrapped=decrease, wms.staged=none</c>.</summary>
    public const string Option = "measures";

    /// <summary>The field that only what is set has.</summary>
    public const string Modified = "modifiedDateTimeUTC";

    /// <summary>The data source of Supply Chain Management itself, of whose measures PhysicalInvent is the sum.</summary>
    private const string SupplyChain = "fno";

    private static readonly string[] Variant = ["configId", "sizeId", "colorId", "styleId"];

    private static readonly IReadOnlyDictionary<string, string> NoneConfigured = new Dictionary<string, string>();

    /// <summary>The name of the SKU: the product with its variant. Null where there is no product.</summary>
    public static string? Product(JsonElement record)
    {
        var dimensions = Find(record, "dimensions");
        return Text(record, "productId") is not { } product ? null
            : string.Join('/', Variant.Select(name => dimensions is { } own ? Text(own, name) : null).Where(value => value is not null).Prepend(product));
    }

    /// <summary>The warehouse; null where none is named.</summary>
    public static string? Location(JsonElement record) => Find(record, "dimensions") is { } dimensions ? Text(dimensions, "locationId") : null;

    /// <summary>When what is set was written, where that is said; in UTC.</summary>
    public static Instant? ModifiedAt(JsonElement record) => Text(record, Modified) is not { Length: <= 64 } text ? null
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? InstantRange.Of(exact.Value)
        : LocalDateTimePattern.ExtendedIso.Parse(text.Replace(' ', 'T')) is { Success: true } local ? InstantRange.OfUtc(local.Value) : null;

    /// <summary>Null where it is no object of data sources with measures.</summary>
    public static IReadOnlyList<OnHandMeasure>? Of(JsonElement record, IReadOnlyDictionary<string, string>? configured = null)
    {
        if (Find(record, "quantities") is not { ValueKind: JsonValueKind.Object } sources)
        {
            return null;
        }

        List<OnHandMeasure> measures = [];
        foreach (var source in sources.EnumerateObject())
        {
            if (source.Value.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            measures.AddRange(source.Value.EnumerateObject().Select(measure => new OnHandMeasure(
                source.Name, measure.Name, Effect(source.Name, measure.Name, configured ?? NoneConfigured), Number(measure.Value))));
        }

        return measures;
    }

    /// <summary>Null for a measure that is not known.</summary>
    public static MeasureEffect? Effect(string source, string measure, IReadOnlyDictionary<string, string> configured)
    {
        if ((configured.GetValueOrDefault($"{source}.{measure}") ?? configured.GetValueOrDefault(measure)) is { } meaning)
        {
            // TryParse would read numbers too.
            var word = meaning.Replace("-", "", StringComparison.Ordinal);
            return Enum.GetNames<MeasureEffect>().Contains(word, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<MeasureEffect>(word, ignoreCase: true) : null;
        }

        var isOwn = source.Equals(SupplyChain, StringComparison.OrdinalIgnoreCase);
        return measure.ToLowerInvariant() switch
        {
            "physicalinvent" or "onhand" or "unrestricted" => MeasureEffect.OnHand,
            "qualityinspection" => MeasureEffect.QualityHold,
            "inbound" => source.Equals("pos", StringComparison.OrdinalIgnoreCase) ? MeasureEffect.Return : MeasureEffect.Receipt,
            "outbound" => MeasureEffect.Sale,
            "reservphysical" or "reservordered" or "reserved" or ['s', 'o', 'f', 't', 'r', 'e', 's', 'e', 'r', 'v', ..] => MeasureEffect.Reserved,
            "received" when !isOwn => MeasureEffect.Receipt,
            "sold" when !isOwn => MeasureEffect.Sale,
            "issued" when !isOwn => MeasureEffect.Decrease,
            "ordered" or "onorder" or "onordered" or "orderedsum" or "orderedintotal" or "orderedreserved" or "scheduled" or "arrived"
                or ['a', 'v', 'a', 'i', 'l', ..] or ['t', 'o', 't', 'a', 'l', ..] or ['@', ..] => MeasureEffect.None,
            _ when isOwn || source is ['@', ..] => MeasureEffect.None,
            _ => null,
        };
    }

    /// <summary>A property, however its letters are written.</summary>
    public static JsonElement? Find(JsonElement record, string name)
    {
        if (record.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (record.TryGetProperty(name, out var exact))
        {
            return exact;
        }

        foreach (var property in record.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    /// <summary>A text, or a number as text; null for what is empty or neither.</summary>
    public static string? Text(JsonElement record, string name) => Find(record, name) switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString()!.Trim() is { Length: > 0 } value => value,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>Null for what is no number of at most 4 decimals.</summary>
    public static decimal? Number(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Number } number when QuantityText.TryRead(number.GetRawText(), out var quantity) => quantity,
        { ValueKind: JsonValueKind.String } text when QuantityText.TryRead(text.GetString()!.Trim(), out var quantity) => quantity,
        _ => null,
    };
}
