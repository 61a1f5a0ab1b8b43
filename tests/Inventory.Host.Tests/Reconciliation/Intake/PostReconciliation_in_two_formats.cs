using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Intake;

public sealed class PostReconciliation_in_two_formats
{
    [Theory]
    [InlineData("text/csv", "?system=wms&takenAt=2026-11-27T12:00:00Z", "")]
    [InlineData("text/csv", "", "")]
    [InlineData("text/csv", "?system=wms&takenAt=noon", "takenAt")]
    [InlineData("text/csv", "?sheet=1", "sheet")]
    [InlineData("application/json", "", "")]
    [InlineData("application/json", "?system=wms&takenAt=noon", "system takenAt")]
    public void System_and_instant_are_in_the_query_of_a_table_only(string mediaType, string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(
            () => PostReconciliation.Sheet(mediaType, PostReconciliation.Query(ParsedRequest.Query(query)), Stream.Null)));
}
