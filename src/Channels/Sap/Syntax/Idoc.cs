using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Sap.Syntax;

/// <summary>A part of a file of IDocs.</summary>
/// <param name="Position">Where it begins, for a person.</param>
internal abstract record IdocPart(string Position);

/// <summary>An IDoc in the order of its segments. How they are nested is not kept: in every message a child follows its parent.</summary>
/// <param name="Control">EDI_DC40: who sent it and what it is.</param>
/// <param name="Segments">The data; empty for one that is too large.</param>
/// <param name="Fault">Why it cannot be whole, or is too large.</param>
internal sealed record Idoc(string Position, IdocSegment Control, IReadOnlyList<IdocSegment> Segments, DocumentFault? Fault) : IdocPart(Position)
{
    /// <summary>Bytes of an IDoc that are held, counted as two for each character and 64 for each field.</summary>
    public const int MaxBytes = DocumentLines.MaxBytes;

    /// <summary>MESTYP, the message: several messages use one type of IDoc.</summary>
    public string Message => Control["MESTYP"];

    /// <summary>SNDPRN, the partner number of the sender: a logical system, or a party.</summary>
    public string? Sender => Control["SNDPRN"] is { Length: > 0 } sender ? sender : null;

    public IdocSegment? First(string name) => Segments.FirstOrDefault(segment => segment.Name == name);

    public bool Has(string name) => First(name) is not null;

    /// <summary>CREDAT and CRETIM, in the zone of the system that wrote it; null where it does not say.</summary>
    public DocumentTime? CreatedAt(bool atEnd) => SapValues.Time(Control["CREDAT"], Control["CRETIM"], atEnd: atEnd);

    public static DocumentFault TooLarge() =>
        new(DocumentFault.DocumentTooLarge, FormattableString.Invariant($"It has more than {MaxBytes} bytes."));
}

/// <summary>What belongs to no IDoc, or cannot be read.</summary>
/// <param name="Detail">Why, in a sentence.</param>
internal sealed record IdocProblem(string Position, string Detail) : IdocPart(Position);

/// <summary>A segment by the names of SAP's dictionary, which are those of IDoc XML: <c>E1EDL24</c> with the fields <c>MATNR</c>, <c>LFIMG</c>...</summary>
/// <param name="name">As XML writes it, also where the file has the flat name with its version (<c>E2EDL24006</c>).</param>
/// <param name="problem">Why it cannot be read; null where it can.</param>
internal sealed class IdocSegment(string name, string position, IReadOnlyDictionary<string, string> fields, string? problem = null)
{
    public string Name => name;

    public string Position => position;

    public string? Problem => problem;

    /// <summary>Empty where there is none.</summary>
    public string this[string field] => fields.GetValueOrDefault(field, "");

    /// <summary>The first of several fields that has a value; empty when none has.</summary>
    public string FirstOf(params ReadOnlySpan<string> names)
    {
        foreach (var field in names)
        {
            if (this[field] is { Length: > 0 } value)
            {
                return value;
            }
        }

        return "";
    }
}
