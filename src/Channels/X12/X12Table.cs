using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12;

/// <summary>
/// What the tables of the messages have in common: a transaction set becomes a document. A table says what its segments mean, and nothing of how they are
/// written.
/// </summary>
/// <param name="message">From ST to SE.</param>
/// <param name="options">What is configured for the sender, by name.</param>
internal sealed class X12Table(X12Message message, IReadOnlyDictionary<string, string> options)
{
    private readonly DocumentLines lines = new();
    private DocumentFault? fault;
    private DocumentFunction function;
    private bool isNotice;

    public IReadOnlyList<X12Segment> Segments { get; } = [.. message.Segments.Where(segment => segment.Problem is null)];

    /// <summary>The first segment of this name; null where there is none.</summary>
    public X12Segment? First(string id) => Segments.FirstOrDefault(segment => segment.Id == id);

    public bool IsOn(string option) => Option(option) == "true";

    /// <summary>Empty for one that is not configured.</summary>
    public string Option(string name) => options.GetValueOrDefault(name, "");

    /// <summary>Element of the first segment of this name; empty where there is none.</summary>
    public string this[string id, int element] => First(id)?[element] ?? "";

    /// <summary>The segments before the first line, and each line with the segments behind it up to the next.</summary>
    public (IReadOnlyList<X12Segment> Header, IReadOnlyList<IReadOnlyList<X12Segment>> Loops) Loops(string line, params string[] trailer)
    {
        List<X12Segment> header = [];
        List<IReadOnlyList<X12Segment>> loops = [];
        var current = header;
        foreach (var segment in Segments)
        {
            if (segment.Id == line)
            {
                current = [];
                loops.Add(current);
            }
            else if (trailer.Contains(segment.Id))
            {
                break;
            }

            current.Add(segment);
        }

        return (header, loops);
    }

    /// <summary>The place that the first of these N1 names, in the order of the qualifiers.</summary>
    public static PlaceName? Place(IReadOnlyList<X12Segment> segments, params string[] qualifiers) => qualifiers
        .Select(qualifier => X12Values.Place(segments.FirstOrDefault(segment => segment.Id == "N1" && segment[1] == qualifier)))
        .FirstOrDefault(place => place is not null);

    /// <summary>The segment of this name with this qualifier in its first element; the qualifiers in their order.</summary>
    public static X12Segment? Qualified(IReadOnlyList<X12Segment> segments, string id, params string[] qualifiers) => qualifiers
        .Select(qualifier => segments.FirstOrDefault(segment => segment.Id == id && segment[1] == qualifier)).FirstOrDefault(segment => segment is not null);

    /// <summary>
    /// A key for each line: what the sender numbers them with where it numbers all of them differently, otherwise their place among the lines.
    /// </summary>
    public static IReadOnlyList<string> Keys(IReadOnlyList<string> numbers) =>
        numbers.All(number => number.Length > 0) && numbers.Distinct(StringComparer.Ordinal).Count() == numbers.Count ? numbers
        : [.. numbers.Select((_, index) => FormattableString.Invariant($"{index + 1}"))];

    /// <summary>The key of one of an item's figures; where the item states the same figure again, with where it stands in the item.</summary>
    /// <param name="seen">The keys of the message so far.</param>
    /// <param name="offset">Of its segment, from the item's first.</param>
    public static string FigureKey(HashSet<string> seen, string key, long offset, int element)
    {
        key = key.TrimEnd(':');
        return seen.Add(key) ? key : FormattableString.Invariant($"{key}:{offset}:{element}");
    }

    /// <summary>Where a segment stands, for a person.</summary>
    public static string PositionOf(X12Segment segment) => FormattableString.Invariant($"segment {segment.Position}");

    /// <summary>What a quantity comes to: a bad line where it is none, or not in the bounds.</summary>
    /// <param name="segment">The line of the message that has it.</param>
    /// <param name="element">Its number, from 1.</param>
    /// <param name="outcome">Of a quantity above 0.</param>
    /// <param name="ofZero">Of 0: that nothing happened.</param>
    public static LineOutcome Above0(X12Segment segment, int element, Func<decimal, LineOutcome> outcome, string ofZero) =>
        X12Values.Quantity(segment[element]) switch
        {
            > 0 and var quantity => outcome(quantity),
            0 => new NoStock(ofZero),
            _ => NoQuantity(segment, element, "0 or more"),
        };

