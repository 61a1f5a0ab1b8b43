using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace RetailSync.Inventory.Host.Tests.Http;

public class A_SKU_in_a_path
{
    [Theory]
    [InlineData("/v1/positions/85123A/S001", "85123A")]
    [InlineData("/v1/positions/A%2FB/S001", "A/B")]
    [InlineData("/v1/positions/A%252FB/S001", "A%2FB")]
    [InlineData("/v1/positions/50%25/S001", "50%")]
    [InlineData("/v1/positions/a%40b%20c/S001?limit=1", "a@b c")]
    [InlineData("/v1/positions/a+b/S001", "a+b")]
    [InlineData("/v1/positions/%E8%8C%B6/S001", "茶")]
    [InlineData("/v1/positions/a%3Fb/S001?x=%2F/y", "a?b")]
    [InlineData("http://127.0.0.1:8080/v1/positions/A%2FB/S001", "A/B")]
    public void Is_decoded_exactly_once(string target, string sku)
    {
        var http = Asked(target);

        Assert.Equal(sku, Host.Http.RouteText.Sku(http).Value);
        Assert.Equal("S001", Host.Http.RouteText.Location(http).Value);
    }

    [Theory]
    [InlineData("/v1/positions/../S001")]
    [InlineData("/v1/positions/%2e/S001")]
    public void Is_refused_with_the_reason_if_a_path_would_drop_it(string target)
    {
        var refused = Assert.Throws<Host.Http.ApiProblemException>(() => Host.Http.RouteText.Sku(Asked(target)));

        Assert.Contains("drop out of a path", refused.Message, StringComparison.Ordinal);
    }

    private static DefaultHttpContext Asked(string target)
    {
        var http = new DefaultHttpContext();
        http.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/v1/positions/{sku}/{location}"), 0, null, null));
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        return http;
    }
}
