namespace RetailSync.Channels.Documents.Xml;

/// <summary>An element of a record, as far as its <see cref="XmlShape"/> says that it is read.</summary>
public sealed class XmlItem
{
    private readonly List<XmlItem> children = [];
    private Dictionary<string, string>? attributes;

    internal XmlItem(string name, string position)
    {
        Name = name;
        Position = position;
    }

    /// <summary>Without its prefix.</summary>
    public string Name { get; }

    /// <summary>Where it begins in the file, for a person: <c>line 3, column 14</c>.</summary>
    public string Position { get; }

    /// <summary>Its own text without that of its children, trimmed; empty where there is none.</summary>
    public string Text { get; internal set; } = "";

    public IReadOnlyList<XmlItem> Children => children;

    /// <summary>The text of an attribute by its local name, trimmed; null where it is absent or empty. Without a prefix wins over with one.</summary>
    public string? this[string attribute] => attributes?.GetValueOrDefault(attribute);

    /// <summary>Whether an attribute says yes, in one of the ways in which XML writes it.</summary>
    public bool Is(string attribute) => this[attribute] is "true" or "1";

    /// <summary>The first child of a name; null when there is none.</summary>
    public XmlItem? Child(string name) => children.Find(child => child.Name == name);

    public IEnumerable<XmlItem> All(string name) => children.Where(child => child.Name == name);

    /// <summary>The text of the first child of a name that has any; null when there is none.</summary>
    public string? TextOf(string name) => children.Find(child => child.Name == name && child.Text.Length > 0)?.Text;

    internal void Add(XmlItem child) => children.Add(child);

    internal void AddAttribute(string qualifiedName, string value)
    {
        if (value.Trim() is not { Length: > 0 } text)
        {
            return;
        }

        attributes ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (XmlName.Local(qualifiedName) is var local && local.Length == qualifiedName.Length)
        {
            attributes[local] = text;
        }
        else
        {
            attributes.TryAdd(local, text);
        }
    }
}

internal static class XmlName
{
    public static string Local(string qualified) => qualified[(qualified.LastIndexOf(':') + 1)..];

    /// <summary>Whether an attribute declares a namespace: its local name would be a prefix, and is no name of the format.</summary>
    public static bool IsOfNamespace(string qualified) => qualified == "xmlns" || qualified.StartsWith("xmlns:", StringComparison.Ordinal);
}
