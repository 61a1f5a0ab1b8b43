namespace RetailSync.Channels.Documents;

/// <summary>
/// One business document of a file that ERP, WMS or a till sent (an X12 transaction set, an EDIFACT message, an IDoc, a till's transaction), in words that know
/// neither its syntax nor how stock is kept here. The table of each message makes it; the host turns it into movements and counts. It has no personal data: a
/// table copies only what is named here, so what is kept of a document can be kept.
/// </summary>
/// <param name="Kind">The message, as its format calls it: <c>944</c>, <c>INVRPT</c>, <c>MBGMCR</c>.</param>
/// <param name="Number">
/// The sender's business number of it; never an envelope's, which wraps and changes when a document is sent again. Null where it has none: then none of its
/// lines can be recorded.
/// </param>
public sealed record SourceDocument(string Kind, string? Number)
{
    /// <summary>
    /// Who sent it by the document itself (GS02, UNB S002, a logical system); null when it does not say. The source defaults to <c>{format}/{sender}</c>.
    /// </summary>
    public string? Sender { get; init; }

    /// <summary>
    /// The part of the sender within which numbers are unique (the warehouse of N1*WH); null where they are unique for the sender. It becomes part of the
    /// source where the source is configured so.
    /// </summary>
    public string? SenderUnit { get; init; }

    /// <summary>What it does to an earlier one of the same kind, number and sender.</summary>
    public DocumentFunction Function { get; init; }

    /// <summary>
    /// Which of several states of it this is, where the sender numbers them or says when it wrote them: a later one has a higher number. One that is older than
    /// what is known does nothing. Null where it says nothing: then the last to arrive counts.
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>Why the document as a whole must wait for a person; null where nothing is wrong with it.</summary>
    public DocumentFault? Fault { get; init; }

    /// <summary>Where it begins in its file, for a person: <c>segment 14</c>, <c>line 3</c>.</summary>
    public required string Position { get; init; }

    /// <summary>In the order of the document. At most <see cref="DocumentLines.MaxLines"/>.</summary>
    public IReadOnlyList<DocumentLine> Lines { get; init; } = [];

    /// <summary><c>{kind}:{number}</c>, which with its source names the document, and with a line's key each of its movements.</summary>
    public string Identity => $"{Kind}:{Number}";

    /// <summary>A part of a file that belongs to no document that could be read: one line, which goes to quarantine.</summary>
    public static SourceDocument Unreadable(string kind, string position, string detail, string? sender = null) => new(kind, null)
    {
        Sender = sender,
        Position = position,
        Lines = [new DocumentLine { Key = "1", Position = position, Outcome = new Rejected(DocumentFault.UnreadableSegment, detail) }],
    };
}

/// <summary>What a document does to an earlier one with its identity.</summary>
public enum DocumentFunction
{
    /// <summary>New; the same content again is a duplicate.</summary>
    Original,

    /// <summary>It states all lines as they now are: lines that are not in it did not occur.</summary>
    Replace,

    /// <summary>It states the lines that changed: lines that are not in it stay.</summary>
    Change,

    /// <summary>Nothing of the earlier one occurred: all of its lines that are known, and those that this one names, whether or not they are.</summary>
    Cancel,

    /// <summary>For information: no line of it moves stock.</summary>
    Copy,
}

/// <summary>What is wrong with a document as a whole: it waits in quarantine, until a person replays it with an override.</summary>
/// <param name="Detail">A sentence for a person: which total, what it says, and what was counted.</param>
public sealed record DocumentFault(string Code, string Detail)
{
    /// <summary>A control total does not fit: the document may have been cut.</summary>
    public const string ControlTotalMismatch = "control-total-mismatch";

    /// <summary>It has more lines or bytes than one document may have; its lines are dropped.</summary>
    public const string DocumentTooLarge = "document-too-large";

    /// <summary>A segment, record or element that breaks the rules of its syntax.</summary>
    public const string UnreadableSegment = "unreadable-segment";

    public static DocumentFault ControlTotal(string detail) => new(ControlTotalMismatch, detail);
}
