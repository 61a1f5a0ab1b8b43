using RetailSync.Channels.OpenBoxes;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Tests.OpenBoxes;

/// <summary>A stock-take sheet becomes counts of a warehouse.</summary>
public sealed class Reading_a_count_sheet
{
    private const string Header = "Product code,Product name,Lot number,Expiration date,Bin location,OB QOH,Physical QOH,Comment\n";
    private const string Folder = "wms-openboxes/";

    private static readonly LocationId Warehouse = LocationId.Parse("W01");

    [Fact]
    public void Lots_of_a_product_are_added_up_and_a_zero_is_kept()
    {
        var rows = Translate("QX039,Morphine,37627,01/31/2025,RACK1,,3000,\nCR388,\"Tablet, 150mg\",3940,09/30/2023,RACK1,7,0,none "
            + "left\nQX039,Morphine,37628,02/28/2025,RACK2,,12.5,\n");

        Assert.Equal([("QX039", 3012.5m), ("CR388", 0)], Counts(rows));
        Assert.Equal([1, 2, 3], rows.Select(row => (int)row.Row));
        Assert.IsType<NotStock>(rows[2]);
    }

    [Fact]
    public void A_product_with_an_uncounted_lot_is_left_out()
    {
        var rows = Translate("A,a,1,,R,,5,\nA,a,2,,R,7,,\nB,b,1,,R,,4,\n");

        Assert.Equal([("B", 4m)], Counts(rows));
        Assert.Equal("not counted", Assert.IsType<NotStock>(rows[1]).Reason);
    }

    [Theory]
    [InlineData("A,a,2,,R,,7\n")]
    [InlineData("A,\"a \"x\",2,,R,,7,\n")]
    public void A_product_with_an_unreadable_lot_is_left_out(string row)
    {
        var rows = Translate($"A,a,1,,R,,5,\n{row}B,b,1,,R,,4,\n");

        Assert.Equal([("B", 4m)], Counts(rows));
        Assert.IsType<BadLine>(rows[1]);
    }

    [Theory]
    [InlineData("A,a,1,,R,,-5,\n", "0 or more")]
    [InlineData("A,a,1,,R,,five,\n", "0 or more")]
    [InlineData("A,a,1,,R,,1.23456,\n", "0 or more")]
    [InlineData(",a,1,,R,,5,\n", "product code")]
    [InlineData("A,a,1,,R,,5\n", "fields")]
    public void What_is_wrong_with_a_row_is_named(string row, string why)
    {
        var rows = Translate(row + "B,b,1,,R,,4,\n");

        Assert.Contains(why, Assert.IsType<BadLine>(rows[0]).Detail, StringComparison.Ordinal);
        Assert.Equal([("B", 4m)], Counts(rows));
    }

    [Fact]
    public void A_sheet_of_another_kind_is_refused_with_what_it_lacks() =>
        Assert.Contains("Physical QOH", Assert.IsType<Unreadable>(
            Assert.Single(new OpenBoxesTranslator(Warehouse).Translate(Documents.Stream("Product code,Lot number\nA,1\n")))).Detail, StringComparison.Ordinal);

    [RealDataFact(Folder + "mainWarehouseInventory.csv")]
    public void Real_sheets_have_every_row_accounted_for()
    {
        foreach (var (name, lines, sum) in new[] { ("main", 57, 0m), ("boston", 57, 0), ("chicago", 42, 0) }.Select(
            sheet => (sheet.Item1, sheet.Item2, Expected(sheet.Item1))))
        {
            using var file = File.OpenRead(RealData.Path($"{Folder}{name}WarehouseInventory.csv"));
            var rows = new OpenBoxesTranslator(Warehouse).Translate(file).ToList();

            Assert.Equal(lines, rows.Count);
            Assert.Empty(rows.OfType<BadLine>());
            Assert.Equal(sum, Counts(rows).Sum(count => count.OnHand));
        }
    }

    /// <summary>By a computation that shares no code with the translator: the next to last field of every line.</summary>
    private static decimal Expected(string name) => File.ReadLines(RealData.Path($"{Folder}{name}WarehouseInventory.csv")).Skip(1)
        .Sum(line => decimal.Parse(line.Split(',')[^2], System.Globalization.CultureInfo.InvariantCulture));

    private static List<TranslatedRow> Translate(string rows) => [.. new OpenBoxesTranslator(Warehouse).Translate(Documents.Trickle(Header + rows))];

    private static IEnumerable<(string Sku, decimal OnHand)> Counts(IEnumerable<TranslatedRow> rows) =>
        rows.OfType<StockCountedThere>().Select(row => (row.Count.Position.Sku.Value, row.Count.OnHand!.Value));
}
