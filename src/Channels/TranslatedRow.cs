using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels;

/// <summary>What one row of an outside document came to. Every row comes to something, so the rows of a document add up.</summary>
/// <param name="Row">Its place in the document from 1: the data row of a table, the event of an EPCIS document (which may come to several of these).</param>
public abstract record TranslatedRow(long Row);

/// <summary>It reports a movement.</summary>
/// <param name="Movement">The same row of the same document always gives the same one, name included.</param>
public sealed record StockMoved(long Row, Movement Movement) : TranslatedRow(Row)
{
    /// <summary>The UN/ECE code of the unit in which its quantity is stated; null for the unit in which the SKU is kept.</summary>
    public string? Unit { get; init; }
}

/// <summary>It says what another system counted; rows of one position come to one of these.</summary>
/// <param name="Count">What was counted, in all rows of the position together.</param>
public sealed record StockCountedThere(long Row, TheirCount Count) : TranslatedRow(Row);

/// <summary>It is understood, and moves no stock.</summary>
/// <param name="Reason">One of a small set of words, so that they can be counted.</param>
public sealed record NotStock(long Row, string Reason) : TranslatedRow(Row);

/// <summary>It cannot be translated and goes to quarantine, for a person to correct.</summary>
/// <param name="Detail">A sentence for that person.</param>
/// <param name="Content">The row as it was, cut to at most <see cref="MaxContent"/> characters.</param>
public sealed record BadLine(long Row, string Code, string Detail, string Content) : TranslatedRow(Row)
{
    public const int MaxContent = 4_000;

    /// <summary>
    /// The movement id that it would have had: its idempotency key, so that a corrected line and the row that its source sends again are recorded once.
    /// Null where it has none.
    /// </summary>
    public string? Id { get; init; }

    public string Content { get; } = Content.Length <= MaxContent ? Content : Content[..MaxContent];
}

/// <summary>A line of movements as it was written, for the server to judge.</summary>
/// <param name="Source">The source that the line itself names; null when it names none.</param>
/// <param name="Sku">Its SKU as far as it could be read, only to keep lines of one SKU in their order; empty when it could not.</param>
/// <param name="Text">The line, without the source.</param>
public sealed record MovementLine(long Row, string? Source, string Sku, string Text) : TranslatedRow(Row);

/// <summary>From here on the document cannot be read at all. Always the last; it is no row itself.</summary>
/// <param name="Detail">Why, in a sentence.</param>
public sealed record Unreadable(long Row, string Detail) : TranslatedRow(Row);
