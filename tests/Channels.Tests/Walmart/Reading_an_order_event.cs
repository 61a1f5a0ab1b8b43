using System.Text;
using RetailSync.Channels.Walmart;

namespace RetailSync.Channels.Tests.Walmart;

public class Reading_an_order_event
{
    private const string Line = """{"lineNumber":"1","sku":"A","quantity":{"measurementValue":"2"},"status":"CANCELLED"}""";

    [Fact]
    public void A_line_cancelled_in_both_forms_is_cancelled_once()
    {
        var (old, updated) = (
            Read($$$$"""{"source":{"eventType":"PO_LINE_AUTOCANCELLED","eventTime":"2026-11-23T09:00:00Z","eventId":"e1"},"payload":{"purchaseOrderId":"P1","orderLines":[{{{{Line}}}}]}}"""),
            Read($$$$"""
                {"source":{"eventType":"ORDER_UPDATES","eventTime":"2026-11-23T09:00:01Z","eventId":"e2"},"payload":{"meta":{"subEventType":"PO_LINE_AUTOCANCELLED"},"order":{"purchaseOrderId":"P1","orderLines":[
                {{{{Line}}}},{{{{Line.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)}}}}]}}}
                """));

        Assert.Equal(Assert.Single(old).Id, updated[0].Id);
        Assert.Equal(2, updated.Select(one => one.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"lineNumber":"2","sku":"A","quantity":{}}""")]
    [InlineData("""{"lineNumber":"2","sku":"A"}""")]
    [InlineData("""{"lineNumber":"2","quantity":{"measurementValue":1}}""")]
    [InlineData("""{"lineNumber":"2","sku":"A","quantity":{"measurementValue":-1}}""")]
    public void An_incomplete_line_is_rejected_and_stops_no_other(string line)
    {
        var reported = Read($$$$"""
            {"source":{"eventType":"ORDER_UPDATES","eventId":"e3"},"payload":{"meta":{"subEventType":"PO_CREATED"},"order":{"purchaseOrderId":"P2","orderLines":[{{{{Line}}}},{{{{line}}}}]}}}
            """);

        Assert.Equal([("order", null), ("", "Line 2 of order P2 does not say of what it is, or of how much.")], reported.Select(one => (one.Type, one.Why)));
    }

    private static IReadOnlyList<ReportedOrder> Read(string body) =>
        new WalmartOrders().Read(new VendorMessage(Encoding.UTF8.GetBytes(body), _ => null, Instant.FromUtc(2026, 11, 23, 10, 0)));
}
