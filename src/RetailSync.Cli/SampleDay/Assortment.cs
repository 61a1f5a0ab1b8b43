using System.Globalization;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.SampleDay;

/// <summary>What is sold, from best to worst seller (the number of an article is its rank): a few articles make most of the sales (Zipf).</summary>
internal sealed class Assortment
{
    private readonly Sku[] skus;
    private readonly double[] shareUpTo;

    public Assortment(int count)
    {
        skus = [.. Enumerable.Range(0, count)
            .Select(rank => Sku.Parse((10_001 + rank).ToString(CultureInfo.InvariantCulture) + (IsWeighed(rank) ? "KG" : "")))];
        shareUpTo = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
        {
            sum += 1 / Math.Pow(rank + 2, 0.9);
            shareUpTo[rank] = sum;
        }
    }

    public Sku this[int rank] => skus[rank];

    /// <summary>Fruit and cheese: sold by weight, in kilograms to the gram.</summary>
    public static bool IsWeighed(int rank) => rank % 40 == 6;

    /// <summary>An article of the <paramref name="carried"/> best sellers, drawn as customers would.</summary>
    public int Draw(Random random, int carried)
    {
        var found = Array.BinarySearch(shareUpTo, 0, carried, random.NextDouble() * shareUpTo[carried - 1]);
        return Math.Min(found < 0 ? ~found : found, carried - 1);
    }

    /// <summary>How much of the sales of the <paramref name="carried"/> best sellers this one makes: 0 to 1.</summary>
    public double Share(int rank, int carried) => (shareUpTo[rank] - (rank == 0 ? 0 : shareUpTo[rank - 1])) / shareUpTo[carried - 1];

    /// <summary>What one customer buys of it.</summary>
    public static decimal BasketQuantity(Random random, int rank) =>
        IsWeighed(rank) ? Quantity.Canonical(random.Next(80, 2_500) / 1000m)
        : random.Chance(0.75) ? 1
        : random.Next(2, 6);

    /// <summary>What is in stock of it in the morning: a few days of sales and then some.</summary>
    public decimal OpeningQuantity(Random random, int rank, int carried, double linesADay)
    {
        var units = (int)Math.Ceiling(linesADay * Share(rank, carried) * 3) + random.Next(2, 12);
        return IsWeighed(rank) ? units + Quantity.Canonical(random.Next(0, 1000) / 1000m) : units;
    }
}

internal static class Chances
{
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
