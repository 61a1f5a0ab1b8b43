using System.Globalization;
using NodaTime;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay;

/// <summary>What one store's tills and handhelds report.</summary>
internal sealed class StoreDay(TradingDay day, SampleStore store)
{
    private const double WronglyKeyedShare = 0.004;

    private readonly Site site = new(day, store.Source, store.Location, store.Zone, store.Carries);
    private readonly int tills = Math.Clamp((int)Math.Ceiling(2 * store.Size), 2, 8);
    private int receipts;

    private Random Random => site.Random;

    public IEnumerable<Message> Messages() => Written().InSendingOrder(day.RandomFor($"sending/{store.Location}"));

    private IEnumerable<Message> Written()
    {
        var lines = (int)(day.SalesPerStore * store.Size);
        // Basket lines average two and a half; see Basket.
        var baskets = (int)(lines / 2.5);
        var offline = OfflineHour();
        var agenda = Agenda.Of([
            (Repeat(baskets, DayClock.BusySecond), Basket),
            (Repeat(baskets / 40, DayClock.QuietSecond), Return),
            .. Deliveries.To(store, day).Where(line => line.ArrivesAt is not null).Select(Unloading),
            (Repeat(2 + (lines / 50), DayClock.QuietSecond), site.CycleCount),
            (Repeat(1 + (lines / 300), DayClock.QuietSecond), site.Breakage),
            ([18 * DayClock.Hour], site.WriteOffs),
            (Repeat(1 + (lines / 600), DayClock.QuietSecond), site.Found),
        ]);
        return site.OpeningCounts(lines).Concat(agenda);

        int[] Repeat(int times, Func<Random, int> second) => [.. Enumerable.Range(0, times).Select(_ => second(Random))];

        IEnumerable<Message> Basket(int second)
        {
            var till = Random.Next(1, tills + 1);
            var receipt = ++receipts;
            // The second till is the one that loses its line; the first is also the desk for returns.
            var sentAt = till == 2 && offline is { } hour && second >= hour && second < hour + DayClock.Hour ? hour + DayClock.Hour + (second % 60) : second;
            return Ring(till, receipt, second, site.Clock.At(sentAt));
        }
    }

    private IEnumerable<Message> Ring(int till, int receipt, int second, Instant sentAt)
    {
        var device = string.Create(CultureInfo.InvariantCulture, $"till{till}");
        var document = string.Create(CultureInfo.InvariantCulture, $"{store.Location}-{day.Stamp}-{receipt:D6}");
        var now = site.Clock.At(second);
        var lines = Random.Next(1, 5);
        for (var line = 0; line < lines; line++)
        {
            var rank = site.DrawArticle();
            var quantity = Assortment.BasketQuantity(Random, rank);
            if (Random.Chance(WronglyKeyedShare))
            {
                foreach (var message in RingWrongly(device, document, rank, quantity, now, sentAt))
                {
                    yield return message;
                }
            }
            else if (site.Shelf.Take(rank, quantity))
            {
                yield return new Message(now, sentAt, new Sale(site.Name(device), site.Position(rank), now, document, quantity, null));
            }
        }
    }

    /// <summary>The cashier keys too many, or an article that the customer then leaves behind; minutes later it is corrected.</summary>
    private IEnumerable<Message> RingWrongly(string device, string document, int rank, decimal quantity, Instant now, Instant sentAt)
    {
        var keyed = quantity + 2;
        if (keyed > site.Shelf.Sellable(rank))
        {
            yield break;
        }

        decimal? right = Random.Chance(0.5) ? quantity : null;
        site.Shelf.Take(rank, right ?? 0);
        var sale = new Sale(site.Name(device), site.Position(rank), now, document, keyed, null);
        var pause = Duration.FromSeconds(Random.Next(120, 1200));
        yield return new Message(now, sentAt, sale);
        yield return new Message(now, sentAt + pause, new Correction(site.Name(device), sale.Position, now + pause, document, sale.Name.Id, right));
    }

    private IEnumerable<Message> Return(int second)
    {
        var rank = site.DrawArticle();
        var status = Random.Chance(0.2) ? Site.Damaged : null;
        var document = string.Create(CultureInfo.InvariantCulture, $"{store.Location}-{day.Stamp}-R{++receipts:D6}");
        site.Shelf.Put(rank, 1, status is null);
        yield return Site.Now(new Return(site.Name("till1"), site.Position(rank), site.Clock.At(second), document, 1, status));
    }

    private (int[] Seconds, Func<int, IEnumerable<Message>> Act) Unloading(DeliveryLine line) => ([line.ArrivesAt!.Value], second =>
    {
        site.Shelf.Put(line.Rank, line.Received);
        return [Site.Now(new Receipt(site.Name("dock"), site.Position(line.Rank), site.Clock.At(second), line.Document, line.Received, null))];
    }
    );

    /// <summary>In every tenth store, the biggest first, the second till is offline for an hour: the second at which it begins, or null.</summary>
    private int? OfflineHour() => store.Number % 10 == 1 ? (7 + Random.Next(8)) * DayClock.Hour : null;
}
