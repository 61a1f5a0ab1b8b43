using System.Text;
using System.Text.Json;
using RetailSync.Channels.Amazon;

namespace RetailSync.Channels.Tests.Amazon;

public class Reading_an_order_change
{
    [RealDataFact("channel-amazon/OrderChangeNotification.json")]
    public void understands_the_example_that_Amazon_publishes()
    {
        var schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(RealData.Path("channel-amazon/OrderChangeNotification.json")));
        var example = Encoding.UTF8.GetBytes(schema.GetProperty("examples")[0].GetRawText());

        var reported = new AmazonOrders().Read(new VendorMessage(example, _ => null, Instant.FromUtc(2026, 11, 23, 10, 0))).Single();

        Assert.Equal(("order", "903-8868176-2219830", "order", Instant.FromUnixTimeMilliseconds(1657741324284)), (reported.Type, reported.Order, reported.Id, reported.OccurredAt!.Value));
        Assert.Equal([("SellerSKUID1", 10m)], reported.Lines!);
    }
}
