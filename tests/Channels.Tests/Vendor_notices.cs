using NodaTime.Testing;
using RetailSync.Channels.Http;

namespace RetailSync.Channels.Tests;

public sealed class Vendor_notices
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 29, 12, 0);

    [Theory]
    [InlineData("X-Shopify-API-Version", "2026-10", null)]
    [InlineData("X-Shopify-API-Version", "2026-01", "other-version: It was asked in version 2026-10 and answered in 2026-01.")]
    [InlineData("X-Shopify-API-Deprecated-Reason", "Shop.products", "deprecated: /admin/api/2026-10/graphql.json is deprecated, or what it was asked: "
        + "X-Shopify-API-Deprecated-Reason: Shop.products")]
    [InlineData("Deprecation", "@1688169599", "deprecated: /admin/api/2026-10/graphql.json is deprecated, or what it was asked: Deprecation: @1688169599")]
    [InlineData("Deprecation", "false", null)]
    [InlineData("Sunset", "Sat, 27 Mar 2027 23:59:59 GMT", "ending: /admin/api/2026-10/graphql.json ends: Sunset: Sat, 27 Mar 2027 23:59:59 GMT "
        + "(2027-03-27T23:59:59Z)")]
    [InlineData("WM_API_SUNSET_DATE", "2027-03-27", "ending: /admin/api/2026-10/graphql.json ends: WM_API_SUNSET_DATE: 2027-03-27 (2027-03-27T00:00:00Z)")]
    [InlineData("Sunset", "soon", "ending: /admin/api/2026-10/graphql.json ends: Sunset: soon")]
    [InlineData("Warning", "299 - \"This API is deprecated\"", "deprecated: /admin/api/2026-10/graphql.json is deprecated, or what it was asked: Warning: "
        + "299 - \"This API is deprecated\"")]
    [InlineData("Warning", "199 - \"Slow\"", null)]
    [InlineData("X-Request-Id", "deprecated", null)]
    public void Deprecation_notices_are_read_from_headers(string name, string value, string? said)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://shop.example/admin/api/2026-10/graphql.json");
        using var response = new HttpResponseMessage();
        Assert.True(response.Headers.TryAddWithoutValidation(name, value));
        Assert.Equal(
            said is null ? [] : [said],
            VendorNotices.Of(request, response).Select(notice => $"{notice.Kind}: {notice.Detail}{(notice.EndsAt is { } ends ? $" ({ends})" : "")}"));
    }

    [Fact]
    public async Task A_notice_is_passed_on_once_an_hour()
    {
        await using var server = await Sandbox.Start(_ => new Answered(200, "{}", Headers: [("Deprecation", "true")]));
        var clock = new FakeClock(Now);
        var notices = new VendorNotices(clock);
        using var http = PublicNetworks.Client(allowPrivate: true, TimeSpan.FromSeconds(10), notices);
        async Task<int> Ask()
        {
            using var answer = await http.GetAsync(new Uri(server.Address, "/v3/inventory"));
            return notices.Take().Count;
        }

        Assert.Equal(1, await Ask());
        Assert.Equal(0, await Ask());
        clock.AdvanceHours(1);
        Assert.Equal(1, await Ask());
    }
}
