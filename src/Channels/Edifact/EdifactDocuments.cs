using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>UN/EDIFACT and EANCOM as documents: each message is one, by the table of its type. Types that say nothing of stock come to one line each.</summary>
public sealed class EdifactDocuments : IDocumentFormat
{
    /// <summary>The option of a sender that takes test data (UNB 0035 is 1) for facts.</summary>
    public const string AcceptTestData = "acceptTestData";

    private const string Kind = "edifact";

    private static readonly Dictionary<string, Func<EdifactTable, SourceDocument>> Tables = new()
    {
        ["DESADV"] = DespatchAdvice.Read,
        ["INVRPT"] = InventoryReport.Read,
        ["ORDERS"] = PurchaseOrder.Read,
        ["RECADV"] = ReceivingAdvice.Read,
        ["SLSRPT"] = SalesReport.Read,
    };

    public string Name => Kind;

    public IReadOnlyList<string> MediaTypes => ["application/edifact"];

    public string? Recognise(ReadOnlySpan<byte> beginning)
    {
        var text = (beginning.StartsWith("\uFEFF"u8) ? beginning[3..] : beginning).TrimStart(" \t\r\n"u8);
        return text.StartsWith("UNB+"u8) || text.StartsWith("UNB\u001D"u8) ? "begins with UNB"
            : text.Length > 9 && text.StartsWith("UNA"u8) && text[9..].IndexOf("UNB"u8) is >= 0 and < 4 ? "begins with UNA" : null;
    }

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var part in EdifactReader.Read(content, cancellation))
        {
            yield return part switch
            {
                EdifactMessage message => Document(message, settings),
                EdifactProblem problem => Document(problem),
                _ => throw new InvalidOperationException($"{part.GetType().Name} is no part of an EDIFACT file."),
            };
        }
    }

    private static SourceDocument Document(EdifactMessage message, ReadSettings settings)
    {
        var table = new EdifactTable(message, option => settings.Is(message.Sender, option));
        if (Tables.TryGetValue(message.Type, out var read))
        {
            return read(table);
        }

        table.Add(new DocumentLine { Key = "1", Position = EdifactTable.PositionOf(message.Segments[0]), Outcome = new NoStock("another message") });
        return table.Document() with { Fault = null };
    }

    private static SourceDocument Document(EdifactProblem problem)
    {
        var document = SourceDocument.Unreadable(Kind, FormattableString.Invariant($"segment {problem.Position}"), problem.Fault.Detail, problem.Sender);
        return document with { Lines = [document.Lines[0] with { Outcome = new Rejected(problem.Fault.Code, problem.Fault.Detail) }] };
    }
}
