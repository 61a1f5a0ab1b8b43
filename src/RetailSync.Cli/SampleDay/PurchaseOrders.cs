using System.Globalization;
using NodaTime;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay;

/// <summary>One line of a purchase order for the warehouse: ERP says what is expected, WMS what arrived.</summary>
/// <param name="Quantity">Units ordered.</param>
/// <param name="ExpectedOn">Today or within two weeks.</param>
/// <param name="ArrivesAt">Second of the warehouse's day; null when it does not come today.</param>
/// <param name="Received">What arrived: sometimes less than ordered.</param>
/// <param name="Damaged">The part of it that arrived broken.</param>
internal sealed record PurchaseOrderLine(string Document, int Rank, int Quantity, LocalDate ExpectedOn, int? ArrivesAt, int Received, int Damaged);

/// <summary>What ERP reports: at dawn what is expected; at noon some orders are moved to another day, or cancelled.</summary>
internal sealed class PurchaseOrders(TradingDay day)
{
    private const string Source = "erp";

    public IReadOnlyList<PurchaseOrderLine> Lines { get; } = Draw(day);

    public IEnumerable<Message> Messages() => Written().InSendingOrder(day.RandomFor("erp/sending"));

    private IEnumerable<Message> Written()
    {
        var random = day.RandomFor("erp");
        var clock = new DayClock(day.Day, SampleStore.Zones[0]);
        var number = 0;
        foreach (var line in Lines)
        {
            yield return Expect(line, line.Quantity, line.ExpectedOn, clock.At(number));
        }

        foreach (var line in Lines.Where(line => line.ArrivesAt is null && random.Chance(0.1)))
        {
            var now = clock.At((8 * DayClock.Hour) + number);
            yield return random.Chance(0.4) ? Expect(line, 0, line.ExpectedOn, now) : Expect(line, line.Quantity, line.ExpectedOn.PlusDays(7), now);
        }

        Message Expect(PurchaseOrderLine line, decimal quantity, LocalDate on, Instant now)
        {
            var name = new MovementId(Source, string.Create(CultureInfo.InvariantCulture, $"{day.Stamp}-po-{++number:D5}"));
            var position = new PositionKey(day.Assortment[line.Rank], TradingDay.Warehouse);
            var confidence = on == day.Day ? 1m : 0.9m;
            return new Message(now, now, new Expected(name, position, now, line.Document, quantity, on, SupplyKind.PurchaseOrder, confidence));
        }
    }

    private static PurchaseOrderLine[] Draw(TradingDay day)
    {
        var random = day.RandomFor("purchase-orders");
        return [.. Enumerable.Range(0, day.Skus).Where(_ => random.Chance(0.3)).Select((rank, index) =>
        {
            var document = string.Create(CultureInfo.InvariantCulture, $"PO-{day.Stamp}-{(index / 6) + 1:D4}");
            var quantity = 12 * random.Next(2, 30);
            var expectedOn = random.Chance(0.6) ? day.Day : day.Day.PlusDays(random.Next(1, 15));
            var comes = expectedOn == day.Day && random.Chance(0.8);
            var received = random.Chance(0.15) ? quantity - random.Next(1, 12) : quantity;
            return new PurchaseOrderLine(document, rank, quantity, expectedOn,
                comes ? (2 * DayClock.Hour) + random.Next(8 * DayClock.Hour) : null, received, random.Chance(0.08) ? random.Next(1, 5) : 0);
        })];
    }
}
