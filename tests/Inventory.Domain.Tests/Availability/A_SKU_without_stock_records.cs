using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Tests.Availability;

public sealed class A_SKU_without_stock_records
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("backorder 3", 3)]
    [InlineData("backorder shop 3", 0)]
    [InlineData("backorder of plate 3", 0)]
    [InlineData("backorder 3; web not anywhere", 0)]
    public void May_be_promised_as_far_as_a_backorder_rule_allows(string rules, decimal promised)
    {
        var inForce = Situation.Of("", rules).Rules;
        var store = LocationProfile.Unregistered(LocationId.Parse("S1"));
        var stock = SkuStock.Of(Situation.Cup, [], SkuStock.NoUse, new Plan(inForce, new Dictionary<LocationId, LocationProfile> { [store.Id] = store }));

        Assert.Equal(promised, ChannelPromise.Of(Situation.Channel("web"), stock, inForce).Quantity);
    }

    [Fact]
    public void May_not_be_promised_where_no_location_is_registered()
    {
        var inForce = Situation.Of("", "backorder 3").Rules;
        var stock = SkuStock.Of(Situation.Cup, [], SkuStock.NoUse, new Plan(inForce, Plan.None.Locations));

        Assert.Equal(0, ChannelPromise.Of(Situation.Channel("web"), stock, inForce).Quantity);
    }
}
