namespace RetailSync.Channels.Tests;

/// <summary>Of a place that a channel was told of, and is told of no longer.</summary>
public class Quantities_by_channel_location
{
    private static readonly Publication s_placed = Adapters.Number("A", 8) with { Places = [new("77", 5, null), new("78", 3, null)] };

    [Fact]
    public void is_what_there_is_at_each_place_and_nothing_where_it_is_left() => Assert.Equal(
        [("77", 5m), ("78", 3m), ("79", 0m)], Places(s_placed with { Leaving = ["78", "79"] }, "1"));

    [Fact]
    public void is_nothing_at_the_one_place_that_has_been_all_of_it() => Assert.Equal(
        [("77", 5m), ("78", 3m), ("1", 0m)], Places(s_placed with { Leaving = [""] }, "1"));

    [Fact]
    public void is_no_less_where_the_one_place_is_one_of_those_now() => Assert.Equal([("77", 5m), ("78", 3m)], Places(s_placed with { Leaving = [""] }, "77"));

    [Fact]
    public void is_all_of_it_at_the_one_place_and_nothing_at_the_others() => Assert.Equal(
        [("77", 8m), ("78", 0m)], Places(Adapters.Number("A", 8) with { Leaving = ["77", "78"] }, "77"));

    [Fact]
    public void is_nothing_but_that_where_the_one_place_has_no_name() =>
    Assert.Equal([("78", 0m)], Places(Adapters.Number("A", 8) with { Leaving = ["", "78"] }, null));

    private static IEnumerable<(string, decimal)> Places(Publication publication, string? onePlace) =>
        publication.At(onePlace).Select(place => (place.Place, place.Quantity));
}
