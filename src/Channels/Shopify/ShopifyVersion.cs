using System.Globalization;
using NodaTime;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// A version of the Admin API. Shopify releases one at the beginning of each quarter, at 17:00 UTC, and serves it for at least twelve months; a call that names
/// an older one is answered in the oldest that is still served (https://shopify.dev/docs/api/usage/versioning).
/// </summary>
public static class ShopifyVersion
{
    /// <summary>The API version that this adapter uses.</summary>
    public const string Spoken = "2026-10";

    /// <summary>The first that knows what this adapter says: <c>changeFromQuantity</c> and <c>@idempotent</c>.</summary>
    private static readonly LocalDate First = new(2026, 1, 1);

    private static readonly LocalTime ReleaseTime = new(17, 0);

    /// <summary>When the version is no longer served, at the earliest; null for what is no version with an end, such as <c>unstable</c>.</summary>
    public static Instant? EndsAt(string version) => Quarter(version) is { } quarter ? quarter.PlusYears(1).At(ReleaseTime).InUtc().ToInstant() : null;

    /// <summary>Why a channel cannot be set up with this version; null when it can.</summary>
    public static string? Refusal(string version, Instant now) =>
        Quarter(version) is not { } quarter ? version == "unstable" ? null : "must be a version of the Admin API, such as " + Spoken
        : EndsAt(version) <= now
        ? string.Create(CultureInfo.InvariantCulture, $"is out of service since {quarter.PlusYears(1):uuuu-MM-dd}; this adapter supports {Spoken}")
        : quarter < First ? "is older than what this adapter supports, " + Spoken
        : null;

    /// <summary>The version in the path of an endpoint, <c>/admin/api/{version}/graphql.json</c>; null when there is none.</summary>
    public static string? In(Uri? endpoint) =>
        endpoint?.Segments is [.., "api/", var version, _] && version.TrimEnd('/') is var name
        && (Quarter(name) is not null || name == "unstable") ? name : null;

    private static LocalDate? Quarter(string version) =>
        version is [_, _, _, _, '-', _, _]
        && int.TryParse(version.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 2019 and <= 9998
        && version[5..] is "01" or "04" or "07" or "10"
            ? new LocalDate(year, int.Parse(version.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture), 1)
            : null;
}
