using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Detection;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>No host is needed.</summary>
public class Open_orders_by_location
{
    private static readonly Dictionary<LocationId, string> s_names =
        new() { [LocationId.Parse("S001")] = "north", [LocationId.Parse("S002")] = "north", [LocationId.Parse("S003")] = "south" };

    [Fact]
    public void Are_where_the_units_are_held() => Assert.Equal(
        [("north", 3m), ("south", 4m)], Spread([("S001", 1), ("S002", 2), ("S003", 4)], ("north", 0), ("south", 9)));

    [Fact]
    public void Are_in_the_sum_also_without_a_location_of_the_channel() => Assert.Equal(
        [("north", 1m), ("south", 6m)], Spread([("S001", 1), ("S003", 4), ("S009", 2)], ("north", 3), ("south", 5)));

    [Fact]
    public void Are_all_at_the_single_location() => Assert.Equal([("", 7m)], Spread([("S001", 1), ("S003", 4), ("S009", 2)], ("", 0)));

    private static IEnumerable<(string, decimal)> Spread(
        IEnumerable<(string Location, decimal Quantity)> kept, params (string Place, decimal Quantity)[] published) => OpenOrderUnits
        .Spread(kept.Select(units => (LocationId.Parse(units.Location), units.Quantity)), s_names,
            published.ToDictionary(place => place.Place, place => place.Quantity))
        .Select(place => (place.Key, place.Value)).Order();
}
