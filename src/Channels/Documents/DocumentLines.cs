namespace RetailSync.Channels.Documents;

/// <summary>
/// Collects the lines of one document within the bounds of memory. Beyond them the lines are dropped and <see cref="Fault"/> says so; the reader reads on to
/// the end of the document, and the documents behind it are not concerned. Not for two threads.
/// </summary>
public sealed class DocumentLines
{
    /// <summary>Lines of one document. A longer one has to be sent in parts, as every format allows.</summary>
    public const int MaxLines = 50_000;

    /// <summary>Bytes of one document in its file: what a reader may keep of it at most.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private readonly List<DocumentLine> lines = [];
    private readonly Dictionary<string, int> timesOfKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArticleNumber?> articleOfKey = new(StringComparer.Ordinal);

    /// <summary>Null within the bounds.</summary>
    public DocumentFault? Fault { get; private set; }

    public IReadOnlyList<DocumentLine> Lines => lines;

    /// <summary>
    /// Adds a line. Where an earlier line has its key, the article's number distinguishes them; of the same article it is a bad line, since it would be taken
    /// for the same one sent again.
    /// </summary>
    public void Add(DocumentLine line)
    {
        if (Fault is not null)
        {
            return;
        }

        if (lines.Count == MaxLines)
        {
            Refuse(FormattableString.Invariant($"It has more than {MaxLines} lines."));
            return;
        }

        var article = line.Articles.Count > 0 ? line.Articles[0] : null;
        if (!articleOfKey.TryAdd(line.Key, article) && article is not null && articleOfKey[line.Key] != article)
        {
            line = line with { Key = $"{line.Key}:{article.Value}" };
        }

        lines.Add(timesOfKey.TryAdd(line.Key, 1) ? line : line with
        {
            Key = NextKey(line.Key),
            Outcome = line.Outcome is NoStock or Rejected ? line.Outcome : new Rejected("invalid-line", $"Line '{line.Key}' is in the document twice."),
        });
    }

    private string NextKey(string key)
    {
        string next;
        do
        {
            next = FormattableString.Invariant($"{key}~{++timesOfKey[key]}");
        }
        while (!timesOfKey.TryAdd(next, 1));
        return next;
    }

    private void Refuse(string detail)
    {
        Fault ??= new DocumentFault(DocumentFault.DocumentTooLarge, detail);
        lines.Clear();
        timesOfKey.Clear();
        articleOfKey.Clear();
    }
}
