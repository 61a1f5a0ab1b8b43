using NodaTime.Text;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>Times as XML writes them (<c>xsd:dateTime</c>, <c>xsd:date</c>, <c>xsd:time</c>), with or without an offset.</summary>
internal static class XmlTime
{
    private const int DayLength = 10;

    /// <summary>Null for what is none. A day is its end.</summary>
    public static DocumentTime? Read(string? text) =>
        text is null or { Length: > 64 } ? null
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? ExactTime.Of(exact.Value)
        : LocalDateTimePattern.ExtendedIso.Parse(text) is { Success: true } local ? new TimeWithoutZone(local.Value)
        : OffsetDatePattern.GeneralIso.Parse(text) is { Success: true } there ? new WholeDay(there.Value.Date)
        : LocalDatePattern.Iso.Parse(text) is { Success: true } day ? new WholeDay(day.Value) : null;

    /// <summary>Of a date and a time that stand apart, each with its offset or none; without a time it is the day.</summary>
    public static DocumentTime? Read(string? date, string? time) =>
        time is null || date is null or { Length: < DayLength } ? Read(date)
        : Read($"{date[..DayLength]}T{time}") is ExactTime exact ? exact : Read($"{date[..DayLength]}T{time}{date[DayLength..]}") ?? Read(date);
}
