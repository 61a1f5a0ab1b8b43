using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.Odoo;

/// <summary>A record as Odoo answers it: <c>false</c> for what is empty, another record as <c>[id, name]</c>, an object, an id or a name.</summary>
internal readonly record struct OdooRecord(JsonElement Element)
{
    /// <summary>In UTC, and written without a zone.</summary>
    private static readonly LocalDateTimePattern[] Times =
    [
        LocalDateTimePattern.ExtendedIso, LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFF"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
    ];

    /// <summary>A text or number as text; null where it is empty.</summary>
    public string? this[string field] => Element.Text(field);

    public bool Has(string field) => Element.Has(field);

    public bool IsTrue(string field) => Element.IsTrue(field) || Element.Text(field) is "1" or "True" or "true";

    /// <summary>Null where the field is absent or is no number of at most 4 decimals.</summary>
    public decimal? Quantity(string field) => Element.Quantity(field);

    /// <summary>The id of another record; a name where there is no id.</summary>
    public string? IdOf(string field) => Other(field) is not { } other ? null : other.ValueKind switch
    {
        JsonValueKind.Array when other.GetArrayLength() > 0 && Text(other[0]) is { } id => id,
        JsonValueKind.Object => other.Text("id") ?? NameIn(other),
        _ => Text(other),
    };

    /// <summary>The name of another record, with that of those around it where it has any (<c>WH/Stock</c>); the id where there is no name.</summary>
    public string? NameOf(string field) => Other(field) is not { } other ? null : other.ValueKind switch
    {
        JsonValueKind.Array when other.GetArrayLength() > 0 => (other.GetArrayLength() > 1 ? Text(other[1]) : null) ?? Text(other[0]),
        JsonValueKind.Object => NameIn(other) ?? other.Text("id"),
        _ => Text(other),
    };

    /// <summary>A field of another record, where that was asked for.</summary>
    public string? FieldOf(string field, string other) => Other(field) is { ValueKind: JsonValueKind.Object } found ? found.Text(other) : null;

    /// <summary>Null where it is no time.</summary>
    public Instant? Time(string field)
    {
        if (this[field] is not { Length: <= 64 } text)
        {
            return null;
        }

        return OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? InstantRange.Of(exact.Value)
            : Array.ConvertAll(Times, pattern => pattern.Parse(text)).FirstOrDefault(parsed => parsed.Success) is { } local
                ? InstantRange.OfUtc(local.Value) : null;
    }

    /// <summary>The product's reference, barcode and id. A name says the reference in front, in brackets.</summary>
    public IReadOnlyList<ArticleNumber> Articles()
    {
        var name = NameOf("product_id");
        var reference = this["default_code"] ?? FieldOf("product_id", "default_code")
            ?? (name is ['[', ..] && name.IndexOf(']') is > 1 and var end ? name[1..end].Trim() : null);
        var barcode = this["barcode"] ?? FieldOf("product_id", "barcode");
        List<ArticleNumber> articles = [];
        if (reference is { Length: > 0 })
        {
            articles.Add(new ArticleNumber("default_code", reference));
        }

        if (barcode is not null)
        {
            articles.Add(new ArticleNumber("barcode", barcode, IsGtin: true));
        }

        if (IdOf("product_id") is { } id)
        {
            articles.Add(new ArticleNumber("product_id", id));
        }

        return articles;
    }

    /// <summary>The unit by its name; of data files by the last part of its id (<c>uom.product_uom_unit</c>).</summary>
    public string? Unit(IReadOnlyDictionary<string, string> units)
    {
        const string Id = "product_uom_";
        var name = NameOf("product_uom") ?? NameOf("product_uom_id");
        return UnitNames.Code(name?.IndexOf(Id, StringComparison.Ordinal) is >= 0 and var at ? name[(at + Id.Length)..] : name, units);
    }

    /// <summary>A location by its whole name, and the warehouse that this begins with.</summary>
    public PlaceName? Place(string field) => NameOf(field) is not { } name ? null
        : new PlaceName(name, name.IndexOf('/') is > 0 and var end ? name[..end] : null);

    private static string? NameIn(JsonElement other) => other.Text("complete_name") ?? other.Text("display_name") ?? other.Text("name");

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString()!.Trim() is { Length: > 0 } text => text,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private JsonElement? Other(string field) => Element.TryGetProperty(field, out var value) ? value : null;
}
