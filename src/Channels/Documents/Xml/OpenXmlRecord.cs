using System.Text;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>Collects the text of a record until it ends.</summary>
internal sealed class OpenXmlRecord
{
    private readonly StringBuilder text = new();
    private readonly string name;
    private readonly long line;
    private readonly long column;
    private string? tooLarge;

    public OpenXmlRecord(XmlPieceReader first)
    {
        name = first.QualifiedName.ToString();
        (line, column, Position) = (first.Line, first.Column, first.Position);
        Append(first, first.IsEmpty);
    }

    public string Position { get; }

    public bool IsComplete { get; private set; }

    /// <summary>Whether it is within this one: an element that only shares the local name of a record, with another prefix.</summary>
    public bool Contains(XmlPieceReader start) => !start.QualifiedName.SequenceEqual(name);

    public void Add(XmlPieceReader piece) => Append(piece, piece.Kind == XmlPieceKind.End && piece.QualifiedName.SequenceEqual(name));

    public XmlRecord Cut(string before) => XmlRecord.Unreadable(Position, $"It was cut: its end tag is missing before {before}.");

    public XmlRecord Parse(XmlShape shape) =>
        tooLarge is null ? XmlItemReader.Read(text.ToString(), shape, Position, line, column) : XmlRecord.TooLarge(Position, tooLarge);

    private void Append(XmlPieceReader piece, bool isLast)
    {
        IsComplete = isLast;
        if (piece.IsTooLong)
        {
            Refuse(FormattableString.Invariant($"An element at {piece.Position} has more than {XmlPieceReader.MaxPiece} characters."));
        }
        else if (text.Length + piece.Text.Length > XmlRecords.MaxRecord)
        {
            Refuse(FormattableString.Invariant($"It has more than {XmlRecords.MaxRecord} characters."));
        }
        else if (tooLarge is null)
        {
            text.Append(isLast && piece.EndOfTag() is >= 0 and var end ? piece.Text[..(end + 1)] : piece.Text);
        }
    }

    private void Refuse(string detail)
    {
        tooLarge ??= detail;
        text.Clear();
    }
}
