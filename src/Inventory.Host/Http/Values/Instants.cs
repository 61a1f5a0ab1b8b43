using NodaTime;
using NodaTime.Text;

namespace RetailSync.Inventory.Host.Http.Values;

/// <summary>Instants as the contract writes them: RFC 3339, in the years 1 to 9999, which PostgreSQL and every client can hold.</summary>
public static class Instants
{
    /// <summary>What an instant must be. The bounds are those of what is kept: no digit is rounded away, and no second is moved to the next minute.</summary>
    public const string Form = "must be an RFC 3339 instant such as 2026-11-23T09:59:30Z, with at most 9 fraction digits and seconds up to 59";

    private static readonly LocalDate FirstDay = new(1, 1, 1);
    private static readonly LocalDate LastDay = new(9999, 12, 31);

    /// <summary>The contract says UTC; another offset names an instant just as exactly, so it is understood too.</summary>
    public static bool TryParse(string text, out Instant instant)
    {
        instant = default;

        // RFC 3339 takes t and z as T and Z. The same text where it has none.
        if (!OffsetDateTimePattern.Rfc3339.Parse(text.ToUpperInvariant()).TryGetValue(default, out var parsed) || parsed.Year < 1)
        {
            return false;
        }

        // On the first and the last day, an offset could leave the range.
        if (parsed.Offset != Offset.Zero && (parsed.Date == FirstDay || parsed.Date == LastDay))
        {
            return false;
        }

        instant = parsed.ToInstant();
        return true;
    }
}
