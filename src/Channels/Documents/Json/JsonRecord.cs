using System.Text.Json;

namespace RetailSync.Channels.Documents.Json;

/// <summary>An object of a file, or a part of it that cannot be read.</summary>
/// <param name="Position">Where it begins in the file, for a person: <c>line 3, column 14</c>.</param>
/// <param name="Root">Undefined where it cannot be read. Valid as long as nobody disposes its document; nobody does.</param>
/// <param name="Fault">Why it cannot be read; null where it can.</param>
public sealed record JsonRecord(string Position, JsonElement Root, DocumentFault? Fault)
{
    /// <summary>What cannot be read, as a document with one bad line.</summary>
    /// <param name="kind">The message, as its format calls it.</param>
    public SourceDocument AsUnreadable(string kind) => new(kind, null)
    {
        Position = Position,
        Lines = [new DocumentLine { Key = "1", Position = Position, Outcome = new Rejected(Fault!.Code, Fault.Detail) }],
    };
}
