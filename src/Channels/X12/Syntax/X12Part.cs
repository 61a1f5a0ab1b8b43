using RetailSync.Channels.Documents;

namespace RetailSync.Channels.X12.Syntax;

/// <summary>What an interchange says of itself.</summary>
/// <param name="Sender">ISA06.</param>
/// <param name="ControlNumber">ISA13. It wraps, and changes when a document is sent again: it is no identity.</param>
/// <param name="IsTest">ISA15 is T.</param>
public sealed record X12Interchange(string Sender, string ControlNumber, bool IsTest);

/// <summary>What a functional group says of itself.</summary>
/// <param name="Sender">GS02.</param>
/// <param name="ControlNumber">GS06.</param>
/// <param name="Version">GS08, such as 004010; some partners add letters.</param>
public sealed record X12Group(string Sender, string ControlNumber, string Version);

/// <summary>A part of a file, in the order in which they stand there.</summary>
/// <param name="Position">The segment at which it begins, from 1.</param>
/// <param name="Interchange">In which it is; null outside of any.</param>
public abstract record X12Part(long Position, X12Interchange? Interchange);

/// <summary>A transaction set.</summary>
/// <param name="Group">In which it is; null where no GS came before it.</param>
/// <param name="Segments">From ST to SE, those that cannot be read among them; those of one that is too large are dropped.</param>
public sealed record X12Message(long Position, X12Interchange? Interchange, X12Group? Group, IReadOnlyList<X12Segment> Segments)
    : X12Part(Position, Interchange)
{
    /// <summary>Which control total of it, of its group or of its interchange does not fit, or that it is too large; null where nothing is wrong.</summary>
    public DocumentFault? Fault { get; init; }

    /// <summary>ST01: the number of its type, such as 944.</summary>
    public string Set => Segments[0][1];
}

/// <summary>Something that is in no transaction set and cannot be read, or an envelope that does not fit what was in it.</summary>
public sealed record X12Problem(long Position, X12Interchange? Interchange, DocumentFault Fault) : X12Part(Position, Interchange);
