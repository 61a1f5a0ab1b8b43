using System.Text;
using System.Xml;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>
/// Reads one record. Prefixes need no declaration, since a record stands apart from the root that declares them. What the platform's reader finds wrong is
/// reported by its position alone: its own message would quote the text, which may be personal data.
/// </summary>
internal sealed class XmlItemReader
{
    /// <summary>Elements in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>Attributes of an element that is read.</summary>
    public const int MaxAttributes = 256;

    /// <summary>Elements of a record that are read, or of which the name is.</summary>
    public const int MaxItems = 400_000;

    private readonly XmlTextReader _reader;
    private readonly XmlShape _shape;
    private readonly string _position;
    private readonly long _line;
    private readonly long _column;
    private readonly Stack<(XmlItem Item, StringBuilder Text)> _open = new();
    private XmlItem? _root;
    private int _items;

    /// <summary>How many elements are open from the one on of which only the name is read.</summary>
    private int _unread;

    private XmlItemReader(XmlTextReader reader, XmlShape shape, string position, long line, long column) =>
        (_reader, _shape, _position, _line, _column) = (reader, shape, position, line, column);

    public static XmlRecord Read(string text, XmlShape shape, string position, long line, long column)
    {
        using var reader = new XmlTextReader(new StringReader(text))
        {
            Namespaces = false,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            Normalization = true,
            WhitespaceHandling = WhitespaceHandling.None,
        };
        return new XmlItemReader(reader, shape, position, line, column).Read();
    }

    private XmlRecord Read()
    {
        try
        {
            while (_reader.Read())
            {
                if (ReadNode() is { } refused)
                {
                    return refused;
                }
            }
        }
        catch (XmlException broken)
        {
            return XmlRecord.Unreadable(_position, $"It is not well-formed XML at {At(broken.LineNumber, broken.LinePosition)}.");
        }

        return _root is null ? XmlRecord.Unreadable(_position, "It has no element.") : new XmlRecord(_position, _root, null);
    }

    /// <returns>Why the record cannot be read; null while it can.</returns>
    private XmlRecord? ReadNode()
    {
        switch (_reader.NodeType)
        {
            case XmlNodeType.Element:
                return Begin();
            case XmlNodeType.EndElement when _unread > 0:
                _unread--;
                return null;
            case XmlNodeType.EndElement:
                var (ended, text) = _open.Pop();
                ended.Text = text.ToString().Trim();
                return null;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when _unread == 0 && _open.TryPeek(out var within):
                within.Text.Append(_reader.Value);
                return null;
            case XmlNodeType.EntityReference when _unread == 0:
                return XmlRecord.Unreadable(_position, $"An entity is not known at {Here()}.");
            default:
                return null;
        }
    }

    private XmlRecord? Begin()
    {
        var isEmpty = _reader.IsEmptyElement;
        if (_reader.Depth >= MaxDepth)
        {
            return XmlRecord.Unreadable(_position, FormattableString.Invariant($"Elements are in each other more than {MaxDepth} times at {Here()}."));
        }

        if (_unread > 0)
        {
            _unread += isEmpty ? 0 : 1;
            return null;
        }

        if (++_items > MaxItems)
        {
            return XmlRecord.TooLarge(_position, FormattableString.Invariant($"It has more than {MaxItems} elements."));
        }

        var item = new XmlItem(XmlName.Local(_reader.Name), Here());
        if (_open.TryPeek(out var parent))
        {
            parent.Item.Add(item);
        }

        _root ??= item;
        if (!_shape.IsRead(item.Name))
        {
            _unread = isEmpty ? 0 : 1;
            return null;
        }

        if (_reader.AttributeCount > MaxAttributes)
        {
            return XmlRecord.Unreadable(_position, FormattableString.Invariant($"An element has more than {MaxAttributes} attributes at {item.Position}."));
        }

        while (_reader.MoveToNextAttribute())
        {
            if (!XmlName.IsOfNamespace(_reader.Name))
            {
                item.AddAttribute(_reader.Name, _reader.Value);
            }
        }

        if (!isEmpty)
        {
            _open.Push((item, new StringBuilder()));
        }

        return null;
    }

    /// <summary>The position of the node's <c>&lt;</c> or <c>&amp;</c>.</summary>
    private string Here() => At(_reader.LineNumber, _reader.LinePosition - 1);

    /// <summary>A position in the record as one in the file.</summary>
    private string At(int line, int column) =>
        FormattableString.Invariant($"line {_line + Math.Max(line, 1) - 1}, column {Math.Max(column, 1) + (line <= 1 ? _column - 1 : 0)}");
}
