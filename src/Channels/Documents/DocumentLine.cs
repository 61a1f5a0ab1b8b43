namespace RetailSync.Channels.Documents;

/// <summary>
/// One line of a document and the one thing that it comes to. What is said here for the line holds for each of its moves, unless the move says otherwise.
/// Nothing is resolved: articles and places are in the sender's words, the quantity in the sender's unit, the time as it was written.
/// </summary>
public sealed record DocumentLine
{
    /// <summary>
    /// The line's part of the identity <c>{kind}:{number}:{key}</c>: the sender's own line number where there is one, the same each time the document is sent,
    /// and of no other line of it.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>Where it stands in the file, for a person: <c>segment 14</c>, <c>line 3</c>.</summary>
    public required string Position { get; init; }

    /// <summary>The article's numbers, the one that is most likely the receiver's own first. Empty is a bad line where stock moves.</summary>
    public IReadOnlyList<ArticleNumber> Articles { get; init; } = [];

    /// <summary>Where it happened; the line's place wins over the header's. Null when neither says.</summary>
    public PlaceName? Place { get; init; }

    /// <summary>The unit of its quantities, as written or as its UN/ECE code; null for pieces, or the unit in which the SKU is kept.</summary>
    public string? Unit { get; init; }

    /// <summary>What the document itself says one of <see cref="Unit"/> has in it; null when it does not say.</summary>
    public PackSize? Pack { get; init; }

    /// <summary>When it happened, as far as the document says. Null is a bad line where stock moves; a level is then of when it is received.</summary>
    public DocumentTime? Time { get; init; }

    /// <summary>
    /// The identity of its movement where the format has one of its own, such as an event's id, which then stands for <c>{kind}:{number}:{key}</c>.
    /// </summary>
    public string? OwnIdentity { get; init; }

    /// <summary>What the line comes to.</summary>
    public required LineOutcome Outcome { get; init; }
}

/// <summary>A number of an article.</summary>
/// <param name="Kind">
/// Whose number it is, as the format qualifies it (<c>VN</c>, <c>UP</c>, <c>IN</c>, <c>EN</c>, <c>MATNR</c>), so that a source may be configured which wins.
/// </param>
/// <param name="Value">As written, trimmed; leading zeros that the format pads with are off.</param>
/// <param name="IsGtin">
/// It calls itself a GTIN, EAN or UPC: with a right check digit it is taken in 14 digits, otherwise as written.
/// </param>
public sealed record ArticleNumber(string Kind, string Value, bool IsGtin = false);

/// <summary>A place in the sender's words, to be mapped to a location.</summary>
/// <param name="Value">A GLN, or the sender's own code; of parts (plant and storage location) joined by <c>/</c>, the outer first.</param>
/// <param name="Outer">The place around it (the plant) that is used where <paramref name="Value"/> is not mapped; null when there is none.</param>
public sealed record PlaceName(string Value, string? Outer = null);

/// <summary>How much one pack holds, exactly: <c>Quantity / Per</c> of <c>Unit</c>.</summary>
/// <param name="Quantity">Above 0.</param>
/// <param name="Per">Above 0; other than 1 where the sender states a fraction (UMVKZ / UMVKN).</param>
/// <param name="Unit">Null for pieces.</param>
public sealed record PackSize(decimal Quantity, decimal Per = 1, string? Unit = null);
