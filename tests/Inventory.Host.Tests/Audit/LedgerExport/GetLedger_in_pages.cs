using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Audit.LedgerExport;

public sealed class GetLedger_in_pages
{
    [Theory]
    [InlineData("", true, 100)]
    [InlineData("?limit=7", true, 7)]
    [InlineData("", false, null)]
    [InlineData("?limit=7", false, 7)]
    public void Only_JSON_is_limited_where_no_limit_is_named(string query, bool inPages, int? limit) =>
        Assert.Equal(limit, GetLedger.Question(ParsedRequest.Query(query), inPages).Selection.Limit);

    [Theory]
    [InlineData("?from=2026-11-27T12:00:00Z&to=2026-11-27T12:00:00Z", "")]
    [InlineData("?from=2026-11-27T12:00:00.001Z&to=2026-11-27T12:00:00Z", "to")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?after=A", "after")]
    [InlineData("?channel=web", "channel")]
    public void A_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => GetLedger.Question(ParsedRequest.Query(query), inPages: true)));
}
