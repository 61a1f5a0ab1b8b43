namespace RetailSync.Channels.Documents.Xml;

/// <summary>
/// The elements around records. The first thing that is wrong with them is said, and then no more is asked of them: the records are whole by themselves.
/// </summary>
internal sealed class XmlEnvelope(XmlShape shape)
{
    private readonly Stack<string> open = new();
    private bool hasRoot;
    private bool isBroken;

    public bool HasRecord { get; set; }

    /// <summary>The name of the innermost element that is open; null for none.</summary>
    public string? Innermost => open.TryPeek(out var name) ? name : null;

    /// <summary>Takes a piece that is in no record.</summary>
    public XmlRecord? Take(XmlPieceReader piece)
    {
        if (isBroken || piece.Kind is not (XmlPieceKind.Start or XmlPieceKind.End))
        {
            return null;
        }

        var name = piece.LocalName;
        if (piece.Kind == XmlPieceKind.End)
        {
            return open.TryPop(out var opened) && opened == name ? null : Broken(piece.Position, $"</{Shown(name)}> ends what has not begun.");
        }

        hasRoot |= shape.IsRoot(name);
        if (piece.IsEmpty)
        {
            return null;
        }

        open.Push(name);
        return open.Count <= XmlItemReader.MaxDepth ? null
            : Broken(piece.Position, FormattableString.Invariant($"Elements are in each other {XmlItemReader.MaxDepth} times."));
    }

    /// <summary>The file ends.</summary>
    public XmlRecord? End(string position, bool isCut)
    {
        if (!isBroken && !isCut && open.TryPeek(out var name))
        {
            return Broken(position, $"The file ends before </{Shown(name)}>: it was cut. What was read of it stands.");
        }

        return HasRecord || hasRoot || isBroken ? null : XmlRecord.Unreadable(position, $"There is no {shape.RecordNames} in it.");
    }

    private XmlRecord Broken(string position, string detail)
    {
        isBroken = true;
        open.Clear();
        return XmlRecord.Unreadable(position, detail);
    }

    private static string Shown(string name) => name.Length <= 64 ? name : name[..64];
}
