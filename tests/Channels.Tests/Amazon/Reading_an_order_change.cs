using System.Text;
using System.Text.Json;
using RetailSync.Channels.Amazon;

namespace RetailSync.Channels.Tests.Amazon;

public class Reading_an_order_change
{
    [RealDataFact("channel-amazon/OrderChangeNotification.json")]
    public void The_example_that_Amazon_publishes_is_understood()
    {
        var schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(RealData.Path("channel-amazon/OrderChangeNotification.json")));
        var example = Encoding.UTF8.GetBytes(schema.GetProperty("examples")[0].GetRawText());

        var reported = new AmazonOrders().Read(new VendorMessage(example, _ => null, Instant.FromUtc(2026, 11, 23, 10, 0))).Single();

        Assert.Equal(
            ("change", "903-8868176-2219830", "change-d0e9e693-c3ad-4373-979f-ed4ec98dd746",
                Instant.FromUtc(2022, 11, 29, 19, 42, 4) + Duration.FromMilliseconds(284)),
            (reported.Type, reported.Order, reported.Id, reported.OccurredAt!.Value));
        Assert.Equal([new ReportedLine("SellerSKUID1", 10) { Location = "d7679e14-031b-4ab3-a81b-ec4fc7a460b3", Reference = "OIID34853450" }], reported.Lines!);
    }
}
