using System.Text.Json;
using RetailSync.Channels.Dynamics365;

namespace RetailSync.Channels.Tests.Dynamics365;

/// <summary>What Inventory Visibility answers becomes counts.</summary>
public sealed class Reading_an_on_hand_answer
{
    private const string Payloads = "erp-d365-inventory-visibility/payloads.json";

    [Fact]
    public void Measures_and_records_of_one_position_are_added_up()
    {
        var rows = Translate(
            """
            [ { "productId": "T-shirt", "dimensions": { "SiteId": "1", "LocationId": "11", "ColorId": "red", "posMachineId": "0001" },
                "quantities": { "fno": { "physicalInvent": 10, "qualityInspection": 2, "ordered": 50 }, "pos": { "inbound": 3, "Outbound": 1.5 }, "iv": { "softreserved": 2 } } },
              { "productId": "T-shirt", "dimensions": { "siteid": "1", "locationid": "11", "colorid": "red", "posMachineId": "0002" }, "quantities": { "pos": { "outbound": 1 } } },
              { "productId": "T-shirt", "dimensions": { "siteId": "1", "locationId": "12" }, "quantities": { "pos": { "inbound": 4 } } } ]
            """);

        Assert.Equal(
            ["T-shirt/red@11 12.5 2 quality-hold=2", "T-shirt@12 4  "],
            rows.OfType<StockCountedThere>().Select(row => FormattableString.Invariant(
                $"{row.Count.Position} {row.Count.OnHand} {row.Count.Reserved} {string.Join(',', row.Count.Unsellable.Select(status => FormattableString.Invariant($"{status.Key}={status.Value}")))}")));
        Assert.Equal([1L, 2, 3], rows.Select(row => row.Row));
    }

    [Theory]
    [InlineData("""[ { "productId": "A", "dimensions": { "siteId": "1" }, "quantities": {} } ]""", "locationId")]
    [InlineData("""[ { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "inbound": "many" } } } ]""", "not numbers")]
    [InlineData("""[ { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "outbound": 4 } } } ]""", "below 0")]
    [InlineData("""[ 7 ]""", "productId")]
    public void A_record_that_cannot_be_read_is_named(string answer, string why) =>
        Assert.Contains(why, Assert.IsType<BadLine>(Assert.Single(Translate(answer))).Detail, StringComparison.Ordinal);

    [Fact]
    public void A_position_with_an_unreadable_record_has_no_count()
    {
        var rows = Translate(
            """
            { "value": [ { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": { "pos": { "inbound": 4 } } },
                         { "productId": "A", "dimensions": { "locationId": "1" }, "quantities": 3 } ] }
            """);

        Assert.Equal([typeof(NotStock), typeof(BadLine)], rows.Select(row => row.GetType()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[")]
    public void An_answer_in_another_form_is_refused_with_the_reason(string answer) => Assert.IsType<Unreadable>(Assert.Single(Translate(answer)));

    /// <summary>The published bodies name products, dimensions and measures exactly as answers do.</summary>
    [RealDataFact(Payloads)]
    public void The_published_records_are_understood()
    {
        using var payloads = JsonDocument.Parse(File.ReadAllText(RealData.Path(Payloads)));

        var set = Translate(payloads.RootElement.GetProperty("post_setonhand_bulk").GetRawText());
        var changes = Translate(payloads.RootElement.GetProperty("post_onhand_bulk").GetRawText());

        Assert.Equal(("T-shirt/red", 100m), set.OfType<StockCountedThere>().Select(row => (row.Count.Position.Sku.Value, row.Count.OnHand!.Value)).Single());
        Assert.Equal([typeof(StockCountedThere), typeof(BadLine)], changes.Select(row => row.GetType()));
    }

    private static List<TranslatedRow> Translate(string answer) => [.. new OnHandTranslator().Translate(Documents.Trickle(answer))];
}
