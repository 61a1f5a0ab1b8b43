using NodaTime;
using NodaTime.Text;

namespace RetailSync.Inventory.Host.Http.Values;

/// <summary>Durations as the contract writes them: ISO 8601, of units that always have one length (weeks and less).</summary>
public static class Durations
{
    private const int MaxLength = 64;

    public static bool TryParse(string text, out Duration duration)
    {
        duration = default;
        if (text.Length > MaxLength || !PeriodPattern.NormalizingIso.Parse(text).TryGetValue(Period.Zero, out var period)
            || period is not { Years: 0, Months: 0 })
        {
            return false;
        }

        try
        {
            duration = period.ToDuration();
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
