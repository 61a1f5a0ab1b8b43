using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Messages;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12;

/// <summary>ANSI X12 as documents: each transaction set is one, by the table of its type. Types that say nothing of stock come to one line each.</summary>
public sealed class X12Documents : IDocumentFormat
{
    private const string Kind = "x12";

    private static readonly Dictionary<string, Func<X12Table, SourceDocument>> Tables = new()
    {
        ["846"] = InventoryInquiry846.Read,
        ["850"] = PurchaseOrder850.Read,
        ["852"] = ProductActivity852.Read,
        ["856"] = ShipNotice856.Read,
        ["940"] = ShippingOrder940.Read,
        ["943"] = StockTransferShipment943.Read,
        ["944"] = StockTransferReceipt944.Read,
        ["945"] = ShippingAdvice945.Read,
        ["947"] = InventoryAdjustment947.Read,
    };

    public string Name => Kind;

    public IReadOnlyList<string> MediaTypes => ["application/edi-x12"];

    public string? Recognise(ReadOnlySpan<byte> beginning)
    {
        var text = beginning.StartsWith("\uFEFF"u8) ? beginning[3..] : beginning;
        text = text.TrimStart(" \t\r\n"u8);
        return text.Length > 3 && text.StartsWith("ISA"u8) && text[3] > ' ' && !char.IsAsciiLetterOrDigit((char)text[3]) ? "begins with ISA" : null;
    }

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var part in X12Reader.Read(content, cancellation))
        {
            yield return part switch
            {
                X12Message message => Document(message, settings),
                X12Problem problem => Document(problem),
                _ => throw new InvalidOperationException($"{part.GetType().Name} is no part of an X12 file."),
            };
        }
    }

    /// <summary>GS02; the interchange's ISA06 where that is empty.</summary>
    internal static string? SenderOf(X12Message message) =>
        message.Group?.Sender is { Length: > 0 } group ? group : message.Interchange?.Sender is { Length: > 0 } interchange ? interchange : null;

    private static SourceDocument Document(X12Message message, ReadSettings settings)
    {
        var table = new X12Table(message, settings.OptionsOf(SenderOf(message)));
        return Tables.TryGetValue(message.Set, out var read) ? read(table) : OfNoStock(message, table);
    }

    private static SourceDocument OfNoStock(X12Message message, X12Table table)
    {
        table.Add(new DocumentLine
        {
            Key = "1",
            Position = X12Table.PositionOf(message.Segments[0]),
            Outcome = new NoStock("another message"),
        });
        return table.Document(message.Segments[0][2]) with { Fault = null };
    }

    private static SourceDocument Document(X12Problem problem)
    {
        var position = FormattableString.Invariant($"segment {problem.Position}");
        var sender = problem.Interchange?.Sender is { Length: > 0 } name ? name : null;
        var document = SourceDocument.Unreadable(Kind, position, problem.Fault.Detail, sender);
        return document with { Lines = [document.Lines[0] with { Outcome = new Rejected(problem.Fault.Code, problem.Fault.Detail) }] };
    }
}
