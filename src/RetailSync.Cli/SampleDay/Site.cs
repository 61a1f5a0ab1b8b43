using System.Globalization;
using NodaTime;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay;

/// <summary>What a store and the warehouse do alike: name their movements, count, find things, break things and write them off.</summary>
/// <param name="zone">Where its clock hangs.</param>
/// <param name="carries">How many of the best sellers it has.</param>
internal sealed class Site(TradingDay day, string source, LocationId location, DateTimeZone zone, int carries)
{
    public const string Damaged = "damaged";

    private int number;

    public DayClock Clock { get; } = new(day.Day, zone);

    public Shelf Shelf { get; } = new(carries);

    public Random Random { get; } = day.RandomFor(source);

    public int DrawArticle() => day.Assortment.Draw(Random, carries);

    public PositionKey Position(int rank) => new(day.Assortment[rank], location);

    /// <summary>The next movement's id; <paramref name="device"/> is the till, the handheld, the desk.</summary>
    public MovementId Name(string device) => new(source, string.Create(CultureInfo.InvariantCulture, $"{day.Stamp}-{device}-{++number:D6}"));

    /// <summary>Every article, one a second, at half past the second: no sale shares a count's instant, so the order of arrival decides nothing.</summary>
    /// <param name="linesADay">How much this place sells: the stock is for a few such days.</param>
    /// <param name="promised">Per article, what is on top of that because it leaves today.</param>
    public IEnumerable<Message> OpeningCounts(double linesADay, ILookup<int, int>? promised = null)
    {
        for (var rank = 0; rank < carries; rank++)
        {
            Shelf.Set(rank, day.Assortment.OpeningQuantity(Random, rank, carries, linesADay) + (promised?[rank].Sum() ?? 0));
            yield return Now(new Count(Name("open"), Position(rank), Clock.At(rank * 2 * DayClock.Hour / carries, 500), null, Shelf.OnHand(rank)));
        }
    }

    /// <summary>Somebody counts a shelf and, now and then, finds one more or one less than there should be.</summary>
    public IEnumerable<Message> CycleCount(int second)
    {
        var rank = DrawArticle();
        if (Random.Chance(0.15))
        {
            Shelf.Set(rank, Math.Max(Shelf.Unsellable(rank), Shelf.OnHand(rank) + (Random.Chance(0.8) ? -1 : 1)));
        }

        yield return Now(new Count(Name("count"), Position(rank), Clock.At(second, 500), null, Shelf.OnHand(rank)));
    }

    public IEnumerable<Message> Breakage(int second)
    {
        var rank = DrawArticle();
        if (Shelf.Sellable(rank) >= 1)
        {
            Shelf.Damage(rank, 1);
            yield return Now(new StatusChange(Name("desk"), Position(rank), Clock.At(second, 600), null, 1, null, Damaged));
        }
    }

    /// <summary>What is broken leaves the books: no longer damaged stock, then no stock.</summary>
    public IEnumerable<Message> WriteOffs(int second)
    {
        for (var rank = 0; rank < carries; rank++)
        {
            var broken = Shelf.Unsellable(rank);
            if (broken > 0 && Random.Chance(0.7))
            {
                Shelf.Repair(rank, broken);
                Shelf.Put(rank, -broken);
                yield return Now(new StatusChange(Name("desk"), Position(rank), Clock.At(second, 700), null, broken, Damaged, null));
                yield return Now(new Adjustment(Name("desk"), Position(rank), Clock.At(second, 701), null, -broken, "written off"));
            }
        }
    }

    public IEnumerable<Message> Found(int second)
    {
        var rank = DrawArticle();
        var quantity = Random.Next(1, 4);
        Shelf.Put(rank, quantity);
        yield return Now(new Adjustment(Name("desk"), Position(rank), Clock.At(second, 800), null, quantity, "found in the back room"));
    }

    public static Message Now(Movement movement) => new(movement.OccurredAt, movement.OccurredAt, movement);
}
