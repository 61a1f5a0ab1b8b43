using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

public class Limits_of_holds
{
    private static readonly HoldLimits Limits = new(Open: 3, LongOpen: 1, HoldFor: Duration.FromDays(7), SkuUnits: 5, SkuShare: 50);
    private static readonly Sku Tea = Sku.Parse("tea");

    [Theory]
    [InlineData(1, 2, 0, null)]
    [InlineData(1, 3, 0, "Open")]
    [InlineData(24, 2, 1, null)]
    [InlineData(25, 1, 0, null)]
    [InlineData(25, 2, 1, "LongOpen")]
    [InlineData(169, 0, 0, "HoldFor")]
    public void The_limit_that_a_hold_would_exceed_is_named(int hours, int open, int longOpen, string? limit) =>
        Assert.Equal(limit, Limits.OfHold(Duration.FromHours(hours), new HeldByChannel(open, longOpen))?.Limit);

    [Theory]
    [InlineData("5", "10", null)]
    [InlineData("5.0001", "20", "SkuUnits")]
    [InlineData("5", "9.9999", "SkuShare")]
    [InlineData("0.0001", "-3", "SkuShare")]
    public void The_limit_of_units_of_a_SKU_is_named(string units, string sellable, string? limit) =>
        Assert.Equal(limit, Limits.OfSku(Tea, Exact(units), Exact(sellable))?.Limit);

    [Fact]
    public void Limits_are_optional() =>
        Assert.Null(new HoldLimits(0, 0, HoldStock.LongestHold, 0, 100).OfHold(HoldStock.LongestHold, new HeldByChannel(1_000_000, 1_000_000)));

    private static decimal Exact(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}
