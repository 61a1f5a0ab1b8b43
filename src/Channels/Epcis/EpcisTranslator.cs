using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime.Text;
using RetailSync.Channels.Documents.Syntax;
using RetailSync.Channels.Documents.Xml;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// GS1 EPCIS, 2.0 in JSON or JSON-LD, 1.0 to 2.0 in XML. <see cref="BusinessSteps"/> says what an event does to stock,
/// <see cref="TradeItems"/> which SKU it is about and <see cref="Place"/> where: at its business location, or where that
/// is not given at its read point. Instances count one each, classes as many as stated; all of one SKU in an event are one
/// movement, named <c>{event}#{line}</c>, in the unit that the event states (pieces where it states none). What several events count of one SKU at one place
/// and instant are parts of one count; a thing with its own identifier is in one of them, also where several readers saw it. A transformation takes its inputs
/// out and its outputs in. Associations, sensor readings and the unlinking of transactions move no stock. An event that was declared an error is the correction
/// of each movement it made; what is right instead arrives as an event of its own.
/// </summary>
/// <param name="source">The source of its movements.</param>
/// <param name="fallback">Where events happened that name no place; null makes them bad lines.</param>
public sealed class EpcisTranslator(string source, LocationId? fallback = null)
{
    public const string DefaultSource = "epcis";

    /// <summary>Things, counted (UN/ECE Recommendation 20): what a quantity without a unit means in EPCIS.</summary>
    private const string Pieces = "C62";

    /// <summary>How many counted items are kept, to count each of them once.</summary>
    private const int MostCounted = 1_000_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Translates event by event, in the order of the document. Nothing in a document makes it throw.</summary>
    public IEnumerable<TranslatedRow> Translate(Stream document) => Events(document, CancellationToken.None).SelectMany(happened => happened.Rows);

    /// <summary>What each event comes to, and where it stands in the document.</summary>
    internal IEnumerable<(string Position, IReadOnlyList<TranslatedRow> Rows)> Events(Stream document, CancellationToken cancellation)
    {
        var beginning = new byte[64];
        int length;
        try
        {
            length = document.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return [(PositionOf(1), [new Unreadable(1, exception.Message)])];
        }

        var whole = new RejoinedStream(beginning.AsMemory(0, length), document);
        return XmlBeginning.IsXml(beginning.AsSpan(0, length)) ? InXml(whole, cancellation) : InJson(whole);
    }

    private IEnumerable<(string, IReadOnlyList<TranslatedRow>)> InJson(Stream document)
    {
        var reader = new EventReader(document);
        Dictionary<UInt128, string> counted = [];
        long row = 0;
        foreach (var bytes in reader.Read())
        {
            row++;
            yield return (PositionOf(row), TranslateEvent(row, bytes, counted));
        }

        if (reader.StoppedBy is { } reason)
        {
            yield return (PositionOf(row + 1), [new Unreadable(row + 1, reason)]);
        }
    }

    private IEnumerable<(string, IReadOnlyList<TranslatedRow>)> InXml(Stream document, CancellationToken cancellation)
    {
        Dictionary<UInt128, string> counted = [];
        using var records = XmlRecords.Read(document, EventXml.Shape, cancellation).ToBlockingEnumerable(cancellation).GetEnumerator();
        for (long row = 1; ; row++)
        {
            XmlRecord? record;
            string? stoppedBy = null;
            try
            {
                record = records.MoveNext() ? records.Current : null;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException)
            {
                (record, stoppedBy) = (null, exception.Message);
            }

            if (record is null)
            {
                if (stoppedBy is not null)
                {
                    yield return (PositionOf(row), [new Unreadable(row, stoppedBy)]);
                }

                yield break;
            }

            yield return (record.Position, record.Element is { } happened ? TranslateEvent(row, EventXml.ToJson(happened), counted)
                : [new BadLine(row, record.Fault!.Code, record.Fault.Detail, record.Position)]);
        }
    }

    private static string PositionOf(long row) => FormattableString.Invariant($"event {row}");

