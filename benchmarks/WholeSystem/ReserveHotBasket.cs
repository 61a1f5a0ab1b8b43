using RetailSync.Benchmarks.Baselines;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Baskets that all have the same article among others.</summary>
internal static class ReserveHotBasket
{
    public static readonly Benchmark Benchmark = new("reserve-hot-basket", "baskets/s", Goal.AtLeast(3), Ours, Baseline,
        "baskets of 5, one line of each on one SKU, 256 callers in process, against one SQL transaction with sorted row locks on 8 connections");

    private static Task<double> Ours(Conditions conditions) => Product.HoldRate(conditions, ReserveHot.Callers, Baskets.WithHotLine);

    private static Task<double> Baseline(Conditions conditions)
    {
        var positions = new EvenLoad("baseline", conditions.Positions, conditions.PerBatch).Positions.ToArray();
        return SqlBasket.Rate(conditions, positions, random => Baskets.WithHotLine(random, positions));
    }
}

internal static class Baskets
{
    private const int Lines = 5;

    /// <summary>Distinct positions, each as likely as the others.</summary>
    public static PositionKey[] Draw(Random random, PositionKey[] positions) => Distinct(random, positions, []);

    /// <summary>The same first position in each basket.</summary>
    public static PositionKey[] WithHotLine(Random random, PositionKey[] positions) => Distinct(random, positions, [positions[0]]);

    private static PositionKey[] Distinct(Random random, PositionKey[] positions, HashSet<PositionKey> basket)
    {
        while (basket.Count < Lines)
        {
            basket.Add(positions[random.Next(positions.Length)]);
        }

        return [.. basket];
    }
}
