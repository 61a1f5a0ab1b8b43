using System.Globalization;
using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using static RetailSync.Inventory.Domain.Tests.Availability.AnySituation;

namespace RetailSync.Inventory.Domain.Tests.Availability;

public class A_promise_by_location
{
    [Theory]
    [InlineData("S1 10, S2 4, W1 -3", "", "S1 10, S2 4")]
    [InlineData("S1 10 reserved 2, S2 4", "web not at S2", "S1 8")]
    [InlineData("S1 10, S2 4", "publish web buffer 3", "S1 10, S2 1")] // what is kept back comes off where the least is
    [InlineData("S1 10, S2 4", "publish web cap 6", "S1 6")]
    [InlineData("S1 10, S2 4", "publish web threshold 20", "")]
    [InlineData("S1 10, S2 4", "backorder web 3", "S1 13, S2 4")] // units beyond stock are promised where the most stock is
    [InlineData("S1 0, S2 0", "web not at S1; backorder web 3", "S2 3")]
    [InlineData("S1 10, S2 4", "safety-stock S1 2; network safety 5", "S1 7")]
    [InlineData("S1 10, S2 4", "allocation shop fixed 6", "S1 8")]
    public void Is_where_the_units_are(string stock, string rules, string parts) =>
        Assert.Equal(parts, string.Join(
            ", ", Parts(Situation.Of(stock, rules), "web")
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Location} {part.Quantity:0.####}"))));

    [Fact]
    public void Adds_up_to_the_promise_and_is_nowhere_below_zero() => Gen.Select(SomeStock, SomeRules(All)).Sample(
        (stock, rules) =>
        {
            var situation = Situation.Of(stock, rules);
            foreach (var channel in Channels)
            {
                var parts = Parts(situation, channel);
                Assert.Equal(situation.Quantity(channel), parts.Sum(part => part.Quantity));
                Assert.All(parts, part => Assert.True(part.Quantity > 0));
                Assert.Equal(parts.Count, parts.DistinctBy(part => part.Location).Count());
            }
        },
        iter: 500);

    private static IReadOnlyList<(LocationId Location, decimal Quantity)> Parts(Situation situation, string channel) =>
        PromiseByLocation.Of(Situation.Channel(channel), situation.Stock, situation.Rules);
}
