using System.Runtime.CompilerServices;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>
/// Reads the records of an XML file of any length, one in memory at a time. No bytes make it throw: a record that is broken, cut or too large has a fault, and
/// those beside it are read. Document type definitions are refused, so no entity is fetched or expanded.
/// </summary>
public static class XmlRecords
{
    /// <summary>Characters of a record.</summary>
    public const int MaxRecord = DocumentLines.MaxBytes / 2;

    /// <param name="content">Read forwards; stays open.</param>
    /// <param name="shape">Which elements are read.</param>
    /// <returns>The records in their order, and what is wrong between them.</returns>
    public static async IAsyncEnumerable<XmlRecord> Read(Stream content, XmlShape shape, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pieces = new XmlPieceReader(content);
        var envelope = new XmlEnvelope(shape);
        OpenXmlRecord? open = null;
        while (await pieces.Read(cancellation))
        {
            if (pieces.Kind == XmlPieceKind.DocumentType)
            {
                yield return XmlRecord.Unreadable(pieces.Position, "A document type definition is not read, nor is what follows it.");
                yield break;
            }

            var begins = pieces.Kind == XmlPieceKind.Start && (open is null
                ? shape.IsRecord(pieces.LocalName) || shape.IsUnknownRecord(pieces.LocalName, envelope.Innermost)
                : shape.IsRecord(pieces.LocalName) && !open.Contains(pieces));
            if (begins)
            {
                if (open is not null)
                {
                    yield return open.Cut(pieces.Position);
                }

                envelope.HasRecord = true;
                open = new OpenXmlRecord(pieces);
            }
            else if (open is not null)
            {
                open.Add(pieces);
            }
            else if (envelope.Take(pieces) is { } problem)
            {
                yield return problem;
            }

            if (open?.IsComplete == true)
            {
                yield return open.Parse(shape);
                open = null;
            }
        }

        if (open is not null)
        {
            yield return open.Cut("the end of the file");
        }

        if (envelope.End(pieces.Position, isCut: open is not null) is { } end)
        {
            yield return end;
        }
    }
}
