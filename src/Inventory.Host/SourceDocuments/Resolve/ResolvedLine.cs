using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.SourceDocuments.Resolve;

/// <summary>Why a line cannot be recorded.</summary>
/// <param name="Detail">A sentence for a person.</param>
/// <param name="WaitsFor">The kind and the name that have to be mapped; null where no mapping helps.</param>
public sealed record LineRefusal(string Code, string Detail, (string Kind, string ExternalId)? WaitsFor = null);

/// <summary>A movement that a line reports, in our words.</summary>
/// <param name="Movement">With its id; of a correction the id of the line that was wrong, still to be turned into that of its newest movement.</param>
/// <param name="Unit">The unit of its quantity; null for the SKU's own.</param>
/// <param name="KnownFrom">The instant from which it may be recorded, where that is not when it occurred: the start of a day.</param>
/// <param name="Otherwise">What it is where nothing is known of what a correction corrects.</param>
public sealed record ResolvedMove(Movement Movement, string? Unit, Instant? KnownFrom, ResolvedMove? Otherwise = null)
{
    /// <summary>Of a transfer: what was recorded under its id where it was reported before its other end was mapped.</summary>
    public ResolvedMove? Alone { get; init; }
}

/// <summary>A figure of another system, in our words.</summary>
/// <param name="Status">Null for on-hand.</param>
/// <param name="Quantity">In the SKU's unit.</param>
/// <param name="KnownFrom">The start of the day, where only the day is said.</param>
public sealed record ResolvedLevel(PositionKey Position, string? Status, decimal Quantity, Instant TakenAt, Instant? KnownFrom);

/// <summary>What a line comes to in our words: one of these, or movements and a rest that waits.</summary>
public sealed record ResolvedLine
{
    /// <summary>What its movements are of; null where it has none.</summary>
    public KnownArticle? Article { get; init; }

    public IReadOnlyList<ResolvedMove> Moves { get; init; } = [];

    /// <summary>Those of its movements that wait for a place to be mapped, as a line of their own; null where none does.</summary>
    public (DocumentLine Line, LineRefusal Refusal)? Rest { get; init; }

    public ResolvedLevel? Level { get; init; }

    /// <summary>Why it moves no stock.</summary>
    public string? NoStock { get; init; }

    public LineRefusal? Refusal { get; init; }

    public static ResolvedLine Refused(string code, string detail, (string, string)? waitsFor = null) => new() { Refusal = new(code, detail, waitsFor) };

    public static ResolvedLine Nothing(string reason) => new() { NoStock = reason };
}
