using RetailSync.Benchmarks.Baselines;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Baskets that seldom meet.</summary>
internal static class ReserveBasket
{
    public static readonly Benchmark Benchmark = new("reserve-basket", "baskets/s", Goal.AtLeast(1.5), Ours, Baseline,
        "baskets of 5 random positions, all or nothing, 256 callers in process, against one SQL transaction with sorted row locks on 8 connections");

    public static Task<double> Ours(Conditions conditions) => Product.HoldRate(conditions, ReserveHot.Callers, Baskets.Draw);

    private static Task<double> Baseline(Conditions conditions)
    {
        var positions = new EvenLoad("baseline", conditions.Positions, conditions.PerBatch).Positions.ToArray();
        return SqlBasket.Rate(conditions, positions, random => Baskets.Draw(random, positions));
    }
}
