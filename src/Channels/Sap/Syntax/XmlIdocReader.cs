using System.Runtime.CompilerServices;
using System.Xml;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Sap.Syntax;

/// <summary>
/// Reads IDocs in XML, one after another: <c>IDOC</c> elements in whatever is around them, or an EDI_DC40 with its segments. What has elements in it, the
/// attribute SEGMENT or the name of a segment is one, everything else a field. No bytes make it throw, and it holds one IDoc in memory.
/// </summary>
internal static class XmlIdocReader
{
    private const string IdocElement = "IDOC";

    public static async IAsyncEnumerable<IdocPart> Read(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var xml = new ForwardXml(content);
        OpenIdoc? open = null;
        var found = false;
        var position = "line 1";
        while (await xml.Read(cancellation))
        {
            position = xml.Position;
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    var name = xml.Name.ToUpperInvariant();
                    var isControl = name == IdocLayouts.Control;
                    if (name == IdocElement || (isControl && open is null or { HasControl: true }))
                    {
                        if (open is not null)
                        {
                            yield return open.End(null);
                        }

                        found = true;
                        open = new OpenIdoc(position, isControl ? xml.Depth - 1 : xml.Depth);
                    }

                    if (open is not null && name != IdocElement)
                    {
                        open.Begin(name, position, isControl || name.StartsWith("E1", StringComparison.Ordinal) || xml.Attribute("SEGMENT") is not null);
                    }

                    if (!xml.IsEmptyElement)
                    {
                        break;
                    }

                    goto case XmlNodeType.EndElement;
                case XmlNodeType.EndElement:
                    if (open is not null && xml.Depth <= open.Depth)
                    {
                        yield return open.End(null);
                        open = null;
                    }

                    open?.EndElement();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    open?.Text(await xml.Text());
                    break;
            }
        }

        if (open is not null)
        {
            yield return open.End(xml.Problem is { } problem
                ? new DocumentFault(DocumentFault.UnreadableSegment, problem) : DocumentFault.ControlTotal("The file ends before the IDoc does: it was cut."));
        }
        else if (xml.Problem is not null || !found)
        {
            yield return new IdocProblem(position, xml.Problem ?? "It has no IDOC element and no EDI_DC40.");
        }
    }

    private sealed class OpenIdoc(string position, int depth)
    {
        private static readonly Dictionary<string, string> NoFields = [];

        private readonly List<IdocSegment> segments = [];
        private readonly Stack<Node> nodes = new();
        private IdocSegment? control;
        private bool isTooLarge;
        private long bytes;

        public int Depth => depth;

        public bool HasControl => control is not null || nodes.Any(node => node.Name == IdocLayouts.Control);

        public void Begin(string name, string at, bool isSegment)
        {
            if (nodes.TryPeek(out var parent))
            {
                MakeSegment(parent);
            }

            var node = new Node(name, at);
            nodes.Push(node);
            if (isSegment || parent is null)
            {
                MakeSegment(node);
            }
        }

        public void Text(string text)
        {
            bytes += 2 * text.Length;
            if (nodes.TryPeek(out var node))
            {
                node.Text += text.Length + node.Text.Length <= ForwardXml.MaxText ? text : "";
            }
        }

        public void EndElement()
        {
            if (nodes.TryPop(out var node) && node.Fields is null && nodes.TryPeek(out var parent))
            {
                parent.Fields!.TryAdd(node.Name, node.Text.Trim());
                Count(node.Name);
            }
        }

        public Idoc End(DocumentFault? fault) => new(position, control ?? new IdocSegment(IdocLayouts.Control, position, NoFields), isTooLarge ? [] : segments,
            fault ?? (isTooLarge ? Idoc.TooLarge() : null));

        /// <summary>It is put in its place before its fields and children are read.</summary>
        private void MakeSegment(Node node)
        {
            if (node.Fields is not null)
            {
                return;
            }

            node.Fields = [];
            Count(node.Name);
            var segment = new IdocSegment(node.Name, node.Position, node.Fields);
            if (node.Name == IdocLayouts.Control)
            {
                control ??= segment;
            }
            else if (!isTooLarge)
            {
                segments.Add(segment);
            }
        }

        private void Count(string name)
        {
            bytes += (2 * name.Length) + 64;
            if (bytes > Idoc.MaxBytes)
            {
                isTooLarge = true;
                segments.Clear();
            }
        }

        private sealed class Node(string name, string position)
        {
            public string Name => name;

            public string Position => position;

            public string Text { get; set; } = "";

            /// <summary>Of a segment; null of a field.</summary>
            public Dictionary<string, string>? Fields { get; set; }
        }
    }
}
