using System.Globalization;
using System.Text.Json;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// Events in XML, from EPCIS 1.0 to 2.0, written in the JSON of EPCIS 2.0 that says the same: what an event means is read from that alone. <c>extension</c> and
/// <c>baseExtension</c>, in which 1.x keeps what came later, are no more than brackets. Prefixes and namespaces are not compared.
/// </summary>
internal static class EventXml
{
    /// <summary>An event of EPCIS 1.x: so many of a class were seen.</summary>
    private const string QuantityEvent = "QuantityEvent";

    private static readonly string[] Types = ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent", QuantityEvent];

    /// <summary>All of an event is read: its extensions distinguish it from another that is otherwise equal.</summary>
    public static readonly XmlShape Shape = new(
        roots: ["EPCISDocument", "EPCISQueryDocument"],
        records: Types,
        isRead: _ => true,
        list: "EventList", brackets: "extension");

    /// <summary>What the list is made of in XML; in JSON its members have no name.</summary>
    private static readonly Dictionary<string, string> Lists = new()
    {
        ["epcList"] = "epc",
        ["childEPCs"] = "epc",
        ["inputEPCList"] = "epc",
        ["outputEPCList"] = "epc",
        ["quantityList"] = "quantityElement",
        ["childQuantityList"] = "quantityElement",
        ["inputQuantityList"] = "quantityElement",
        ["outputQuantityList"] = "quantityElement",
        ["bizTransactionList"] = "bizTransaction",
        ["sourceList"] = "source",
        ["destinationList"] = "destination",
        ["correctiveEventIDs"] = "correctiveEventID",
    };

    public static byte[] ToJson(XmlItem happened)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            var parts = Parts(happened).Where(part => part.Name != "type").ToList();
            if (happened.Name == QuantityEvent)
            {
                writer.WriteString("type", "ObjectEvent");
                writer.WriteString("action", "OBSERVE");
                writer.WriteStartArray("quantityList");
                WriteObject(writer, parts.Where(IsOfQuantity));
                writer.WriteEndArray();
                parts.RemoveAll(part => IsOfQuantity(part) || part.Name == "action");
            }
            else
            {
                // The name of another element may be anybody's text, out of a tag that is broken: it is not repeated.
                writer.WriteString("type", Types.Contains(happened.Name) ? happened.Name : "unknown");
            }

            WriteProperties(writer, parts);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    private static bool IsOfQuantity(XmlItem part) => part.Name is "epcClass" or "quantity" or "uom";

    private static IEnumerable<XmlItem> Parts(XmlItem item) =>
        item.Children.SelectMany(child => child.Name is "extension" or "baseExtension" ? Parts(child) : [child]);

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<XmlItem> parts)
    {
        writer.WriteStartObject();
        WriteProperties(writer, parts);
        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, IEnumerable<XmlItem> parts)
    {
        foreach (var property in parts.GroupBy(part => part.Name, StringComparer.Ordinal))
        {
            var isList = Lists.TryGetValue(property.Key, out var member);
            var values = isList ? property.SelectMany(list => Parts(list).Where(part => part.Name == member)).ToList() : [.. property.Where(IsSaid)];
            if (isList || values.Count > 1 || (values.Count == 1 && property.Key is "set" or "unset"))
            {
                writer.WriteStartArray(property.Key);
                values.ForEach(value => WriteValue(writer, value));
                writer.WriteEndArray();
            }
            else if (values.Count == 1)
            {
                writer.WritePropertyName(property.Key);
                WriteValue(writer, values[0]);
            }
        }
    }

    /// <summary>
    /// An element that is empty, or <c>xsi:nil</c>, says what one says that is not there; but an event that is declared wrong, without saying when, is not one
    /// that happened.
    /// </summary>
    private static bool IsSaid(XmlItem item) => item.Children.Count > 0 || item.Text.Length > 0 || (item.Name == "errorDeclaration" && !item.Is("nil"));

    private static void WriteValue(Utf8JsonWriter writer, XmlItem item)
    {
        if (item.Name is "bizTransaction" or "source" or "destination")
        {
            writer.WriteStartObject();
            if (item["type"] is { } type)
            {
                writer.WriteString("type", type);
            }

            writer.WriteString(item.Name, item.Text);
            writer.WriteEndObject();
        }
        else if (item.Children.Count > 0 || item.Name == "quantityElement")
        {
            WriteObject(writer, Parts(item));
        }
        else if (item.Name == "quantity" && Number(item.Text) is { } quantity)
        {
            writer.WriteNumberValue(quantity);
        }
        else
        {
            writer.WriteStringValue(item.Text);
        }
    }

    /// <summary>Null for what is none, or has more digits than a number can have here: it would be rounded.</summary>
    private static decimal? Number(string text) =>
        text.Length <= 28 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
