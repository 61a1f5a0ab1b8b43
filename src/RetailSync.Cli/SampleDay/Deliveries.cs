using System.Globalization;

namespace RetailSync.Cli.SampleDay;

/// <summary>One line of what the warehouse sends to a store; both ends report it, each through its own source.</summary>
/// <param name="Document">Shared by the lines of one lorry.</param>
/// <param name="Quantity">What left the warehouse.</param>
/// <param name="LeavesAt">Second of the warehouse's day.</param>
/// <param name="ArrivesAt">Second of the store's day; null when it is still on the road in the evening.</param>
/// <param name="Received">What the store found in the boxes: sometimes less.</param>
internal sealed record DeliveryLine(string Document, int Rank, int Quantity, int LeavesAt, int? ArrivesAt, int Received);

internal static class Deliveries
{
    public static IEnumerable<DeliveryLine> To(SampleStore store, TradingDay day)
    {
        var random = day.RandomFor($"delivery/{store.Location}");
        var document = string.Create(CultureInfo.InvariantCulture, $"TO-{day.Stamp}-{store.Location}");
        // After the warehouse has counted, before it sells: nothing takes what a lorry needs.
        var leavesAt = (2 * DayClock.Hour) + random.Next(DayClock.Hour * 3 / 2);
        // Athens is two hours ahead of the warehouse: five hours on the road by the clock are at least three.
        int? arrivesAt = random.Chance(0.92) ? leavesAt + (5 * DayClock.Hour) + random.Next(2 * DayClock.Hour) : null;
        return Enumerable.Range(0, Math.Min(store.Carries, 8 + (int)(12 * store.Size)))
            .Select(_ => day.Assortment.Draw(random, store.Carries))
            .Distinct()
            .Select((rank, line) =>
            {
                var quantity = 6 * random.Next(1, 5);
                return new DeliveryLine(document, rank, quantity, leavesAt + line, arrivesAt + line, random.Chance(0.03)
                    ? quantity - random.Next(1, 6) : quantity);
            })
            .ToArray();
    }
}