    public static Rejected NoQuantity(X12Segment segment, int element, string wanted) => new(
        "invalid-quantity", FormattableString.Invariant($"{segment.Id}-{element:00} '{segment[element]}' is not {wanted}, with up to 4 fraction digits."));

    /// <summary>A stock figure of the sender: 0 or more.</summary>
    public static LineOutcome Level(X12Segment segment, int element, string? status = null) =>
        X12Values.Quantity(segment[element]) is { } quantity and >= 0 ? new Level(quantity, status) : NoQuantity(segment, element, "0 or more");

    public void Add(DocumentLine line) => lines.Add(line);

    /// <summary>Adds lines of what is expected; those of one article add up.</summary>
    public void AddUp(IReadOnlyList<DocumentLine> expected)
    {
        foreach (var line in ExpectedLines.AddUp(expected))
        {
            lines.Add(line);
        }
    }

    /// <summary>A purpose (element 353); empty is an original.</summary>
    /// <param name="name">Of the element, such as BIA01.</param>
    /// <param name="code">A code of element 353, or empty.</param>
    public void Purpose(string name, string code)
    {
        isNotice = code == "14";
        DocumentFunction? found = code switch
        {
            "" or "00" or "06" or "07" or "14" or "49" => DocumentFunction.Original,
            "01" => DocumentFunction.Cancel,
            "02" or "04" => DocumentFunction.Change,
            "05" => DocumentFunction.Replace,
            "16" or "22" or "24" or "77" => DocumentFunction.Copy,
            _ => null,
        };
        function = found ?? DocumentFunction.Original;
        fault ??= found is null
            ? new DocumentFault("unknown-reason", $"{name} is '{code}', a purpose of which it is not known what becomes of the document.") : null;
    }

    /// <summary>The document states all lines as they now are.</summary>
    public void Replaces() => function = DocumentFunction.Replace;

    /// <summary>The document is for information.</summary>
    public void IsCopy() => function = DocumentFunction.Copy;

    /// <summary>Compares a control total; an empty one states nothing.</summary>
    /// <param name="name">Of the element, such as CTT01.</param>
    /// <param name="stated">The total that the sender states, or empty.</param>
    /// <param name="what">What it counts, for a person.</param>
    /// <param name="found">What was counted; several where partners count in several ways.</param>
    public void Total(string name, string stated, string what, params decimal[] found)
    {
        if (stated.Length > 0 && !(X12Values.Quantity(stated) is { } total && found.Contains(total)))
        {
            fault ??= DocumentFault.ControlTotal(FormattableString.Invariant($"{name} is '{stated}', and the document has {found[0]} {what}."));
        }
    }

    /// <summary>The document, with a bad line for each segment that cannot be read.</summary>
    /// <param name="number">The sender's number of it.</param>
    /// <param name="senderUnit">Within which numbers are unique.</param>
    /// <param name="areFacts">Its lines have happened: an advance notice of it is none.</param>
    public SourceDocument Document(string? number, string? senderUnit = null, bool areFacts = true)
    {
        foreach (var segment in message.Segments.Where(segment => segment.Problem is not null))
        {
            lines.Add(new DocumentLine
            {
                Key = FormattableString.Invariant($"segment {segment.Position - message.Position + 1}"),
                Position = PositionOf(segment),
                Outcome = new Rejected(DocumentFault.UnreadableSegment, segment.Problem!),
            });
        }

        return new SourceDocument(message.Set, string.IsNullOrEmpty(number) ? null : number)
        {
            Sender = X12Documents.SenderOf(message),
            SenderUnit = senderUnit,
            Function = isNotice && areFacts ? DocumentFunction.Copy : function,
            Fault = message.Fault ?? lines.Fault ?? fault ?? TestData(),
            Position = FormattableString.Invariant($"segment {message.Position}"),
            Lines = lines.Lines,
        };
    }

    private DocumentFault? TestData() => message.Interchange is { IsTest: true } && !IsOn(X12Options.AcceptTestData)
        ? new DocumentFault("test-data", $"ISA15 is T: it is test data. The option {X12Options.AcceptTestData} of the source takes it for facts.") : null;
}
