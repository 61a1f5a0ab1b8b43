using NodaTime;

namespace RetailSync.Channels;

/// <summary>Instants of the years 1 to 9998: NodaTime reads times whose offset leads out of the years that it can compute with.</summary>
internal static class InstantRange
{
    /// <summary>Null for a time out of these years.</summary>
    public static Instant? Of(OffsetDateTime time) => Contains(time.LocalDateTime) ? time.ToInstant() : null;

    /// <inheritdoc cref="Of(OffsetDateTime)"/>
    public static Instant? OfUtc(LocalDateTime time) => Of(time.WithOffset(Offset.Zero));

    public static bool Contains(LocalDateTime time) => time.Year is >= 1 and <= 9998;
}
