using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;
using static RetailSync.Channels.Dynamics365.OnHandMeasures;

namespace RetailSync.Channels.Dynamics365;

/// <summary>
/// What is posted to Inventory Visibility of Dynamics 365, and what it answers: change events are facts, what is set and what is answered of stock are
/// figures. Described in <c>docs/sources/dynamics-365.md</c>.
/// </summary>
public sealed class InventoryVisibilityDocuments : IDocumentFormat
{
    /// <summary>The option by which records with an id are set, and are no changes: the two look alike, and only the address knows.</summary>
    public const string SetOption = "setOnHand";

    private const string Kind = "event";
    private const string Figures = "onhand";

    public string Name => "d365";

    public IReadOnlyList<string> MediaTypes => ["application/json"];

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        Has(beginning, "\"productId\""u8) && (Has(beginning, "\"quantities\""u8) || Has(beginning, "\"dimensions\""u8))
            ? "names products and dimensions of Inventory Visibility" : null;

    public IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, CancellationToken cancellation) =>
        SummedLevels.Join(Documents(content, settings, cancellation), Figures);

    private async IAsyncEnumerable<SourceDocument> Documents(
        Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in JsonRecords.Read(content, formField: null, cancellation))
        {
            if (record.Fault is not null)
            {
                yield return record.AsUnreadable(Name);
                continue;
            }

            foreach (var body in JsonBodies.Of(record, IsKnown))
            {
                var sender = Text(body.Element, "organizationId");
                var options = settings.OptionsOf(sender);
                yield return !body.IsKnown ? body.AsUnknown(Kind, "It is nothing of Inventory Visibility: it has no productId.")
                    : Find(body.Element, "quantities") is not null && Text(body.Element, "id") is null ? Figure(body, sender, options)
                    : Document(body, sender, options);
            }
        }
    }

    private static bool IsKnown(JsonElement element) => Text(element, "productId") is not null
        || Find(element, "filters") is { ValueKind: JsonValueKind.Object } || Find(element, "reservationId") is { ValueKind: JsonValueKind.String };

    private static bool Has(ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> text) => beginning.IndexOf(text) >= 0;

    /// <summary>A record of an answer, which has no id: of one till or one batch.</summary>
    private static SourceDocument Figure(JsonBody body, string? sender, IReadOnlyDictionary<string, string> options) => new(Figures, null)
    {
        Sender = sender,
        Position = body.Position,
        Lines =
        [
            .. FiguresOf(
                body, $"{Product(body.Element)}@{Location(body.Element)}",
                Of(body.Element, OptionPairs.Read(options.GetValueOrDefault(OnHandMeasures.Option)))),
        ],
    };

    private static SourceDocument Document(JsonBody body, string? sender, IReadOnlyDictionary<string, string> options)
    {
        var (record, id) = (body.Element, Text(body.Element, "id"));
        var measures = Of(record, OptionPairs.Read(options.GetValueOrDefault(OnHandMeasures.Option)));
        var isSet = options.GetValueOrDefault(SetOption) == "true" || Find(record, Modified) is not null
            || body.Name.Contains("setonhand", StringComparison.OrdinalIgnoreCase);
        var (kind, lines) =
            Find(record, "filters") is not null ? (Kind, [Line(body, "1", new NoStock("query"))])
            : Find(record, "physicalMeasures") is { } consumed ? ("consume", Consumed(body, consumed, options))
            : Find(record, "targetGroups") is not null || Find(record, "sourceGroups") is not null
                ? ("allocation", [Line(body, "1", new NoStock("allocation"))])
            : Find(record, "quantitiesByDate") is not null ? ("schedule", [Line(body, "1", new NoStock("scheduled"))])
            : Find(record, "reservationId") is not null || Find(record, "modifier") is not null || Find(record, "ifCheckAvailForReserv") is not null
                ? ("reservation", [Line(body, "1", new NoStock("reservation"))])
            : measures is null ? (Kind, [Line(body, "1", new Rejected("invalid-line", "It has no quantities by data source and measure."))])
            : isSet ? ("set", FiguresOf(body, "1", measures).ToList())
            : ("change", measures.Select(measure => Line(body, measure.Key, Changed(measure, id))).ToList());
        var taken = new DocumentLines();
        (lines.Count == 0 ? [Line(body, "1", new NoStock("no measures"))] : lines).ForEach(taken.Add);
        return new SourceDocument(kind, id) { Sender = sender, Position = body.Position, Lines = taken.Lines, Fault = taken.Fault };
    }

    private static DocumentLine Line(JsonBody body, string key, LineOutcome outcome) => new()
    {
        Key = key,
        Position = body.Position,
        Articles = Product(body.Element) is { } product ? [new ArticleNumber("productId", product)] : [],
        Place = Location(body.Element) is { } location ? new PlaceName(location) : null,
        Time = ModifiedAt(body.Element) is { } at ? new ExactTime(at) : new TimeOfReceipt(),
        Outcome = outcome,
    };

    /// <summary>A measure that changes by so much.</summary>
    private static LineOutcome Changed(OnHandMeasure measure, string? document) => (measure.Effect, measure.Quantity) switch
    {
        (null, _) => new Rejected("unknown-reason", $"The measure is none that is known. The option {OnHandMeasures.Option} of the source says what it means."),
        (MeasureEffect.None, _) => new NoStock("not on hand"),
        (MeasureEffect.Reserved, _) => new NoStock("reserved"),
        (_, null) => new Rejected("invalid-quantity", "It is no number of at most 4 decimals."),
        (_, 0) => new NoStock("zero quantity"),
        (MeasureEffect.Receipt, { } quantity and > 0) => new Moved(StockMove.Receipt(quantity, document)),
        (MeasureEffect.Return, { } quantity and > 0) => new Moved(StockMove.Return(quantity, document)),
        (MeasureEffect.Sale, { } quantity and > 0) => new Moved(StockMove.Sale(quantity, document)),
        (MeasureEffect.QualityHold, { } quantity) => new Moved(
        [
            StockMove.Adjustment(quantity, measure.Key, document),
            (quantity > 0 ? StockMove.Status(quantity, null, OnHandTranslator.QualityHold)
                : StockMove.Status(-quantity, OnHandTranslator.QualityHold, null) with { OrSellable = true }) with { Part = "status" },
        ]),

        // What was reported is taken back, or the figure itself goes up and down.
        _ => new Moved(StockMove.Adjustment(measure.OnHand!.Value, measure.Key, document)),
    };

    /// <summary>Units that were allocated to a group are used: the measures that this names go up or down by them.</summary>
    private static List<DocumentLine> Consumed(JsonBody body, JsonElement measures, IReadOnlyDictionary<string, string> options)
    {
        var (configured, quantity) = (OptionPairs.Read(options.GetValueOrDefault(OnHandMeasures.Option)), Number(Find(body.Element, "quantity")));
        List<DocumentLine> lines = [];
        foreach (var source in measures.ValueKind == JsonValueKind.Object ? measures.EnumerateObject() : default)
        {
            foreach (var measure in source.Value.ValueKind == JsonValueKind.Object ? source.Value.EnumerateObject() : default)
            {
                var sign = measure.Value.ToString() switch { "Addition" => 1, "Subtraction" => -1, _ => 0 };
                var changed = new OnHandMeasure(source.Name, measure.Name, Effect(source.Name, measure.Name, configured), quantity * sign);
                var id = Text(body.Element, "id");
                lines.Add(Line(body, changed.Key, sign == 0 ? new Rejected("unknown-reason", "It is neither Addition nor Subtraction.")
                    : changed.OnHand is { } less and < 0 ? new Moved(StockMove.Sale(-less, id)) : Changed(changed, id)));
            }
        }

        return lines;
    }

    /// <summary>What is on hand by all measures of a record, and how much of it is in inspection.</summary>
    private static IEnumerable<DocumentLine> FiguresOf(JsonBody body, string key, IReadOnlyList<OnHandMeasure>? measures)
    {
        if (measures is null || measures.Any(measure => measure.Quantity is null))
        {
            yield return Line(body, key, new Rejected("invalid-quantity", "Its quantities are not numbers by data source and measure."));
            yield break;
        }

        var onHand = measures.Where(measure => measure.OnHand is not null).ToList();
        var held = onHand.Where(measure => measure.Effect == MeasureEffect.QualityHold).ToList();
        yield return Line(body, key, onHand.Count == 0 ? new NoStock("not on hand") : new Level(onHand.Sum(measure => measure.OnHand!.Value)));
        if (held.Count > 0)
        {
            var status = OnHandTranslator.QualityHold;
            yield return Line(body, $"{key}:{status}", new Level(held.Sum(measure => measure.Quantity!.Value), status));
        }
    }
}
