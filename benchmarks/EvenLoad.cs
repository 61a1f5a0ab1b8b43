using System.Globalization;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks;

/// <summary>Movements without skew, for measuring: positions in equal parts, in batches in which no position comes twice.</summary>
/// <param name="run">Part of every id and of the source, so that two loads share none.</param>
/// <param name="positions">How many positions; a whole number of batches.</param>
/// <param name="perBatch">Movements in a batch.</param>
internal sealed class EvenLoad(string run, int positions, int perBatch)
{
    private const int SkusPerLocation = 200;
    private static readonly Instant Morning = Instant.FromUtc(2025, 11, 24, 6, 0);

    private readonly PositionKey[] all = Shuffled(positions);

    public IEnumerable<PositionKey> Positions => all;

    public string Source { get; } = $"even/{run}";

    /// <summary>A big receipt for every position, so that nothing runs out.</summary>
    public IEnumerable<Movement[]> Stock() => all
        .Select((position, index) => (Movement)new Receipt(
            new MovementId(Source, string.Create(CultureInfo.InvariantCulture, $"stock-{index:D8}")), position, Morning, "opening", 1_000_000_000, null))
        .Chunk(perBatch);

    /// <summary>Sales without end; batch <paramref name="number"/> of the load, and any number is another batch.</summary>
    public Movement[] Batch(long number)
    {
        var first = (int)(number % (all.Length / perBatch)) * perBatch;
        var movements = new Movement[perBatch];
        for (var index = 0; index < perBatch; index++)
        {
            var name = new MovementId(Source, string.Create(CultureInfo.InvariantCulture, $"{number:D12}-{index:D3}"));
            movements[index] = new Sale(name, all[first + index], Morning + Duration.FromHours(4), "receipt-000124", 1 + (index % 3), null);
        }

        return movements;
    }

    private static PositionKey[] Shuffled(int positions)
    {
        var all = Enumerable.Range(0, positions)
            .Select(number => new PositionKey(
                Sku.Parse((10_001 + (number % SkusPerLocation)).ToString(CultureInfo.InvariantCulture)),
                LocationId.Parse("S" + ((number / SkusPerLocation) + 1).ToString("D3", CultureInfo.InvariantCulture))))
            .ToArray();
        new Random(1).Shuffle(all);
        return all;
    }
}
