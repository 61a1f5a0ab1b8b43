using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Monitoring;

public sealed class ListAlerts_by_state
{
    [Fact]
    public void Open_ones_from_the_first_on_are_the_default() =>
        Assert.Equal(new AlertsRequest("open", null, null, 100, ""), AlertsRequest.Of(ParsedRequest.Query("")));

    [Theory]
    [InlineData("?state=all&severity=critical&kind=oversell&limit=1000&after=1/x/y", "")]
    [InlineData("?acknowledged=false", "")]
    [InlineData("?acknowledged=maybe", "acknowledged")]
    [InlineData("?state=closed", "state")]
    [InlineData("?severity=fatal", "severity")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?sku=A", "sku")]
    public void A_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => AlertsRequest.Of(ParsedRequest.Query(query))));
}
