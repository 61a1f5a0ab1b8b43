using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace RetailSync.Channels.Tests.Epcis;

/// <summary>Writes events of EPCIS 2.0 in JSON as XML, as 2.0 and as 1.2 has it, to compare what is read of both.</summary>
internal static class EventsInXml
{
    /// <summary>What 1.2 has in <c>extension</c>: all that came after 1.0. The id and the declaration of an error are in <c>baseExtension</c>.</summary>
    private static readonly string[] Extension =
        ["quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd", "persistentDisposition", "sensorElementList"];

    public static string Document(IEnumerable<JsonNode?> events, bool isOf12 = false)
    {
        XNamespace epcis = isOf12 ? "urn:epcglobal:epcis:xsd:1" : "urn:epcglobal:epcis:xsd:2";
        return new XDocument(new XElement(
            epcis + "EPCISDocument", new XAttribute(XNamespace.Xmlns + "epcis", epcis), new XAttribute("schemaVersion", isOf12 ? "1.2" : "2.0"),
            new XElement("EPCISBody", new XElement("EventList", events.Select(one => Event(one!.AsObject(), isOf12)))))).ToString();
    }

    private static XElement Event(JsonObject happened, bool isOf12)
    {
        var type = (string)happened["type"]!;
        var parts = happened.Where(property => property.Key is not ("type" or "@context"))
            .Select(property => (property.Key, Part: new XElement(Local(property.Key), Content(property.Key, property.Value)))).ToList();
        if (!isOf12)
        {
            return new XElement(type, parts.Select(part => part.Part));
        }

        var element = new XElement(
            type,
            new XElement("baseExtension", parts.Where(part => part.Key is "eventID" or "errorDeclaration").Select(part => part.Part)),
            parts.Where(part => part.Key is not ("eventID" or "errorDeclaration") && !Extension.Contains(part.Key)).Select(part => part.Part),
            new XElement("extension", parts.Where(part => Extension.Contains(part.Key)).Select(part => part.Part)));
        return type == "TransformationEvent" ? new XElement("extension", element) : element;
    }

    private static object? Content(string name, JsonNode? value) => name switch
    {
        "epcList" or "childEPCs" or "inputEPCList" or "outputEPCList" => value!.AsArray().Select(epc => new XElement("epc", (string)epc!)),
        "quantityList" or "childQuantityList" or "inputQuantityList" or "outputQuantityList" =>
            value!.AsArray().Select(one => new XElement("quantityElement", Properties(one!.AsObject()))),
        "bizTransactionList" => value!.AsArray().Select(one => Typed("bizTransaction", one!.AsObject())),
        "sourceList" => value!.AsArray().Select(one => Typed("source", one!.AsObject())),
        "destinationList" => value!.AsArray().Select(one => Typed("destination", one!.AsObject())),
        "persistentDisposition" => value!.AsObject().SelectMany(
            property => property.Value!.AsArray().Select(word => new XElement(property.Key, (string)word!))),
        "sensorElementList" => value!.AsArray().Select(_ => new XElement("sensorElement", new XElement("sensorReport", new XAttribute("type", "x")))),
        _ when value is JsonObject inner => Properties(inner),
        _ => value?.ToString(),
    };

    private static IEnumerable<XElement> Properties(JsonObject inner) => inner.SelectMany(property =>
        (property.Value as JsonArray ?? [property.Value?.DeepClone()]).Select(one => new XElement(Local(property.Key), Content(property.Key, one))));

    private static XElement Typed(string name, JsonObject one) =>
        new(name, one["type"] is { } type ? new XAttribute("type", (string)type!) : null, (string)one[name]!);

    private static XName Local(string name) => XName.Get(name[(name.IndexOf(':') + 1)..], name.Contains(':') ? "urn:x" : "");
}
