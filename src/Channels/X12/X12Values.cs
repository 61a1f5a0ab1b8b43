using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12;

/// <summary>What elements say, in the words of documents.</summary>
internal static class X12Values
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private static readonly LocalDatePattern EightDigits = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>Before version 004010 a year has two digits: those of this century up to 69.</summary>
    private static readonly LocalDatePattern SixDigits = LocalDatePattern.CreateWithInvariantCulture("yyMMdd").WithTwoDigitYearMax(69);

    /// <summary>
    /// Product qualifiers (element 235) that name an article, the receiver's own before the sender's, numbers of single articles before those of packs. GTINs
    /// are marked. Others (lots, colours, engineering changes) name none.
    /// </summary>
    private static readonly (string Qualifier, bool IsGtin)[] ArticleQualifiers =
    [
        ("SK", false), ("IN", false), ("BP", false), ("CB", false), ("PI", false), ("IT", false), ("VN", false), ("VP", false), ("VC", false), ("VA", false),
        ("MG", false), ("MN", false), ("PN", false), ("SW", false), ("ST", false), ("N4", false), ("ND", false), ("UP", true), ("EN", true), ("EO", true),
        ("UI", true), ("UE", true), ("UA", true), ("UD", true), ("UN", true), ("UK", true), ("ZZ", false),
    ];

    /// <summary>
    /// Units (element 355) that UN/ECE writes in another way. Packs (CA, CS, CT, BX, PK, DZ) stay as they are: what is in one depends on the
    /// article.
    /// </summary>
    private static readonly Dictionary<string, string> Units = new()
    {
        ["EA"] = "C62",
        ["PC"] = "C62",
        ["UN"] = "C62",
        ["LB"] = "LBR",
        ["KG"] = "KGM",
        ["GR"] = "GRM",
        ["OZ"] = "ONZ",
        ["TN"] = "STN",
        ["FT"] = "FOT",
        ["IN"] = "INH",
        ["YD"] = "YRD",
        ["MR"] = "MTR",
        ["CM"] = "CMT",
        ["LT"] = "LTR",
        ["ML"] = "MLT",
        ["GA"] = "GLL",
        ["QT"] = "QTL",
        ["PT"] = "PTL",
        ["SF"] = "FTK",
        ["SM"] = "MTK",
    };

    /// <summary>Time codes (element 623) that name a zone in which clocks change.</summary>
    private static readonly Dictionary<string, string> Zones = new()
    {
        ["ET"] = "America/New_York",
        ["CT"] = "America/Chicago",
        ["MT"] = "America/Denver",
        ["PT"] = "America/Los_Angeles",
        ["AT"] = "America/Anchorage",
        ["HT"] = "Pacific/Honolulu",
        ["NT"] = "America/St_Johns",
        ["TT"] = "America/Halifax",
    };

    /// <summary>Time codes that are an offset from UTC, in minutes.</summary>
    private static readonly Dictionary<string, int> Offsets = new(
        Enumerable.Range(1, 12).Select(hours => KeyValuePair.Create(hours.ToString("00", CultureInfo.InvariantCulture), hours * 60))
            .Concat(Enumerable.Range(13, 12).Select(code => KeyValuePair.Create(code.ToString("00", CultureInfo.InvariantCulture), (code - 25) * 60))))
    {
        ["25"] = -150,
        ["26"] = -210,
        ["27"] = 330,
        ["28"] = 570,
        ["29"] = 630,
        ["GM"] = 0,
        ["UT"] = 0,
        ["ED"] = -240,
        ["ES"] = -300,
        ["CD"] = -300,
        ["CS"] = -360,
        ["MD"] = -360,
        ["MS"] = -420,
        ["PD"] = -420,
        ["PS"] = -480,
        ["AD"] = -480,
        ["AS"] = -540,
        ["HD"] = -540,
        ["HS"] = -600,
        ["ND"] = -150,
        ["NS"] = -210,
        ["TD"] = -180,
        ["TS"] = -240,
    };

    /// <summary>The article's numbers from pairs of qualifier and number.</summary>
    /// <param name="segment">The line of the message that has them.</param>
    /// <param name="pairs">The elements of the qualifiers.</param>
    /// <param name="caseCode">The U.P.C. case code, which stands without a qualifier in segments of warehouses; empty for none. It comes last: it is of a
    /// pack, and beside another number it names no article of a quantity in pieces.</param>
    /// <param name="unit">The code of the quantity's unit.</param>
    public static IReadOnlyList<ArticleNumber> Articles(X12Segment segment, IEnumerable<int> pairs, string caseCode = "", string unit = "")
    {
        var found = pairs.Select(element => (Qualifier: segment[element], Value: segment[element + 1])).Where(pair => pair.Value.Length > 0).ToList();
        List<ArticleNumber> numbers =
        [
            .. from known in ArticleQualifiers from pair in found where pair.Qualifier == known.Qualifier
               select new ArticleNumber(pair.Qualifier, pair.Value, known.IsGtin),
        ];
        if (caseCode.Length > 0 && (numbers.Count == 0 || Unit(unit) != "C62"))
        {
            numbers.Add(new ArticleNumber("UA", caseCode, IsGtin: true));
        }

        return numbers;
    }

    /// <summary>The elements of the qualifiers where pairs follow each other to the end of the segment.</summary>
    public static IEnumerable<int> Pairs(X12Segment segment, int first)
    {
        for (var element = first; element < segment.Count; element += 2)
        {
            yield return element;
        }
    }

    /// <summary>
    /// N1-04. Without one, the name where the place is one of the sender's own warehouses; names of those who are shipped to are never read: they may be
    /// persons.
    /// </summary>
    public static PlaceName? Place(X12Segment? name) =>
        name is null ? null
        : name[4] is { Length: > 0 } code ? new PlaceName(code)
        : name[1] is "WH" or "SF" or "RL" && name[2] is { Length: > 0 } own ? new PlaceName(own)
        : null;

    /// <summary>The UN/ECE code where there is one; null for an empty element.</summary>
    public static string? Unit(string code) => code.Length == 0 ? null : Units.GetValueOrDefault(code, code);

    /// <summary>What the document says of a pack: of one that is counted in packs only.</summary>
    public static PackSize? Pack(X12Segment? pack, string? unit) =>
        unit is not null && !Units.ContainsValue(unit) && pack is not null && Quantity(pack[1]) is > 0 and var outer
            ? new PackSize(outer * (Quantity(pack[14]) is > 0 and var inner ? inner : 1)) : null;

    /// <summary>Null for what is no exact quantity.</summary>
    public static decimal? Quantity(string text) =>
        decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var number)
        && Inventory.Domain.Quantity.Canonical(number) is var quantity && Inventory.Domain.Quantity.IsExact(quantity) ? quantity : null;

    public static LocalDate? Day(string text) =>
        (text.Length == 6 ? SixDigits : EightDigits).Parse(text) is { Success: true } day ? day.Value : null;

    /// <summary>The day alone where there is no time; null where there is no day.</summary>
    /// <param name="date">Of six or eight digits.</param>
    /// <param name="time">HHMM, with seconds and their fractions or without; what cannot be read is as if it were not there.</param>
    /// <param name="code">A time code: an offset or a zone; the sender's local time without one.</param>
    /// <param name="atEnd">Whether a day alone means its end.</param>
    public static DocumentTime? Time(string date, string time = "", string code = "", bool atEnd = true)
    {
        if (Day(date) is not { } day)
        {
            return null;
        }

        if (TimeOfDay(time) is not { } clock)
        {
            return new WholeDay(day, atEnd);
        }

        var local = day + clock;
        if (!InstantRange.Contains(local))
        {
            return null;
        }

        return Offsets.TryGetValue(code, out var minutes) ? new ExactTime(local.WithOffset(Offset.FromSeconds(minutes * 60)).ToInstant())
            : Zones.TryGetValue(code, out var zone) ? new ExactTime(local.InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToInstant())
            : new TimeWithoutZone(local);
    }

    private static LocalTime? TimeOfDay(string text)
    {
        if (text.Length < 4 || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var (hour, minute, second) = (Part(text, 0), Part(text, 2), text.Length >= 6 ? Part(text, 4) : 0);
        return hour < 24 && minute < 60 && second < 60 ? new LocalTime(hour, minute, second) : null;
    }

    private static int Part(string digits, int from) => int.Parse(digits.AsSpan(from, 2), NumberStyles.None, CultureInfo.InvariantCulture);
}
