using System.Collections.Frozen;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>
/// Which elements of a format are read. All names are local: namespaces and prefixes vary by vendor and are not compared.
/// </summary>
/// <param name="roots">A file that has one of these, and no record, is empty; one that has neither is of another format.</param>
/// <param name="records">Read one after the other, wherever they stand. None is in another of its name.</param>
/// <param name="list">In this element every other one is a record as well, so that one that nobody knows is not passed over; null for no such element.</param>
/// <param name="brackets">Which are none, though they stand in <paramref name="list"/>: there may be records in them.</param>
/// <param name="isRead">
/// Of which attributes, text and children are read, beside the records. Of all others only the name is: what they hold, personal data among it, is passed over.
/// </param>
public sealed class XmlShape(
    IEnumerable<string> roots, IEnumerable<string> records, Func<string, bool> isRead, string? list = null, params IReadOnlyCollection<string> brackets)
{
    private readonly FrozenSet<string> roots = roots.ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> records = records.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="roots">A file that has one of these, and no record, is empty; one that has neither is of another format.</param>
    /// <param name="records">Read one after the other, wherever they stand.</param>
    /// <param name="contents">The names that are read, beside the records.</param>
    public XmlShape(IEnumerable<string> roots, IEnumerable<string> records, IEnumerable<string> contents)
        : this(roots, records, contents.ToFrozenSet(StringComparer.Ordinal).Contains)
    {
    }

    internal string RecordNames => string.Join(", ", records.Order(StringComparer.Ordinal));

    internal bool IsRoot(string name) => roots.Contains(name);

    internal bool IsRecord(string name) => records.Contains(name);

    /// <param name="parent">The element around it; null for a root.</param>
    internal bool IsUnknownRecord(string name, string? parent) => list is not null && parent == list && !brackets.Contains(name);

    internal bool IsRead(string name) => records.Contains(name) || isRead(name);
}
