using System.Text;
using CsCheck;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Tests.OnlineRetail;

public sealed class Reading_the_sales_ledger
{
    private const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
    private const string Another = "536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n";

    [Fact]
    public void An_invoice_line_is_a_sale()
    {
        var sale = Assert.IsType<Sale>(Movement(Line("536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom")));
        Assert.Equal(new MovementId("online-retail", "536365/1"), sale.Name);
        Assert.Equal("85123A@WEB-UK", sale.Position.ToString());
        Assert.Equal(6, sale.Quantity);
        Assert.Equal("536365", sale.Document);
    }

    [Theory]
    [InlineData("2010-12-01 08:26:00", "2010-12-01T08:26:00Z")]
    [InlineData("2011-03-27 00:59:00", "2011-03-27T00:59:00Z")]
    [InlineData("2011-03-27 10:16:00", "2011-03-27T09:16:00Z")]
    [InlineData("2011-06-29 15:58:00", "2011-06-29T14:58:00Z")]
    [InlineData("2011-10-30 01:30:00", "2011-10-30T00:30:00Z")]
    public void Times_are_the_shops_local_time_with_summer_time(string written, string instant) =>
        Assert.Equal(instant, Movement(Line($"536365,85123A,HEART,6,{written},2.55,17850.0,United Kingdom")).OccurredAt.ToString());

    [Fact]
    public void A_cancellation_brings_goods_back()
    {
        var goodsBack = Assert.IsType<Return>(Movement(Line("C536379,22423,CAKESTAND,-2,2010-12-01 09:41:00,12.75,14527.0,United Kingdom")));
        Assert.Equal(2, goodsBack.Quantity);
        Assert.Null(goodsBack.Status);
    }

    [Theory]
    [InlineData("-9600", -9600)]
    [InlineData("56", 56)]
    public void A_single_free_line_without_customer_is_an_adjustment(string written, decimal change)
    {
        var adjustment = Assert.IsType<Adjustment>(
            Movement(Line($"556690,23005,printing smudges/thrown away,{written},2011-06-14 10:37:00,0.0,,United Kingdom")));
        Assert.Equal(change, adjustment.Quantity);
        Assert.Equal("printing smudges/thrown away", adjustment.Reason);
    }

    [Fact]
    public void A_free_item_among_others_is_sold() =>
        Assert.All(Moved(Line("536365,22065,CHRISTMAS PUDDING,1,2010-12-01 08:26:00,0.0,,United Kingdom") + Another),
            movement => Assert.IsType<Sale>(movement));

    [Fact]
    public void A_free_item_for_a_customer_is_sold_even_alone() =>
        Assert.IsType<Sale>(Movement(Line("543599,84535B,FAIRY CAKES,16,2011-02-10 13:08:00,0.0,17560.0,United Kingdom")));

    [Fact]
    public void An_invoice_split_by_other_invoices_is_still_one()
    {
        var rows = Line("542806,22065,PUDDING,1,2011-02-01 11:19:00,0.0,,United Kingdom") + Another
            + Line("542806,21754,HOME,1,2011-02-01 11:20:00,5.95,,United Kingdom");
        Assert.All(Moved(rows), movement => Assert.IsType<Sale>(movement));
    }

    [Theory]
    [InlineData("A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom", "finance")]
    [InlineData("A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom", "finance")]
    [InlineData("536370,POST,POSTAGE,3,2010-12-01 08:45:00,18.0,12583.0,France", "not a product")]
    [InlineData("536544,DOT,DOTCOM POSTAGE,1,2010-12-01 14:32:00,569.77,,United Kingdom", "not a product")]
    [InlineData("C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom", "not a product")]
    [InlineData("537534,gift_0001_20,Gift voucher,1,2010-12-07 11:48:00,17.02,,United Kingdom", "not a product")]
    [InlineData("541696,DCGS0076,SUNJAR LED NIGHT LIGHT,1,2011-01-20 18:08:00,16.6,,United Kingdom", "not a product")]
    public void Money_and_services_are_not_stock(string line, string reason) =>
        Assert.Equal(reason, Assert.IsType<NotStock>(Assert.Single(Translate(Header + Line(line)))).Reason);

    [Fact]
    public void Letter_case_makes_no_other_product() =>
        Assert.Equal(
            ["85123A@WEB-UK", "85123A@WEB-UK"],
            Moved(Line("536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK") + Line("536366,85123a,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK"))
            .Select(movement => movement.Position.ToString()));

    [Fact]
    public void Identical_lines_are_all_counted()
    {
        var line = Line("555524,22698,PINK TEACUP,1,2011-06-05 11:37:00,2.95,16923.0,United Kingdom");
        Assert.Equal(["555524/1", "555524/2", "555524/3"], Moved(line + line + line).Select(movement => movement.Name.Id));
    }

    [Fact]
    public void Reading_again_gives_the_same_movements()
    {
        var file = Header + Another + Line("536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.0,1.0,UK") + Another;
        Assert.Equal(Translate(file), Translate(file));
    }

    [Theory]
    [InlineData("536365,85123A,HEART,many,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,0,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,1.00001,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,-6,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("C536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,6,01/12/2010 08:26,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,6,2010-12-01 08:26:00,free,1.0,UK")]
    [InlineData("536365,,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("X1,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK")]
    [InlineData("536365,85123A,HEART,6")]
    [InlineData("536365,85123A,\"HEART,6,2010-12-01 08:26:00,2.55,1.0,UK")]
    public void A_line_that_is_not_understood_is_kept_and_stops_no_other(string line)
    {
        var rows = Translate(Header + Another + Line(line) + Another);
        Assert.Collection(
            rows,
            row => Assert.IsType<StockMoved>(row),
            row => Assert.Equal(line, Assert.IsType<BadLine>(row).Content),
            row => Assert.IsType<StockMoved>(row));
    }

    [Fact]
    public void A_file_with_another_header_is_refused() =>
        Assert.Contains("StockCode", Assert.IsType<Unreadable>(Assert.Single(Translate("id,sku\n1,2\n"))).Detail, StringComparison.Ordinal);

    [Fact]
    public void Any_bytes_are_read_without_failure_and_every_row_counted() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Char["\",\r\n;A0C\0é"].Array[0, 200], Gen.Bool).Sample((bytes, characters, withHeader) =>
        {
            var file = Encoding.UTF8.GetBytes(withHeader ? Header + Another : "").Concat(bytes)
                .Concat(Encoding.UTF8.GetBytes(new string(characters))).ToArray();
            var rows = new OnlineRetailTranslator("s", LocationId.Parse("L")).Translate(new MemoryStream(file)).ToList();
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(row => (long)row), rows.Select(row => row.Row));
        });

    private static string Line(string line) => line + "\n";

    private static Movement Movement(string lines) => Assert.Single(Moved(lines));

    private static List<Movement> Moved(string lines) => [.. Translate(Header + lines).Select(row => Assert.IsType<StockMoved>(row).Movement)];

    private static List<TranslatedRow> Translate(string file)
    {
        var translator = new OnlineRetailTranslator(OnlineRetailTranslator.DefaultSource, LocationId.Parse(OnlineRetailTranslator.DefaultLocation));
        var rows = translator.Translate(Documents.Stream(file)).ToList();
        Assert.Equal(rows, translator.Translate(Documents.Trickle(file)));
        return rows;
    }
}
