using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Tests;

/// <summary>Lines as short texts, for tests that ask only what moved: neither place nor time.</summary>
internal static class LineText
{
    public static async Task<List<SourceDocument>> Read(IDocumentFormat format, Stream content, ReadSettings? settings = null)
    {
        List<SourceDocument> documents = [];
        await foreach (var document in format.Read(content, settings ?? ReadSettings.None, CancellationToken.None))
        {
            documents.Add(document);
        }

        return documents;
    }

    /// <summary>Options that hold for every sender: <c>name=value</c>.</summary>
    public static ReadSettings With(params string[] options)
    {
        var byName = options.ToDictionary(option => option[..option.IndexOf('=')], option => option[(option.IndexOf('=') + 1)..]);
        return ReadSettings.OfEverySender(byName);
    }

    /// <summary><c>1: sale 2 of SKU-200</c>, <c>2: nothing (voided)</c>, <c>3: level 6 of 808950810</c>, <c>4: invalid-quantity</c>.</summary>
    public static string Show(DocumentLine line) => $"{line.Key}: " + line.Outcome switch
    {
        Moved moved => string.Join(" + ", moved.Moves.Select(Show)) + Of(line),
        Level level => FormattableString.Invariant($"level {level.Quantity}") + Of(line),
        NoStock nothing => $"nothing ({nothing.Reason})",
        Rejected bad => bad.Code,
        var other => other.GetType().Name,
    };

    /// <summary>How often each thing came out: <c>sale 3, nothing (tender) 1</c>.</summary>
    public static string Tally(IEnumerable<SourceDocument> documents) => string.Join(", ", documents.SelectMany(document => document.Lines)
        .SelectMany(line => line.Outcome switch
        {
            Moved moved => moved.Moves.Select(move => Word(move.Type)),
            Level => ["level"],
            NoStock nothing => [$"nothing ({nothing.Reason})"],
            Rejected bad => [bad.Code],
            _ => ["?"],
        })
        .GroupBy(word => word, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}"));

    private static string Show(StockMove move) => Word(move.Type) + FormattableString.Invariant($"{(move.Quantity is { } quantity ? $" {quantity}" : "")}")
        + (move.From is { } from ? $" from {from}" : "") + (move.To is { } to ? $" {to}" : "")
        + (move.Destination is { } destination ? $" to {destination.Value}" : "");

    private static string Of(DocumentLine line) => $" of {(line.Articles.Count > 0 ? line.Articles[0].Value : "?")}";

    private static string Word(MoveType type) => type.ToString().ToLowerInvariant();
}