    private List<TranslatedRow> TranslateEvent(long row, ReadOnlyMemory<byte> bytes, Dictionary<UInt128, string> counted)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            return Translate(row, EpcisEvent.Parse(json.RootElement), bytes, counted);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or EpcisEventException)
        {
            return [Bad(row, "invalid-event", exception.Message, bytes)];
        }
    }

    private List<TranslatedRow> Translate(long row, EpcisEvent happened, ReadOnlyMemory<byte> bytes, Dictionary<UInt128, string> counted)
    {
        switch (happened.Type)
        {
            case "AssociationEvent":
                return [new NotStock(row, "association")];
            case "TransactionEvent" when happened.Action == "DELETE":
                return [new NotStock(row, "transaction unlinked")];
            case "ObjectEvent" or "AggregationEvent" or "TransactionEvent" or "TransformationEvent":
                break;
            default:
                return [Bad(row, "unknown-event", $"'{happened.Type}' is no type of event that EPCIS 2.0 defines.", bytes, $"{happened.Id}#1")];
        }

        if (happened.Goods.Count + happened.Outputs.Count == 0)
        {
            return [new NotStock(row, "no goods")];
        }

        var location = At(happened.BizLocation ?? happened.ReadPoint) ?? fallback;
        if (Lines(happened, location, counted) is not { } lines)
        {
            return [Bad(row, "unknown-step", $"'{happened.BizStep}' is no business step of the Core Business Vocabulary.", bytes, $"{happened.Id}#1")];
        }

        // Every line has a number, so that a name does not depend on how the lines before it are understood.
        var hasArticle = lines.Exists(line => line.Kind == ItemKind.Article);
        return [.. lines.Select((line, index) => Row(row, happened, bytes, line, index + 1, location, hasArticle))];
    }

    /// <summary>What the event says of goods; null where its step is not known.</summary>
    private static List<Line>? Lines(EpcisEvent happened, LocationId? location, Dictionary<UInt128, string> counted)
    {
        if (happened.Type == "TransformationEvent")
        {
            return [.. Lines(happened.Goods, Effect.Vanish), .. Lines(happened.Outputs, Effect.Receive)];
        }

        if (Meaning(happened) is not { } meaning)
        {
            return null;
        }

        var goods = meaning.Effect == Effect.Count && location is { } there ? Once(happened, there, counted) : happened.Goods;
        var articles = happened.Goods.Where(item => Identify(item).Kind == ItemKind.Article);
        return
        [
            .. Lines(goods, meaning.Effect, after: meaning.Status),
            .. Lasting(happened, meaning).SelectMany(change => Lines(articles, Effect.Change, change.From, change.To)),
        ];
    }

    private TranslatedRow Row(
        long row, EpcisEvent happened, ReadOnlyMemory<byte> bytes, Line line, int number, LocationId? location, bool hasArticle) => line switch
        {
            { Kind: ItemKind.NoGoods } => new NotStock(row, "asset, place or party"),
            { Effect: Effect.None } => new NotStock(row, happened.BizStep ?? "no business step"),
            { Kind: ItemKind.LogisticUnit } when hasArticle => new NotStock(row, "logistic unit beside its contents"),
            _ when Fault(line, location) is var (code, detail) => Bad(row, code, detail, bytes, $"{happened.Id}#{number}"),
            _ => new StockMoved(row, Movement(happened, line, number, location!.Value, At(happened.DestinationLocation)))
            { Unit = happened.DeclaredWrongAt is null ? line.Unit ?? Pieces : null },
        };

    /// <summary>Why a line is no movement; null where it is one.</summary>
    private static (string Code, string Detail)? Fault(Line line, LocationId? location) => line switch
    {
        { Kind: ItemKind.LogisticUnit } => ("unknown-contents", $"{line.Id} is a logistic unit, and the event does not say what is in it."),
        { Kind: ItemKind.Unknown } => ("unknown-item", $"{line.Id} is neither a trade item nor anything else that GS1 defines."),
        { Quantity: null } => (
            "invalid-quantity", $"How many of {line.Id} is not stated, or not with up to {Quantity.MaxFractionDigits} fraction digits."),
        { Quantity: <= 0 } when line.Effect != Effect.Count => ("invalid-quantity", $"{line.Quantity} of {line.Id} is not above 0."),
        { Quantity: < 0 } => ("invalid-quantity", $"{line.Quantity} of {line.Id} is below 0."),
        _ when location is null => ("no-location", "It has neither a business location nor a read point."),
        _ => null,
    };

    private static LocationId? At(string? place) => place is not null && Place.TryParse(place, out var location) ? location : null;

    /// <summary>
    /// What is counted, each thing with its own identifier in one event only: the first that names it at that place and instant. An event that comes twice
    /// names the same things both times. Things that are left out count 0, so that the lines of an event are the same.
    /// </summary>
    private static List<EpcisItem> Once(EpcisEvent happened, LocationId location, Dictionary<UInt128, string> counted) =>
    [
        .. happened.Goods.Select(item =>
        {
            if (item.IsClass)
            {
                return item;
            }

            var key = BinaryPrimitives.ReadUInt128LittleEndian(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{location}\n{InstantPattern.ExtendedIso.Format(happened.OccurredAt)}\n{item.Id}")));
            return counted.Count < MostCounted && counted.TryAdd(key, happened.Id) ? item
                : !counted.TryGetValue(key, out var first) || first == happened.Id ? item
                : item with { Quantity = "0" };
        }),
    ];

    /// <summary>The changes of status that the event says will last, beside what its step and disposition say.</summary>
    private static List<(string? From, string? To)> Lasting(EpcisEvent happened, BusinessStep meaning)
    {
        var ended = happened.LastingUnset.Select(BusinessSteps.StatusOf).OfType<string>().Distinct().ToList();
        var begun = happened.LastingSet.Select(BusinessSteps.StatusOf).OfType<string>().Distinct().Where(status => status != meaning.Status).ToList();
        return [.. Enumerable.Range(0, Math.Max(ended.Count, begun.Count))
            .Select(index => (ended.ElementAtOrDefault(index), begun.ElementAtOrDefault(index))).Where(change => change.Item1 != change.Item2)];
    }

    /// <summary>Null for a step that is not known. An event without one is about goods, but says of no change.</summary>
    private static BusinessStep? Meaning(EpcisEvent happened) =>
        happened.BizStep is null ? new BusinessStep("", "*", Effect.None)
        : BusinessSteps.Meaning(happened.BizStep, happened.Disposition)
            ?? (happened.Goods.All(item => Identify(item).Kind == ItemKind.NoGoods) ? new BusinessStep(happened.BizStep, "*", Effect.None) : null);

    /// <summary>
    /// One line for each SKU and unit in the order in which they first appear, and one for each item that is no article. A thing that is named twice counts
    /// once.
    /// </summary>
    private static IEnumerable<Line> Lines(IEnumerable<EpcisItem> items, Effect effect, string? before = null, string? after = null)
    {
        HashSet<string> seen = [];
        return
            from item in items.Select(item => item.IsClass || seen.Add(item.Id) ? item : item with { Quantity = "0" }).ToList()
            let identified = Identify(item)
            group (item, identified) by (identified.Kind, Key: identified.Kind == ItemKind.Article ? identified.Sku.Value : item.Id, item.Unit) into lot
            let first = lot.First()
            select new Line(first.item.Id, lot.Key.Kind, first.identified.Sku, Sum(lot.Select(part => part.item.Quantity)),
                lot.Key.Unit, effect, before, after);
    }

    private static TradeItem Identify(EpcisItem item) => item.IsClass ? TradeItems.OfClass(item.Id) : TradeItems.OfInstance(item.Id);

    /// <summary>Null when a part is not stated, or not exactly.</summary>
    private static decimal? Sum(IEnumerable<string?> quantities)
    {
        decimal sum = 0;
        foreach (var text in quantities)
        {
            // 28 digits are what a decimal holds: a longer text could be rounded, which is never done to a quantity.
            if (text is null or { Length: > 28 }
                || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                    CultureInfo.InvariantCulture, out var quantity)
                || !Quantity.IsExact(Quantity.Canonical(quantity)))
            {
                return null;
            }

            sum += Quantity.Canonical(quantity);
        }

        return Quantity.IsExact(sum) ? sum : null;
    }

    private Movement Movement(EpcisEvent happened, Line line, int number, LocationId location, LocationId? destination)
    {
        var id = $"{happened.Id}#{number}";
        var name = new MovementId(source, id);
        var position = new PositionKey(line.Sku, location);
        var document = happened.Document;
        if (happened.DeclaredWrongAt is { } declaredAt)
        {
            return new Correction(name with { Id = $"{id}/did-not-occur" }, position, declaredAt, document, Corrects: id, Quantity: null);
        }

        var quantity = line.Quantity!.Value;
        var at = happened.OccurredAt;
        var reason = happened.BizStep ?? happened.Type;
        return line.Effect switch
        {
            Effect.Receive when happened.Transactions.Any(transaction => transaction.Type == "rma") =>
                new Return(name, position, at, document, quantity, line.To),
            Effect.Receive => new Receipt(
                name, position, at, document ?? TransformationOf(happened) ?? RouteOf(At(happened.SourceLocation), location), quantity, line.To),
            Effect.TakeBack => new Return(name, position, at, document, quantity, line.To),
            Effect.Ship when destination is { } to && to != location =>
                new Transfer(name, position, at, document ?? RouteOf(location, to)!, quantity, to, ExpectedOn: null),
            Effect.Ship or Effect.Sell => new Sale(name, position, at, document, quantity, Reservation: null),
            Effect.Void when destination is { } to && to != location =>
                new TransferCancelled(name, position, at, document ?? RouteOf(location, to)!, quantity, to),
            Effect.Void when destination is null && document is { } shipped => new TransferCancelled(name, position, at, shipped, quantity, To: null),
            Effect.Appear or Effect.Void => new Adjustment(name, position, at, document, quantity, reason),
            Effect.Vanish => new Adjustment(name, position, at, document ?? TransformationOf(happened), -quantity, reason),
            Effect.Block => new StatusChange(name, position, at, document, quantity, From: null, line.To),
            Effect.Find => new StatusChange(name, position, at, document, quantity, BusinessSteps.QualityHold, line.To) { OrSellable = true },
            Effect.Release => new StatusChange(name, position, at, document, quantity, line.To, To: null) { OrSellable = true },
            Effect.Change => new StatusChange(name, position, at, document, quantity, line.From, line.To),
            Effect.Count => new Count(name, position, at, document, quantity) { Part = true },
            _ => throw new InvalidOperationException($"{line.Effect} moves no stock."),
        };
    }

    /// <summary>The document of goods on their way for which nobody names one: sender, receiver and whoever takes the shipping back can all make it.</summary>
    private static string? RouteOf(LocationId? from, LocationId to)
    {
        var route = $"epcis:{from}>{to}";
        return from is null || from == to ? null
            : route.Length <= Identifier.MaxLength ? route
            : "epcis:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(route)));
    }

    /// <summary>Ties the inputs of a transformation to its outputs where it comes in several events.</summary>
    private static string? TransformationOf(EpcisEvent happened) => Identifier.TryParse(happened.TransformationId, out var id) ? id : null;

    private static BadLine Bad(long row, string code, string detail, ReadOnlyMemory<byte> bytes, string? id = null) =>
        new(row, code, detail, Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, BadLine.MaxContent)])) { Id = id };

    /// <summary>A line of an event. <c>From</c> is set where its effect does not say it.</summary>
    private sealed record Line(string Id, ItemKind Kind, Sku Sku, decimal? Quantity, string? Unit, Effect Effect, string? From, string? To);
}
