using System.Text.Json.Serialization;
using NodaTime;

namespace RetailSync.Channels.Documents;

/// <summary>A time as a document writes it. Where it has no offset, the zone that is configured for the source or the location makes it an instant.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(ExactTime), "instant")]
[JsonDerivedType(typeof(TimeWithoutZone), "local")]
[JsonDerivedType(typeof(WholeDay), "day")]
[JsonDerivedType(typeof(TimeOfReceipt), "received")]
public abstract record DocumentTime;

/// <param name="At">Written with an offset, in UTC, or with a time code that names a zone.</param>
public sealed record ExactTime(Instant At) : DocumentTime
{
    /// <summary>Null for a time that is no instant of the years 1 to 9998.</summary>
    public static ExactTime? Of(OffsetDateTime time) => InstantRange.Of(time) is { } at ? new ExactTime(at) : null;
}

/// <param name="At">A date and a time of day without a zone.</param>
public sealed record TimeWithoutZone(LocalDateTime At) : DocumentTime;

/// <summary>
/// A day alone: its end for what is known when it has ended (counts, sales, receipts), its start for what is expected on it. It is in the future as long as it
/// has not begun.
/// </summary>
/// <param name="AtEnd">Whether its end is meant.</param>
public sealed record WholeDay(LocalDate On, bool AtEnd = true) : DocumentTime;

/// <summary>
/// When it was received, since the format says no time: of what was recorded already, when that was, so that the same sent again is a duplicate.
/// </summary>
/// <param name="At">Null until it is received.</param>
public sealed record TimeOfReceipt(Instant? At = null) : DocumentTime;
