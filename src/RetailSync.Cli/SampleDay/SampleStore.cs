using System.Globalization;
using NodaTime;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.SampleDay;

/// <param name="Number">1 is the biggest.</param>
/// <param name="Location">S001, S002, ...</param>
/// <param name="Zone">Where its clock hangs.</param>
/// <param name="Size">1 is average.</param>
/// <param name="Carries">How many of the best sellers are on its shelves.</param>
internal sealed record SampleStore(int Number, LocationId Location, DateTimeZone Zone, double Size, int Carries)
{
    /// <summary>None is behind UTC at any time of the year; see <see cref="TradingDay.Day"/>.</summary>
    public static readonly DateTimeZone[] Zones =
        [DateTimeZoneProviders.Tzdb["Europe/London"], DateTimeZoneProviders.Tzdb["Europe/Paris"], DateTimeZoneProviders.Tzdb["Europe/Athens"]];

    private static readonly string[] Regions = ["north", "west", "south"];

    public string Source => $"pos/{Location}";

    public static SampleStore Numbered(int number, TradingDay day)
    {
        // Sizes fall off as number^-0.4; dividing by the mean over all stores makes 1 the average.
        var mean = Enumerable.Range(1, day.Stores).Average(each => Math.Pow(each, -0.4));
        var size = Math.Pow(number, -0.4) / mean;
        return new SampleStore(
            number,
            LocationId.Parse("S" + number.ToString("D3", CultureInfo.InvariantCulture)),
            Zones[number % Zones.Length],
            size,
            Math.Clamp((int)(day.Skus * (0.15 + (0.1 * size))), Math.Min(10, day.Skus), day.Skus));
    }

    public SampleLocation Describe() =>
        new(Location, "store", Zone.Id, ["stores", Regions[Number % Regions.Length], Size >= 1 ? "large" : "small"]);
}
