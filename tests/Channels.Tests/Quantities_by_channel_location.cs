namespace RetailSync.Channels.Tests;

/// <summary>For locations that were on a channel's list and are not any more.</summary>
public class Quantities_by_channel_location
{
    private static readonly Publication s_placed = Adapters.Number("A", 8) with { Locations = [new("77", 5, null), new("78", 3, null)] };

    [Fact]
    public void Each_location_gets_its_units_and_a_removed_one_zero() => Assert.Equal(
        [("77", 5m), ("78", 3m), ("79", 0m)], Places(s_placed with { Leaving = ["78", "79"] }, "1"));

    [Fact]
    public void The_former_only_location_gets_zero() => Assert.Equal(
        [("77", 5m), ("78", 3m), ("1", 0m)], Places(s_placed with { Leaving = [""] }, "1"));

    [Fact]
    public void The_former_only_location_keeps_its_units_if_still_listed() => Assert.Equal([("77", 5m), ("78", 3m)], Places(s_placed with { Leaving = [""] }, "77"));

    [Fact]
    public void Back_to_one_location_it_gets_all_units_and_others_zero() => Assert.Equal(
        [("77", 8m), ("78", 0m)], Places(Adapters.Number("A", 8) with { Leaving = ["77", "78"] }, "77"));

    [Fact]
    public void Back_to_an_unnamed_location_only_the_others_get_zero() =>
    Assert.Equal([("78", 0m)], Places(Adapters.Number("A", 8) with { Leaving = ["", "78"] }, null));

    private static IEnumerable<(string, decimal)> Places(Publication publication, string? onePlace) =>
        publication.At(onePlace).Select(place => (place.Location, place.Quantity));
}
