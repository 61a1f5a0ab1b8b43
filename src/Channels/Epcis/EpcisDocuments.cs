using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// EPCIS in JSON and in XML as documents: each event is one, named by its id, with the lines that <see cref="EpcisTranslator"/> makes of it. Their movements
/// have the ids under which the translator names them, so that an event is recorded once, whichever way it came.
/// </summary>
public sealed partial class EpcisDocuments : IDocumentFormat
{
    private const string Kind = "event";

    /// <summary>Stands for a place that an event does not name, so that the location of the file or of the source is taken.</summary>
    private static readonly LocationId Unnamed = LocationId.Parse("epcis:unnamed");

    public string Name => EpcisTranslator.DefaultSource;

    public IReadOnlyList<string> MediaTypes => ["application/ld+json", "application/json", "application/xml", "text/xml"];

    public string? Recognise(ReadOnlySpan<byte> beginning) => XmlBeginning.Text(beginning) is { } xml
        ? IsEpcis().IsMatch(xml) ? "an EPCIS document in XML" : null
        : beginning.TrimStart(" \t\r\n\uFEFF"u8) is not [(byte)'{', ..] ? null
        : beginning.IndexOf("EPCISDocument"u8) >= 0 || beginning.IndexOf("EPCISQueryDocument"u8) >= 0 ? "an EPCIS document in JSON"
        : beginning.IndexOf("\"eventTimeZoneOffset\""u8) >= 0 ? "an EPCIS event in JSON" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (position, rows) in new EpcisTranslator(EpcisTranslator.DefaultSource, Unnamed).Events(content, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Document(position, rows);
            await Task.Yield(); // the translator reads a plain stream: others get their share between events
        }
    }

    private static SourceDocument Document(string position, IReadOnlyList<TranslatedRow> rows)
    {
        if (rows[0] is Unreadable unreadable)
        {
            return SourceDocument.Unreadable(Kind, position, unreadable.Detail);
        }

        var lines = new DocumentLines();
        foreach (var row in rows)
        {
            lines.Add(Line(row, FormattableString.Invariant($"{lines.Lines.Count + 1}"), position));
        }

        var id = rows.Select(row => row switch { StockMoved moved => moved.Movement.Name.Id, BadLine bad => bad.Id, _ => null })
            .FirstOrDefault(one => one is not null);
        return new SourceDocument(Kind, id?.LastIndexOf('#') is > 0 and var end ? id[..end] : null)
        {
            Position = position,
            Lines = lines.Lines,
            Fault = lines.Fault,
        };
    }

    private static DocumentLine Line(TranslatedRow row, string key, string position) => row switch
    {
        StockMoved { Movement: var movement } moved => new DocumentLine
        {
            Key = key,
            Position = position,
            OwnIdentity = movement.Name.Id,
            Articles = [new ArticleNumber("epc", movement.Position.Sku.Value)],
            Place = movement.Position.Location == Unnamed ? null : PlaceOf(movement.Position.Location),
            Unit = moved.Unit,
            Time = new ExactTime(movement.OccurredAt),
            Outcome = new Moved(Move(movement)),
        },
        NotStock nothing => new DocumentLine { Key = key, Position = position, Outcome = new NoStock(nothing.Reason) },
        BadLine bad => new DocumentLine { Key = key, Position = position, OwnIdentity = bad.Id, Outcome = new Rejected(bad.Code, bad.Detail) },
        _ => throw new InvalidOperationException($"{row.GetType().Name} is nothing that this translator makes."),
    };

    private static StockMove Move(Movement movement) => movement switch
    {
        Receipt one => StockMove.Receipt(one.Quantity, one.Document, one.Status),
        Sale one => StockMove.Sale(one.Quantity, one.Document),
        Return one => StockMove.Return(one.Quantity, one.Document, one.Status),
        Adjustment one => StockMove.Adjustment(one.Quantity, one.Reason, one.Document),
        Count one => StockMove.Count(one.Quantity, one.Part) with { Document = one.Document },
        StatusChange one => StockMove.Status(one.Quantity, one.From, one.To, one.Document) with { OrSellable = one.OrSellable },
        Transfer one => StockMove.Transfer(one.Quantity, PlaceOf(one.To), one.Document, one.ExpectedOn) with
        {
            Otherwise = StockMove.Sale(one.Quantity, one.Document),
        },
        TransferCancelled one => StockMove.TransferCancelled(one.Quantity, one.To is { } to ? PlaceOf(to) : null, one.Document),
        Correction one => StockMove.Correction(one.Corrects) with { Document = one.Document },
        _ => throw new InvalidOperationException($"EPCIS reports no {movement.Type}."),
    };

    private static PlaceName PlaceOf(LocationId location) => new(location.Value);

    /// <summary>A document, or one bare event.</summary>
    [GeneratedRegex("<(?:[^\\s<>:/]+:)?(?:EPCIS(?:Query)?Document|(?:Object|Aggregation|Transaction|Transformation|Association|Quantity)Event)[\\s/>]",
        RegexOptions.CultureInvariant)]
    private static partial Regex IsEpcis();
}
