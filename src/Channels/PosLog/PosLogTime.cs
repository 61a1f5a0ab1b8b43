using NodaTime.Text;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.PosLog;

/// <summary>Times as XML writes them (<c>xsd:dateTime</c>, <c>xsd:date</c>), with or without an offset.</summary>
internal static class PosLogTime
{
    /// <summary>Null for what is none. A day is its end.</summary>
    public static DocumentTime? Read(string? text) =>
        text is null or { Length: > 64 } ? null
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? new ExactTime(exact.Value.ToInstant())
        : LocalDateTimePattern.ExtendedIso.Parse(text) is { Success: true } local ? new TimeWithoutZone(local.Value)
        : LocalDatePattern.Iso.Parse(text) is { Success: true } day ? new WholeDay(day.Value) : null;
}
