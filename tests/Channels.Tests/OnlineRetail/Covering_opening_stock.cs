using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Tests.OnlineRetail;

public sealed class Covering_opening_stock
{
    private const string Ledger = """
        InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
        536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK
        C536366,85123A,HEART,-4,2010-12-01 09:00:00,2.55,1.0,UK
        536367,85123a,HEART,3,2010-12-01 10:00:00,2.55,1.0,UK
        536368,22423,found,5,2010-12-01 11:00:00,0.0,,UK
        536369,22423,CAKESTAND,5,2010-12-01 12:00:00,12.75,1.0,UK
        536370,POST,POSTAGE,1,2010-12-01 12:00:00,18.0,1.0,UK

        """;

    [Fact]
    public void Each_product_receives_just_enough_before_the_first_row()
    {
        var receipt = Assert.Single(Opening());
        Assert.Equal("85123A@WEB-UK", receipt.Position.ToString());
        Assert.Equal(6, receipt.Quantity);
        Assert.Equal(new MovementId("online-retail", "opening-stock/2010-12-01/85123A"), receipt.Name);
        Assert.Equal("opening-stock", receipt.Document);
        Assert.Equal(Instant.FromUtc(2010, 12, 1, 8, 25), receipt.OccurredAt);
    }

    [Fact]
    public void The_same_file_gives_the_same_receipts() => Assert.Equal(Opening(), Opening());

    [Fact]
    public void An_empty_file_gives_no_receipts() => Assert.Empty(OpeningStock.Covering([]));

    private static IReadOnlyList<Receipt> Opening() =>
        OpeningStock.Covering(new OnlineRetailTranslator("online-retail", LocationId.Parse("WEB-UK")).Translate(Documents.Stream(Ledger)));
}
