namespace RetailSync.Inventory.Host.SourceDocuments.Outcomes;

/// <summary>What became of the lines of a document. Every line is one of these, so they add up.</summary>
public sealed class DocumentTally
{
    private readonly SortedDictionary<string, int> _noStock = new(StringComparer.Ordinal);

    public int Accepted { get; set; }

    public int Absorbed { get; set; }

    public int Duplicates { get; set; }

    public int Corrected { get; set; }

    public int Rejected { get; set; }

    /// <summary>By reason.</summary>
    public IReadOnlyDictionary<string, int> NoStock => _noStock;

    public int Lines => Accepted + Absorbed + Duplicates + Corrected + Rejected + _noStock.Values.Sum();

    public void CountNoStock(string reason) => _noStock[reason] = _noStock.GetValueOrDefault(reason) + 1;
}

/// <summary>What became of the lines of a document.</summary>
/// <param name="Id">The sender's number of it; null where it has none that could be read.</param>
/// <param name="Kind">The message, as its format calls it.</param>
/// <param name="Source">Under which its movements are recorded.</param>
/// <param name="Position">Where it begins in the file.</param>
/// <param name="Lines">All of them: what follows adds up to it.</param>
/// <param name="Absorbed">Recorded; a later count includes them already.</param>
/// <param name="Corrected">Earlier lines that this document corrects.</param>
/// <param name="NoStock">Lines that move no stock, by reason.</param>
public sealed record DocumentOutcome(
    string? Id, string Kind, string Source, string Position, int Lines, int Accepted, int Absorbed, int Duplicates, int Corrected,
    IReadOnlyDictionary<string, int> NoStock, int Rejected)
{
    public static DocumentOutcome Of(string? number, string kind, string source, string position, DocumentTally tally) => new(
        number, kind, source, position, tally.Lines, tally.Accepted, tally.Absorbed, tally.Duplicates, tally.Corrected, tally.NoStock, tally.Rejected);
}
