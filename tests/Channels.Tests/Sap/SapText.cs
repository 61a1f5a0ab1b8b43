using System.Text;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Tests.Sap;

/// <summary>Documents as text, with more of a line than <see cref="DocumentText"/> shows: every article, and where a receipt came from.</summary>
internal static class SapText
{
    public static async Task<List<SourceDocument>> Read(IDocumentFormat format, Stream content, params (string Name, string Value)[] options)
    {
        var settings = ReadSettings.OfEverySender(options.ToDictionary(option => option.Name, option => option.Value));
        List<SourceDocument> documents = [];
        await foreach (var document in format.Read(content, settings, default))
        {
            documents.Add(document);
        }

        return documents;
    }

    public static Task<List<SourceDocument>> Read(IDocumentFormat format, string content, params (string Name, string Value)[] options) =>
        Read(format, Documents.Stream(content), options);

    public static string[] Show(IEnumerable<SourceDocument> documents) => [.. documents.SelectMany(Show)];

    public static IEnumerable<string> Show(SourceDocument document)
    {
        var function = document.Function == DocumentFunction.Original ? "" : $" {document.Function}";
        var sender = document.Sender is { } from ? $" from {from}" : "";
        yield return $"{document.Identity}{function}{sender}{(document.Fault is { } fault ? $" {fault.Code}" : "")}";
        foreach (var line in document.Lines)
        {
            yield return $"  {line.Key}: {Show(line)}";
        }
    }

    public static string Show(DocumentLine line)
    {
        var articles = string.Join('|', line.Articles.Select(article => article.Value));
        var of = $" of {articles} at {Show(line.Place)}";
        return line.Outcome switch
        {
            NoStock nothing => $"no stock: {nothing.Reason}",
            Rejected bad => $"rejected: {bad.Code}",
            Level level => $"level {Number(level.Quantity)}{Unit(line)}{(level.Status is null ? "" : $" {level.Status}")}{of} on {Show(line.Time)}",
            Moved moved => string.Join(" + ", moved.Moves.Select(move => Show(move, line))) + $"{of} on {Show(line.Time)}",
            _ => "nothing",
        };
    }

    private static string Show(StockMove move, DocumentLine line)
    {
        var text = new StringBuilder();
        text.Append(move.Type.ToString().ToLowerInvariant());
        Append(move.Quantity is { } quantity ? Number(quantity) + Unit(line) : null);
        Append(move.Corrects);
        Append(move.From is null && move.To is null ? null : $"{move.From ?? "sellable"}→{move.To ?? "sellable"}");
        Append(move.Reason, "because ");
        Append(move.Document, "for ");
        Append(move.Place is null ? null : Show(move.Place), "at ");
        Append(move.Origin is null ? null : Show(move.Origin), "from ");
        Append(move.Destination is null ? null : Show(move.Destination), "to ");
        Append(move.ExpectedOn is { } day ? $"{day:uuuu-MM-dd}" : null, "due ");
        Append(move.Otherwise is null ? null : Show(move.Otherwise, line), "else ");
        return text.ToString();

        void Append(string? part, string before = "") => text.Append(part is null ? "" : $" {before}{part}");
    }

    private static string Show(PlaceName? place) => place?.Value ?? "?";

    private static string Show(DocumentTime? time) => time switch
    {
        ExactTime exact => exact.At.ToString(),
        TimeWithoutZone local => $"{local.At:uuuu-MM-ddTHH:mm:ss}",
        WholeDay day => $"{(day.AtEnd ? "the end of " : "")}{day.On:uuuu-MM-dd}",
        _ => "?",
    };

    private static string Number(decimal quantity) => Inventory.Domain.Quantity.Canonical(quantity).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Unit(DocumentLine line) =>
        line.Unit is null or "C62" ? "" : line.Pack is { } pack ? $" {line.Unit} of {pack.Quantity}/{pack.Per}" : $" {line.Unit}";
}
