namespace RetailSync.Channels.Documents.Xml;

/// <summary>A record of a file, or a part of it that cannot be read.</summary>
/// <param name="Position">Where it begins, for a person: <c>line 3, column 14</c>.</param>
/// <param name="Element">Null where it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; null where it can.</param>
public sealed record XmlRecord(string Position, XmlItem? Element, DocumentFault? Fault)
{
    internal static XmlRecord Unreadable(string position, string detail) => new(position, null, new DocumentFault(DocumentFault.UnreadableSegment, detail));

    internal static XmlRecord TooLarge(string position, string detail) => new(position, null, new DocumentFault(DocumentFault.DocumentTooLarge, detail));

    /// <summary>What cannot be read, as a document with one bad line.</summary>
    /// <param name="kind">The message, as its format calls it.</param>
    public SourceDocument AsUnreadable(string kind) => new(kind, null)
    {
        Position = Position,
        Lines = [new DocumentLine { Key = "1", Position = Position, Outcome = new Rejected(Fault!.Code, Fault.Detail) }],
    };
}
