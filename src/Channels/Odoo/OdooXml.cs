using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Channels.Documents.Json;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Odoo;

/// <summary>Records of a module's data files, as they would be answered: a field is its text, its number, or the name of another record.</summary>
internal static class OdooXml
{
    /// <summary>A property that only records of data files have.</summary>
    public const string Source = "_source";

    private static readonly XmlShape Shape = new(["odoo", "openerp", "data"], ["record"], ["field"]);

    public static async IAsyncEnumerable<JsonRecord> Read(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in XmlRecords.Read(content, Shape, cancellation))
        {
            yield return record.Element is { } element ? new JsonRecord(record.Position, Json(element), null)
                : new JsonRecord(record.Position, default, record.Fault);
        }
    }

    private static JsonElement Json(XmlItem record)
    {
        var json = new JsonObject { ["_model"] = record["model"], [Source] = "xml", ["id"] = record["id"] };
        foreach (var field in record.All("field"))
        {
            if (field["name"] is { } name)
            {
                json[name] = field["ref"] ?? (Number(field["eval"] ?? field.Text) is { } number ? number : field.Text is { Length: > 0 } text ? text : null);
            }
        }

        return JsonSerializer.SerializeToElement(json);
    }

    /// <summary>As text: an expression is not evaluated.</summary>
    private static string? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? text : null;
}
