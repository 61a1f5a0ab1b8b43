using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.OnlineRetail;

/// <summary>
/// The sales ledger of a British web shop and wholesaler (UCI "Online Retail"), where stock hides among money:
/// <list type="bullet">
/// <item>an invoice line is a <see cref="Sale"/>, also at price 0 (a free good);</item>
/// <item>a line of an invoice that begins with C is a <see cref="Return"/>, written with a minus;</item>
/// <item>a line at price 0, without a customer, alone in its invoice is an <see cref="Adjustment"/>, and there the sign
/// is the other way round: the quantity is what stock gained or, with a minus, lost;</item>
/// <item>invoices that begin with A (finance) and codes that are no products (postage, fees, gift vouchers) are not stock.</item>
/// </list>
/// A product is five digits and up to three letters, in either case: 85123a is 85123A. Times are the shop's, in London.
/// A line is named <c>{invoice}/{number in the invoice}</c>, since identical lines are all meant, and the same invoice is
/// the same wherever the file was cut. All stock is at one location: whether an order came through the web shop (it has a
/// DOT line) changes who sold, not where the goods were.
/// </summary>
public sealed partial class OnlineRetailTranslator(string source, LocationId location)
{
    public const string DefaultSource = "online-retail";
    public const string DefaultLocation = "WEB-UK";

    private static readonly DateTimeZone ShopTime = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly LocalDateTimePattern ShopTimePattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    /// <summary>Translates row by row, in the order of the file. Nothing in a file makes it throw.</summary>
    public IEnumerable<TranslatedRow> Translate(Stream file)
    {
        var lines = new InvoiceLines();
        long rows = 0;
        foreach (var (line, number, alone) in InvoiceWindow.Over(lines.Read(file)))
        {
            rows = line.Row;
            yield return Translate(line, number, alone);
        }

        if (lines.StoppedBy is { } reason)
        {
            yield return new Unreadable(rows + 1, reason);
        }
    }

    private TranslatedRow Translate(InvoiceLine line, int number, bool alone)
    {
        if (line.Problem is not null)
        {
            return Bad(line.Problem);
        }

        if (!InvoiceNumber().IsMatch(line.Invoice))
        {
            return Bad($"'{line.Invoice}' is not an invoice number.");
        }

        var kind = char.ToUpperInvariant(line.Invoice[0]);
        if (kind == 'A')
        {
            return new NotStock(line.Row, "finance");
        }

        if (line.StockCode.Length == 0)
        {
            return Bad("It has no stock code.");
        }

        if (!ProductCode().IsMatch(line.StockCode))
        {
            return new NotStock(line.Row, "not a product");
        }

        if (!TryNumber(line.Quantity, out var quantity) || !Quantity.IsExact(quantity) || quantity == 0)
        {
            return Bad($"Quantity '{line.Quantity}' is not a number other than 0.");
        }

        if (!TryNumber(line.UnitPrice, out var price))
        {
            return Bad($"UnitPrice '{line.UnitPrice}' is not a number.");
        }

        if (!ShopTimePattern.Parse(line.InvoiceDate).TryGetValue(default, out var local))
        {
            return Bad($"InvoiceDate '{line.InvoiceDate}' is not a time like 2010-12-01 08:26:00.");
        }

        var name = new MovementId(source, $"{line.Invoice}/{number}");
        var position = new PositionKey(Sku.Parse(line.StockCode.ToUpperInvariant()), location);
        // An hour that the clocks skip or repeat never has an order in it; leniently still gives each such time one instant.
        var occurredAt = local.InZoneLeniently(ShopTime).ToInstant();
        return kind switch
        {
            'C' when quantity < 0 => Moved(new Return(name, position, occurredAt, line.Invoice, -quantity, Status: null)),
            'C' => Bad("A cancellation takes goods back, so its quantity is below 0."),
            _ when price == 0 && line.CustomerId.Length == 0 && alone =>
                Moved(new Adjustment(name, position, occurredAt, line.Invoice, quantity, Reason(line.Description))),
            _ when quantity > 0 => Moved(new Sale(name, position, occurredAt, line.Invoice, quantity, Reservation: null)),
            _ => Bad("Its quantity is below 0, and it is neither a cancellation nor a stock adjustment."),
        };

        StockMoved Moved(Movement movement) => new(line.Row, movement);
        BadLine Bad(string detail) => new(line.Row, "invalid-line", detail, line.Content);
    }

    /// <summary>Free words, or nothing; a third of the adjustments say why.</summary>
    private static string Reason(string description) =>
        Identifier.TryParse(description, out var words) ? words : "stock adjustment";

    private static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex("^[0-9]{5}[A-Za-z]{0,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex ProductCode();

    [GeneratedRegex("^[ACac]?[0-9]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex InvoiceNumber();
}
