using System.Collections.Frozen;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Sap;

/// <summary>Values as SAP writes them in IDocs and interfaces.</summary>
internal static class SapValues
{
    private static readonly LocalDatePattern DayPattern = LocalDatePattern.CreateWithInvariantCulture("yyyyMMdd");
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HHmmss");

    /// <summary>
    /// SAP's inner codes of what measures, and of a piece, in UN/ECE's. Packs keep their codes: what is in one is said elsewhere. Codes that are UN/ECE's
    /// already stay.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>
    {
        ["ST"] = "C62",
        ["STK"] = "C62",
        ["PC"] = "C62",
        ["EA"] = "C62",
        ["PCE"] = "C62",
        ["H87"] = "C62",
        ["KG"] = "KGM",
        ["G"] = "GRM",
        ["MG"] = "MGM",
        ["TO"] = "TNE",
        ["T"] = "TNE",
        ["LB"] = "LBR",
        ["OZ"] = "ONZ",
        ["L"] = "LTR",
        ["ML"] = "MLT",
        ["CL"] = "CLT",
        ["HL"] = "HLT",
        ["M3"] = "MTQ",
        ["CCM"] = "CMQ",
        ["M"] = "MTR",
        ["CM"] = "CMT",
        ["MM"] = "MMT",
        ["KM"] = "KMT",
        ["\""] = "INH",
        ["FT"] = "FOT",
        ["YD"] = "YRD",
        ["M2"] = "MTK",
        ["CM2"] = "CMK",
    }.ToFrozenDictionary();

    /// <summary>The conversion exit ALPHA: a number that is all digits is padded with zeros inside, and shown without; any other text is as it is.</summary>
    public static string Alpha(string text) => text.Length > 1 && text[0] == '0' && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        ? text.TrimStart('0') is { Length: > 0 } digits ? digits : "0" : text;

    /// <summary>As <see cref="Alpha"/>; null for one that is empty or all zeros, which says that there is none.</summary>
    public static string? Number(string text) => Alpha(text) is { Length: > 0 } number && number != "0" ? number : null;

    /// <summary>Decimals with a point, a sign before or behind but not both, blanks around. Null for anything else, and for what no stock can be.</summary>
    public static decimal? Quantity(string text)
    {
        var isNegative = text.EndsWith('-');
        const NumberStyles Unsigned = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return decimal.TryParse(isNegative ? text[..^1] : text, isNegative ? Unsigned : Unsigned | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var quantity) && Math.Abs(quantity) <= Inventory.Domain.Quantity.Max
            ? Inventory.Domain.Quantity.Canonical(isNegative ? -quantity : quantity) : null;
    }

    /// <summary>Null for none.</summary>
    public static string? Unit(string? unit) => string.IsNullOrEmpty(unit) ? null : Units.GetValueOrDefault(unit.ToUpperInvariant(), unit);

    /// <summary><c>20261104</c>; null for zeros, for what is no day, and for the last one of the calendar, which means never.</summary>
    public static LocalDate? Day(string text) => DayPattern.Parse(text) is { Success: true, Value: { Year: >= 1900 and <= 9998 } day } ? day : null;

    /// <summary>A day with a time of day where there is one. Midnight is what an empty time is written as, and says nothing.</summary>
    /// <param name="day"><c>yyyyMMdd</c>.</param>
    /// <param name="time"><c>HHmmss</c>.</param>
    /// <param name="zone">SAP's name of a zone: <c>UTC</c>, <c>UTC+8</c> have an offset; others (<c>CET</c>, <c>GERMANY</c>) are each system's own.</param>
    /// <param name="atEnd">Whether a day alone means its end.</param>
    public static DocumentTime? Time(string day, string time, string zone = "", bool atEnd = true)
    {
        if (Day(day) is not { } on)
        {
            return null;
        }

        if (TimePattern.Parse(time) is not { Success: true, Value: var at } || at == LocalTime.Midnight)
        {
            return new WholeDay(on, atEnd);
        }

        return Offset(zone) is { } offset ? new ExactTime((on + at).WithOffset(offset).ToInstant()) : new TimeWithoutZone(on + at);
    }

    private static Offset? Offset(string zone) => !zone.StartsWith("UTC", StringComparison.Ordinal) ? null
        : zone.Length == 3 ? NodaTime.Offset.Zero
        : int.TryParse(zone.AsSpan(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hours) && hours is >= -12 and <= 14
            ? NodaTime.Offset.FromHours(hours) : null;
}
