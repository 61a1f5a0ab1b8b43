using System.Text;
using System.Xml;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>
/// Reads one record. Prefixes need no declaration, since a record stands apart from the root that declares them. What the platform's reader finds wrong is
/// reported by its position alone: its own message would quote the text, which may be personal data.
/// </summary>
internal static class XmlItemReader
{
    /// <summary>Elements in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>Attributes of an element that is read.</summary>
    public const int MaxAttributes = 256;

    /// <summary>Elements of a record that are read, or of which the name is.</summary>
    public const int MaxItems = 400_000;

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
        try
        {
            return Read(reader, shape, position, At);
        }
        catch (XmlException broken)
        {
            return XmlRecord.Unreadable(position, $"It is not well-formed XML at {At(broken.LineNumber, broken.LinePosition)}.");
        }

        string At(int innerLine, int innerColumn) =>
            FormattableString.Invariant($"line {line + Math.Max(innerLine, 1) - 1}, column {Math.Max(innerColumn, 1) + (innerLine <= 1 ? column - 1 : 0)}");
    }

    private static XmlRecord Read(XmlTextReader reader, XmlShape shape, string position, Func<int, int, string> at)
    {
        var open = new Stack<(XmlItem Item, StringBuilder Text)>();
        XmlItem? root = null;
        var items = 0;
        var unread = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= MaxDepth)
                    {
                        return XmlRecord.Unreadable(position, FormattableString.Invariant(
                            $"Elements are in each other more than {MaxDepth} times at {at(reader.LineNumber, reader.LinePosition - 1)}."));
                    }

                    if (unread > 0)
                    {
                        unread += reader.IsEmptyElement ? 0 : 1;
                        break;
                    }

                    if (++items > MaxItems)
                    {
                        return XmlRecord.TooLarge(position, FormattableString.Invariant($"It has more than {MaxItems} elements."));
                    }

                    var item = new XmlItem(XmlName.Local(reader.Name), at(reader.LineNumber, reader.LinePosition - 1));
                    if (open.TryPeek(out var parent))
                    {
                        parent.Item.Add(item);
                    }

                    root ??= item;
                    var isEmpty = reader.IsEmptyElement;
                    if (!shape.IsRead(item.Name))
                    {
                        unread = isEmpty ? 0 : 1;
                        break;
                    }

                    if (reader.AttributeCount > MaxAttributes)
                    {
                        return XmlRecord.Unreadable(position, FormattableString.Invariant(
                            $"An element has more than {MaxAttributes} attributes at {item.Position}."));
                    }

                    while (reader.MoveToNextAttribute())
                    {
                        if (!XmlName.IsOfNamespace(reader.Name))
                        {
                            item.AddAttribute(reader.Name, reader.Value);
                        }
                    }

                    if (!isEmpty)
                    {
                        open.Push((item, new StringBuilder()));
                    }

                    break;
                case XmlNodeType.EndElement when unread > 0:
                    unread--;
                    break;
                case XmlNodeType.EndElement:
                    var (ended, text) = open.Pop();
                    ended.Text = text.ToString().Trim();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when unread == 0 && open.TryPeek(out var within):
                    within.Text.Append(reader.Value);
                    break;
                case XmlNodeType.EntityReference when unread == 0:
                    return XmlRecord.Unreadable(position, $"An entity is not known at {at(reader.LineNumber, reader.LinePosition - 1)}.");
            }
        }

        return root is null ? XmlRecord.Unreadable(position, "It has no element.") : new XmlRecord(position, root, null);
    }
}
