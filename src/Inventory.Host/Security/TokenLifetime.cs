using NodaTime;

namespace RetailSync.Inventory.Host.Security;

/// <summary>Whether a token is in force, by the clock by which everything else goes, and not by the machine's, which may be wrong.</summary>
public static class TokenLifetime
{
    /// <summary>How far the clocks of who issues tokens and of this host may be apart.</summary>
    private static readonly Duration ClocksMayDiffer = Duration.FromSeconds(30);

    /// <summary>A token that says no end has none, and is not in force.</summary>
    public static bool IsInForce(DateTime? from, DateTime? until, Instant now) =>
        until is { } end && At(end) > now - ClocksMayDiffer && !(from is { } begin && At(begin) > now + ClocksMayDiffer);

    private static Instant At(DateTime utc) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
