using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// What the tables of the messages have in common: a message becomes a document. A table says what its segments mean, and nothing of how they are
/// written.
/// </summary>
/// <param name="message">From UNH to UNT.</param>
/// <param name="isOn">Whether an option of the sender is on.</param>
internal sealed class EdifactTable(EdifactMessage message, Func<string, bool> isOn)
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDatePattern ShortDay = LocalDatePattern.CreateWithInvariantCulture("yyMMdd").WithTwoDigitYearMax(69);
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMddHHmm");
    private static readonly LocalDateTimePattern Second = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMddHHmmss");

    private readonly DocumentLines lines = new();
    private DocumentFault? fault;
    private DocumentFunction function;

    public IReadOnlyList<EdifactSegment> Segments { get; } = [.. message.Segments.Where(segment => segment.Problem is null)];

    /// <summary>BGM 1001: the kind of the message.</summary>
    public string Kind => First(Segments, "BGM")?[1] ?? "";

    /// <summary>BGM 1004: the sender's number of it.</summary>
    public string Number => First(Segments, "BGM")?[2] ?? "";

    /// <summary>Whether BGM 1225 cancels an earlier message.</summary>
    public bool IsCancellation => First(Segments, "BGM")?[3] == "1";

    public static EdifactSegment? First(IReadOnlyList<EdifactSegment> segments, string tag) => segments.FirstOrDefault(segment => segment.Tag == tag);

    /// <summary>The segment of this tag with this qualifier in its first component; the qualifiers in their order.</summary>
    public static EdifactSegment? Qualified(IReadOnlyList<EdifactSegment> segments, string tag, params string[] qualifiers) => qualifiers
        .Select(qualifier => segments.FirstOrDefault(segment => segment.Tag == tag && segment[1] == qualifier)).FirstOrDefault(found => found is not null);

    /// <summary>The segments before the first LIN, and each LIN with those behind it up to the next.</summary>
    public (IReadOnlyList<EdifactSegment> Header, IReadOnlyList<IReadOnlyList<EdifactSegment>> Loops) Loops()
    {
        List<EdifactSegment> header = [];
        List<IReadOnlyList<EdifactSegment>> loops = [];
        var current = header;
        foreach (var segment in Segments.TakeWhile(segment => segment.Tag is not ("UNS" or "CNT" or "UNT")))
        {
            if (segment.Tag == "LIN")
            {
                current = [];
                loops.Add(current);
            }

            current.Add(segment);
        }

        return (header, loops);
    }

    /// <summary>The code of the first of these parties; names and addresses are never read.</summary>
    public static PlaceName? Party(IReadOnlyList<EdifactSegment> segments, params string[] qualifiers) =>
        qualifiers.Select(qualifier => Qualified(segments, "NAD", qualifier)?[2]).FirstOrDefault(code => !string.IsNullOrEmpty(code)) is { } code
            ? new PlaceName(code) : null;

    /// <summary>The reference with the first of these qualifiers; empty where there is none.</summary>
    public static string Reference(IReadOnlyList<EdifactSegment> segments, params string[] qualifiers) => qualifiers
        .Select(qualifier => segments.FirstOrDefault(segment => segment.Tag == "RFF" && segment[1] == qualifier)?[1, 1])
        .FirstOrDefault(number => number?.Length > 0) ?? "";

    /// <summary>LIN 7140, else PIA 5 (what replaces it), else PIA 1 (what is said beside it): the buyer's number before others.</summary>
    public static IReadOnlyList<ArticleNumber> Articles(IReadOnlyList<EdifactSegment> line)
    {
        List<ArticleNumber> numbers = [];
        Add(line[0], 3);
        foreach (var function in new[] { "5", "1" })
        {
            foreach (var segment in line.Where(segment => segment.Tag == "PIA" && segment[1] == function))
            {
                foreach (var element in Enumerable.Range(2, 5).OrderBy(element => segment[element, 1] == "IN" ? 0 : 1))
                {
                    Add(segment, element);
                }
            }
        }

        return numbers;

        void Add(EdifactSegment segment, int element)
        {
            if (segment[element] is { Length: > 0 } number && segment[element, 1] is not ("NB" or "BB" or "SN" or "GB" or "CG"))
            {
                numbers.Add(new ArticleNumber(segment[element, 1], number, segment[element, 1] is "EN" or "SRV" or "UP"));
            }
        }
    }

    /// <summary>QTY 6060; null for what is no exact quantity.</summary>
    public static decimal? Quantity(EdifactSegment quantity) =>
        decimal.TryParse(quantity.Number(1, 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && Inventory.Domain.Quantity.Canonical(number) is var exact && Inventory.Domain.Quantity.IsExact(exact) ? exact : null;

    /// <summary>The sum over the lines of the first of these quantities that each has.</summary>
    public static decimal Sum(IReadOnlyList<IReadOnlyList<EdifactSegment>> loops, params string[] qualifiers) =>
        loops.Sum(loop => Qualified(loop, "QTY", qualifiers) is { } quantity ? Quantity(quantity) ?? 0 : 0);

    /// <summary>QTY 6411; null where it is missing: pieces.</summary>
    public static string? Unit(EdifactSegment? quantity) => quantity?[1, 2] is { Length: > 0 } unit ? unit : null;

    public static Rejected NoQuantity(EdifactSegment quantity, string wanted) =>
        new("invalid-quantity", $"QTY {quantity[1]} '{quantity[1, 1]}' is not {wanted}, with up to 4 fraction digits.");

    /// <summary>What a quantity comes to: a bad line where it is none, or below 0.</summary>
    public static LineOutcome Above0(EdifactSegment? quantity, Func<decimal, LineOutcome> outcome, string ofZero) =>
        quantity is null ? new NoStock("no quantity") : Quantity(quantity) switch
        {
            > 0 and var number => outcome(number),
            0 => new NoStock(ofZero),
            _ => NoQuantity(quantity, "0 or more"),
        };

    /// <summary>The time of the first of these qualifiers that is there; null where none can be read.</summary>
    public static DocumentTime? Time(IReadOnlyList<EdifactSegment> segments, bool atEnd, params string[] qualifiers) => qualifiers
        .Select(qualifier => Qualified(segments, "DTM", qualifier)).Where(segment => segment is not null).Select(segment => Time(segment!, atEnd))
        .FirstOrDefault(time => time is not null);

    /// <summary>The day of the first of these qualifiers that is there.</summary>
    public static LocalDate? DayOf(IReadOnlyList<EdifactSegment> segments, params string[] qualifiers) => Time(segments, true, qualifiers) switch
    {
        WholeDay day => day.On,
        TimeWithoutZone local => local.At.Date,
        _ => null,
    };

    public static string PositionOf(EdifactSegment segment) => FormattableString.Invariant($"segment {segment.Position}");

    /// <summary>
    /// A key for each line: its LIN 1082 where all lines have different ones, otherwise its place among the lines.
    /// </summary>
    public static IReadOnlyList<string> Keys(IReadOnlyList<IReadOnlyList<EdifactSegment>> loops) =>
        loops.All(loop => loop[0][1].Length > 0) && loops.DistinctBy(loop => loop[0][1]).Count() == loops.Count ? [.. loops.Select(loop => loop[0][1])]
        : [.. loops.Select((_, index) => FormattableString.Invariant($"{index + 1}"))];

    public void Add(DocumentLine line) => lines.Add(line);

    /// <summary>Adds lines of what is expected; those of one article add up, and a key that an earlier line has gets its place behind it.</summary>
    public void AddUp(IEnumerable<DocumentLine> expected)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, line) in ExpectedLines.AddUp([.. expected]).Index())
        {
            lines.Add(keys.Add(line.Key) ? line : line with { Key = FormattableString.Invariant($"{line.Key}:{index + 1}") });
        }
    }

    /// <summary>What BGM 1225 does to an earlier message; empty is an original.</summary>
    /// <param name="cancelsByZero">A cancellation states its lines with 0.</param>
    public void Purpose(bool cancelsByZero = false)
    {
        var code = First(Segments, "BGM")?[3] ?? "";
        DocumentFunction? found = code switch
        {
            "" or "9" or "7" => DocumentFunction.Original,
            "1" => cancelsByZero ? DocumentFunction.Replace : DocumentFunction.Cancel,
            "4" => DocumentFunction.Change,
            "5" => DocumentFunction.Replace,
            "31" => DocumentFunction.Copy,
            _ => null,
        };
        function = found ?? DocumentFunction.Original;
        fault ??= found is null ? new DocumentFault("unknown-reason", $"BGM 1225 is '{code}', which is no function of a message that is known here.") : null;
    }

    /// <summary>The message is of a kind (BGM 1001) of which it is not known what it says of stock.</summary>
    public void IsOfUnknownKind() => fault ??= new DocumentFault("unknown-reason", $"BGM 1001 is '{Kind}', a kind of {message.Type} that is not known here.");

    /// <summary>CNT 2 (lines) and CNT 1 (sum of quantities), where they are stated.</summary>
    public void Totals(int lineCount, decimal sum)
    {
        foreach (var (qualifier, found, what) in new[] { ("2", lineCount, "lines (LIN)"), ("1", sum, "in QTY") })
        {
            if (Qualified(Segments, "CNT", qualifier) is { } total && Quantity(total) != found)
            {
                fault ??= DocumentFault.ControlTotal(FormattableString.Invariant($"CNT {qualifier} is '{total[1, 1]}', and the message has {found} {what}."));
            }
        }
    }

    /// <summary>The document, with a bad line for each segment that cannot be read.</summary>
    public SourceDocument Document()
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

        return new SourceDocument(message.Type, Number.Length > 0 ? Number : null)
        {
            Sender = message.Sender,
            Function = function,
            Fault = message.Fault ?? lines.Fault ?? fault ?? TestData(),
            Position = FormattableString.Invariant($"segment {message.Position}"),
            Lines = lines.Lines,
        };
    }

    private DocumentFault? TestData() => message.IsTest && !isOn(EdifactDocuments.AcceptTestData)
        ? new DocumentFault("test-data", $"UNB 0035 is 1: test data. The option {EdifactDocuments.AcceptTestData} of the source takes it for facts.") : null;

    private static DocumentTime? Time(EdifactSegment segment, bool atEnd)
    {
        var value = segment[1, 1];
        return value.Length switch
        {
            6 => ShortDay.Parse(value) is { Success: true } day ? new WholeDay(day.Value, atEnd) : null,
            8 => Day.Parse(value) is { Success: true } day ? new WholeDay(day.Value, atEnd) : null,
            12 => Minute.Parse(value) is { Success: true } time ? new TimeWithoutZone(time.Value) : null,
            14 => Second.Parse(value) is { Success: true } time ? new TimeWithoutZone(time.Value) : null,
            15 when value.EndsWith("UTC", StringComparison.Ordinal) =>
                Minute.Parse(value[..12]) is { Success: true } time ? ExactTime.Of(time.Value.WithOffset(Offset.Zero)) : null,
            _ => null,
        };
    }
}
