using System.Globalization;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Tests;

/// <summary>What a format makes of a file, as text: to be read in a test and compared with it.</summary>
internal static class DocumentText
{
    public static async Task<List<SourceDocument>> Read(IDocumentFormat format, Stream content, params string[] options)
    {
        var on = options.ToDictionary(option => option, _ => "true");
        var documents = new List<SourceDocument>();
        await foreach (var document in format.Read(content, ReadSettings.OfEverySender(on), CancellationToken.None))
        {
            documents.Add(document);
        }

        return documents;
    }

    /// <summary>A document's lines, one each: its key, what it comes to, of which article, where and when.</summary>
    public static IEnumerable<string> Lines(SourceDocument document) => document.Lines.Select(Line);

    public static string Line(DocumentLine line) => $"{line.Key}: {Outcome(line)}";

    /// <summary>A document in a line of a table: lines by what they come to.</summary>
    public static string Summary(SourceDocument document) => string.Join(
        " | ", $"{document.Kind} {document.Number}", $"{document.Lines.Count} lines", document.Fault?.Code ?? "",
        Tally(document.Lines));

    /// <summary>How often each thing came out of documents: <c>!invalid-event 1, (packing) 4, receipt 2</c>.</summary>
    public static string Tally(IEnumerable<SourceDocument> documents) => Tally(documents.SelectMany(document => document.Lines));

    private static string Tally(IEnumerable<DocumentLine> lines) => string.Join(", ", lines.SelectMany(Words).GroupBy(word => word)
        .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}"));

    private static IEnumerable<string> Words(DocumentLine line) => line.Outcome switch
    {
        Moved moved => moved.Moves.Select(move => move.Type.ToString().ToLowerInvariant()),
        Level => ["level"],
        NoStock nothing => [$"({nothing.Reason})"],
        Rejected rejected => [$"!{rejected.Code}"],
        _ => throw new InvalidOperationException(line.ToString()),
    };

    private static string Outcome(DocumentLine line)
    {
        var goods = $"{line.Articles.FirstOrDefault()?.Value} {Unit(line)}@{line.Place?.Value} {Time(line.Time)}".TrimEnd();
        return line.Outcome switch
        {
            Moved moved => $"{string.Join(" + ", moved.Moves.Select(Move))} of {goods}",
            Level level => $"level {Number(level.Quantity)}{(level.Status is null ? "" : $" {level.Status}")} of {goods}",
            NoStock nothing => $"({nothing.Reason})",
            Rejected rejected => $"!{rejected.Code}",
            _ => throw new InvalidOperationException(line.ToString()),
        };
    }

    private static string Move(StockMove move) => string.Join(' ', new[]
    {
        move.Part.Length > 0 ? $"[{move.Part}]" : null,
        move.Type.ToString().ToLowerInvariant(),
        move.Quantity is { } quantity ? Number(quantity) : null,
        move.Type == MoveType.Status ? $"{move.From ?? "sellable"}>{move.To ?? "sellable"}" : move.To,
        move.Reason is { } reason ? $"({reason})" : null,
        move.Document is { } document ? $"#{document}" : null,
        move.Corrects is { } corrects ? $"corrects {corrects}" : null,
        move.Destination is { } to ? $"to {to.Value}" : null,
        move.Place is { } place ? $"at {place.Value}" : null,
        move.ExpectedOn is { } on ? $"on {on:uuuu-MM-dd}" : null,
        move.Otherwise is { } other ? $"or {Move(other)}" : null,
    }.Where(word => word is not null));

    private static string Unit(DocumentLine line) => (line.Unit, line.Pack) switch
    {
        (null, _) => "",
        (var unit, null) => $"{unit} ",
        (var unit, var pack) => $"{unit}={Number(pack.Quantity / pack.Per)} ",
    };

    private static string Time(DocumentTime? time) => time switch
    {
        ExactTime exact => exact.At.ToString("uuuu-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
        TimeWithoutZone local => local.At.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        WholeDay day => $"{day.On:uuuu-MM-dd} {(day.AtEnd ? "end" : "start")}",
        _ => "",
    };

    private static string Number(decimal quantity) => quantity.ToString(CultureInfo.InvariantCulture);
}
