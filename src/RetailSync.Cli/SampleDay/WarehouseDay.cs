using System.Globalization;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay;

/// <summary>What WMS reports: the morning's counts, lorries to the stores, suppliers' lorries, and the web channels' orders, which ship from here.</summary>
internal sealed class WarehouseDay(TradingDay day)
{
    private const string OnHold = "quality-hold";
    private const int Inspection = DayClock.Hour;

    private readonly Site site = new(day, $"wms/{TradingDay.Warehouse}", TradingDay.Warehouse, SampleStore.Zones[0], day.Skus);
    private int orders;

    private Random Random => site.Random;

    public IEnumerable<Message> Messages() => Written().InSendingOrder(day.RandomFor("sending/warehouse"));

    private IEnumerable<Message> Written()
    {
        // The web sells about a fifth of what the stores do.
        var lines = Math.Max(20, day.SalesPerStore * day.Stores / 5);
        var lorries = day.AllStores().SelectMany(store => Deliveries.To(store, day).Select(line => (line, store))).ToArray();
        var agenda = Agenda.Of([
            (Repeat(lines / 2, DayClock.BusySecond), Order),
            (Repeat(1 + (lines / 60), DayClock.QuietSecond), Return),
            .. lorries.Select(lorry => Loading(lorry.line, lorry.store)),
            .. new PurchaseOrders(day).Lines.Where(line => line.ArrivesAt is not null).SelectMany(Unloading),
            (Repeat(4 + (lines / 100), DayClock.QuietSecond), site.CycleCount),
            (Repeat(2 + (lines / 400), DayClock.QuietSecond), site.Breakage),
            ([18 * DayClock.Hour], site.WriteOffs),
            (Repeat(1 + (lines / 800), DayClock.QuietSecond), site.Found),
        ]);
        return site.OpeningCounts(lines, lorries.ToLookup(lorry => lorry.line.Rank, lorry => lorry.line.Quantity)).Concat(agenda);

        int[] Repeat(int times, Func<Random, int> second) => [.. Enumerable.Range(0, times).Select(_ => second(Random))];
    }

    private IEnumerable<Message> Order(int second)
    {
        var document = Document(day.Channels[Random.Next(day.Channels.Count)].Value);
        var lines = Random.Next(1, 4);
        for (var line = 0; line < lines; line++)
        {
            var rank = site.DrawArticle();
            var quantity = Assortment.BasketQuantity(Random, rank);
            if (site.Shelf.Take(rank, quantity))
            {
                yield return Site.Now(new Sale(site.Name("pick"), site.Position(rank), site.Clock.At(second), document, quantity, null));
            }
        }
    }

    private IEnumerable<Message> Return(int second)
    {
        var rank = site.DrawArticle();
        var status = Random.Chance(0.3) ? Site.Damaged : null;
        site.Shelf.Put(rank, 1, status is null);
        yield return Site.Now(new Return(site.Name("dock"), site.Position(rank), site.Clock.At(second), Document("return"), 1, status));
    }

    private (int[] Seconds, Func<int, IEnumerable<Message>> Act) Loading(DeliveryLine line, SampleStore store) => ([line.LeavesAt], second =>
    {
        site.Shelf.Put(line.Rank, -line.Quantity);
        return [
            Site.Now(new Transfer(site.Name("load"), site.Position(line.Rank), site.Clock.At(second), line.Document, line.Quantity, store.Location, day.Day))];
    }
    );

    /// <summary>Goods arrive whole, broken in part, or wait for an inspection that lets them go an hour later.</summary>
    private IEnumerable<(int[] Seconds, Func<int, IEnumerable<Message>> Act)> Unloading(PurchaseOrderLine line)
    {
        var held = line.Damaged == 0 && line.Quantity % 5 == 0;
        yield return ([line.ArrivesAt!.Value], second => Unload(line, second, held));
        if (held)
        {
            yield return ([line.ArrivesAt.Value + Inspection], second =>
            {
                site.Shelf.Repair(line.Rank, line.Received);
                return [
                    Site.Now(new StatusChange(site.Name("dock"), site.Position(line.Rank), site.Clock.At(second), line.Document, line.Received, OnHold, null))];
            }
            );
        }
    }

    private IEnumerable<Message> Unload(PurchaseOrderLine line, int second, bool held)
    {
        var good = line.Received - line.Damaged;
        site.Shelf.Put(line.Rank, good, !held);
        yield return Site.Now(new Receipt(site.Name("dock"), site.Position(line.Rank), site.Clock.At(second), line.Document, good, held ? OnHold : null));
        if (line.Damaged > 0)
        {
            site.Shelf.Put(line.Rank, line.Damaged, sellable: false);
            yield return Site.Now(new Receipt(
                site.Name("dock"), site.Position(line.Rank), site.Clock.At(second, 1), line.Document, line.Damaged, Site.Damaged));
        }
    }

    private string Document(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{day.Stamp}-{++orders:D6}");
}
