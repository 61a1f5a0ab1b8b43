using NodaTime;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>One line of what another system sent: a count, a document, or what is wrong with it.</summary>
/// <param name="IsDocument">Which of the two it is, or should be.</param>
/// <param name="Line">Its place among its kind, for <see cref="CountSheet.PathOf"/>.</param>
/// <param name="Refusals">What is wrong; nothing else counts then.</param>
public readonly record struct SheetLine(bool IsDocument, int Line, TheirCount? Count, TheirDocument? Document, IReadOnlyList<FieldRefusal> Refusals)
{
    /// <summary>The unit of its quantities; null for the SKU's own.</summary>
    public string? Unit { get; init; }
}

/// <summary>Counts and documents of one system at one instant, read as a stream: a sheet may have millions of lines.</summary>
public abstract class CountSheet
{
    /// <summary>Who counted; known once the lines are read.</summary>
    public string? System { get; protected set; }

    /// <summary>When; known once the lines are read.</summary>
    public Instant? TakenAt { get; protected set; }

    /// <summary>The lines in batches, in their order.</summary>
    /// <exception cref="ApiProblemException">It cannot be read on.</exception>
    public abstract IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines(CancellationToken cancellation);

    /// <summary>Where a line stands, in words that its sender understands.</summary>
    public abstract string PathOf(bool isDocument, int line);
}
