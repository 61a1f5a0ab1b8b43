using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// What we read of an event, vocabulary words bare. Everything else in it (sensor readings, master data, extensions) moves
/// no stock. <c>Id</c> is that of <see cref="EventIdentity"/>; <c>DeclaredWrongAt</c> is set when it was declared an error.
/// </summary>
internal sealed record EpcisEvent(
    string Id,
    string Type,
    string? Action,
    Instant OccurredAt,
    Instant? DeclaredWrongAt,
    string? BizStep,
    string? Disposition,
    string? BizLocation,
    string? ReadPoint,
    string? SourceLocation,
    string? DestinationLocation,
    IReadOnlyList<string> LastingSet,
    IReadOnlyList<string> LastingUnset,
    IReadOnlyList<(string Type, string Id)> Transactions,
    string? TransformationId,
    IReadOnlyList<EpcisItem> Goods,
    IReadOnlyList<EpcisItem> Outputs)
{
    /// <summary>Which transaction names the shipment on both ends: senders and receivers both know the order, few the despatch advice.</summary>
    private static readonly string[] DocumentOrder = ["po", "desadv", "bol", "inv", "rma", "prodorder", "recadv"];

    /// <summary>ISO 8601 may leave seconds out; RFC 3339 may not.</summary>
    private static readonly OffsetDateTimePattern ToTheMinute = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<Z+HH:mm>");

    /// <summary>The document of its movements, or null.</summary>
    public string? Document =>
        DocumentOrder.Select(type => Transactions.FirstOrDefault(transaction => transaction.Type == type).Id)
            .Append(Transactions.FirstOrDefault().Id)
            .FirstOrDefault(id => Identifier.TryParse(id, out _));

    /// <exception cref="EpcisEventException">It is no event that can be understood.</exception>
    /// <exception cref="InvalidOperationException">It has text that is not UTF-8.</exception>
    public static EpcisEvent Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new EpcisEventException("An event is a JSON object.");
        }

        var type = Text(json, "type") ?? throw new EpcisEventException("It has no type.");
        var isTransformation = type == "TransformationEvent";
        var isAggregation = type is "AggregationEvent" or "AssociationEvent";
        var (instances, classes) = isTransformation ? ("inputEPCList", "inputQuantityList") : isAggregation
            ? ("childEPCs", "childQuantityList") : ("epcList", "quantityList");
        return new EpcisEvent(
            EventIdentity.Of(json),
            type,
            ActionOf(json),
            Time(json, "eventTime"),
            json.TryGetProperty("errorDeclaration", out var declaration) ? Time(declaration, "declarationTime") : null,
            Text(json, "bizStep") is { } step ? Vocabulary.BizStep.Word(step) : null,
            Text(json, "disposition") is { } disposition ? Vocabulary.Disposition.Word(disposition) : null,
            IdOf(json, "bizLocation"),
            IdOf(json, "readPoint"),
            LocationIn(json, "sourceList", "source"),
            LocationIn(json, "destinationList", "destination"),
            Lasting(json, "set"),
            Lasting(json, "unset"),
            [.. from transaction in Objects(json, "bizTransactionList")
                let id = Text(transaction, "bizTransaction")
                where id is not null
                select (Vocabulary.BizTransaction.Word(Text(transaction, "type") ?? ""), id)],
            Text(json, "transformationID"),
            Items(json, instances, classes),
            isTransformation ? Items(json, "outputEPCList", "outputQuantityList") : []);
    }

    private static string? ActionOf(JsonElement json) => Text(json, "action") switch
    {
        var action and (null or "ADD" or "OBSERVE" or "DELETE") => action,
        _ => throw new EpcisEventException("action is none of ADD, OBSERVE and DELETE."),
    };

    private static string? LocationIn(JsonElement json, string list, string name) => Objects(json, list)
        .Where(end => Text(end, "type") is { } kind && Vocabulary.SourceDestination.Word(kind) == "location")
        .Select(end => Text(end, name))
        .FirstOrDefault();

    /// <summary>The words of <c>persistentDisposition</c>: how goods are from now on, or no longer.</summary>
    private static List<string> Lasting(JsonElement json, string name) =>
        !json.TryGetProperty("persistentDisposition", out var lasting) ? []
        : lasting.ValueKind != JsonValueKind.Object ? throw new EpcisEventException("persistentDisposition is no object.")
        :
        [
            .. List(lasting, name).Select(word => word.ValueKind == JsonValueKind.String
                ? Vocabulary.Disposition.Word(word.GetString()!)
                : throw new EpcisEventException($"persistentDisposition.{name} has something that is no text.")),
        ];

    private static List<EpcisItem> Items(JsonElement json, string instances, string classes) =>
    [
        .. List(json, instances).Select(epc => epc.ValueKind == JsonValueKind.String
            ? new EpcisItem(epc.GetString()!, IsClass: false, Quantity: "1", Unit: null)
            : throw new EpcisEventException($"{instances} has something that is no text.")),
        .. Objects(json, classes).Select(element => new EpcisItem(
            Text(element, "epcClass") ?? throw new EpcisEventException($"{classes} has an element without epcClass."),
            IsClass: true,
            element.TryGetProperty("quantity", out var quantity)
                ? quantity.ValueKind == JsonValueKind.Number ? quantity.GetRawText() : throw new EpcisEventException("A quantity is no number.")
                : null,
            Text(element, "uom"))),
    ];

    private static IEnumerable<JsonElement> List(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var list) ? []
        : list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
        : throw new EpcisEventException($"{name} is no list.");

    private static IEnumerable<JsonElement> Objects(JsonElement json, string name) =>
        List(json, name).Select(element => element.ValueKind == JsonValueKind.Object ? element
            : throw new EpcisEventException($"{name} has something that is no object."));

    private static string? IdOf(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var place) ? null
        : place.ValueKind == JsonValueKind.Object ? Text(place, "id")
        : throw new EpcisEventException($"{name} is no object.");

    private static string? Text(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var text) ? null
        : text.ValueKind == JsonValueKind.String ? text.GetString()
        : throw new EpcisEventException($"{name} is no text.");

    private static Instant Time(JsonElement json, string name)
    {
        var text = json.ValueKind == JsonValueKind.Object ? Text(json, name) : null;
        var isTime = OffsetDateTimePattern.Rfc3339.Parse(text ?? "").TryGetValue(default, out var time)
            || ToTheMinute.Parse(text ?? "").TryGetValue(default, out time);
        return isTime && InstantRange.Of(time) is { } instant
            ? instant
            : throw new EpcisEventException($"{name} '{text}' is not a time with an offset, like 2013-06-08T14:58:56Z.");
    }
}

/// <param name="Id">An EPC, or the class of a quantity.</param>
/// <param name="IsClass">Whether it is a class, of which <paramref name="Quantity"/> units are meant.</param>
/// <param name="Quantity">The number as it was written; null when the event does not say how many.</param>
/// <param name="Unit">A UN/ECE code like KGM; null when the event states none, and things are counted.</param>
internal sealed record EpcisItem(string Id, bool IsClass, string? Quantity, string? Unit);

/// <summary>An event that cannot be understood, with the reason.</summary>
internal sealed class EpcisEventException(string message) : Exception(message);
