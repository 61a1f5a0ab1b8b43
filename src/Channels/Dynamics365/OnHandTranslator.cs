using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Dynamics365;

/// <summary>
/// An answer of the on-hand query of Dynamics 365 Inventory Visibility: a record for each product and combination of dimensions, with measures by data source.
/// <list type="bullet">
/// <item>What a measure says of what is on hand, and what the SKU and the location are, is in <see cref="OnHandMeasures"/>. What is in inspection is also the
/// status <see cref="QualityHold"/>.</item>
/// <item>Other dimensions (a till, a batch) part one position into several records: they are added up. What no record says is not counted.</item>
/// </list>
/// </summary>
public sealed class OnHandTranslator
{
    public const string QualityHold = "quality-hold";

    /// <summary>A longer answer has to be asked for in pages.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Record by record, in the order of the answer; a position's records come to one count, at the first of them. Nothing in it makes it throw.
    /// </summary>
    public IEnumerable<TranslatedRow> Translate(Stream answer) => Translate(Parse(answer, out var problem), problem);

    private static IEnumerable<TranslatedRow> Translate(JsonElement? records, string? problem)
    {
        var rows = new List<TranslatedRow>();
        var sums = new Dictionary<PositionKey, (long Row, Measures Measures)>();
        var spoiled = new HashSet<PositionKey>();
        foreach (var record in records?.EnumerateArray() ?? default)
        {
            var row = rows.Count + 1;
            if (Position(record) is not { } position)
            {
                rows.Add(Bad(row, "It has no productId or no dimension locationId that could be understood.", record));
            }
            else if (Measures.Read(record) is not { } measures)
            {
                // A sum that lacks a part is no count.
                spoiled.Add(position);
                rows.Add(Bad(row, "Its quantities are not numbers by data source and measure.", record));
            }
            else
            {
                sums[position] = sums.TryGetValue(position, out var sum) ? (sum.Row, sum.Measures.Plus(measures)) : (row, measures);
                rows.Add(new NotStock(row, "another record of a position"));
            }
        }

        foreach (var (position, (row, measures)) in sums.Where(sum => !spoiled.Contains(sum.Key)))
        {
            rows[(int)row - 1] = measures.OnHand is < 0 || measures.Reserved is < 0 || measures.InQuality is < 0
                ? Bad(row, $"{position.Sku} at {position.Location} is below 0, which no count can be.", default)
                : new StockCountedThere(row, measures.ToCount(position));
        }

        return problem is null ? rows : [.. rows, new Unreadable(rows.Count + 1, problem)];
    }

    /// <summary>The records: an array, or the <c>value</c> of a page.</summary>
    private static JsonElement? Parse(Stream answer, out string? problem)
    {
        problem = null;
        try
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = answer.Read(buffer)) > 0;)
            {
                if (bytes.Length + read > MaxBytes)
                {
                    problem = $"It is longer than {MaxBytes} bytes.";
                    return null;
                }

                bytes.Write(buffer, 0, read);
            }

            using var document = JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
            var root = document.RootElement;
            var records = root.ValueKind == JsonValueKind.Object && OnHandMeasures.Find(root, "value") is { } value ? value : root;
            if (records.ValueKind == JsonValueKind.Array)
            {
                return records.Clone();
            }

            problem = "It is not an array of records.";
        }
        catch (Exception exception) when (exception is JsonException or IOException or InvalidDataException)
        {
            problem = exception.Message;
        }

        return null;
    }

    private static PositionKey? Position(JsonElement record) =>
        record.ValueKind == JsonValueKind.Object && LocationId.TryParse(OnHandMeasures.Location(record), out var location)
            && Sku.TryParse(OnHandMeasures.Product(record), out var sku) ? new PositionKey(sku, location) : null;

    private static BadLine Bad(long row, string detail, JsonElement record) =>
        new(row, "invalid-line", detail, record.ValueKind == JsonValueKind.Undefined ? "" : record.GetRawText());

    /// <summary>What records say; null where none says anything.</summary>
    private readonly record struct Measures(decimal? OnHand, decimal? Reserved, decimal? InQuality)
    {
        public static Measures? Read(JsonElement record)
        {
            if (OnHandMeasures.Of(record) is not { } measures || measures.Any(measure => measure.Quantity is null))
            {
                return null;
            }

            return measures.Aggregate(default(Measures), (sum, measure) => sum.Plus(new Measures(
                measure.OnHand,
                measure.Effect == MeasureEffect.Reserved ? measure.Quantity : null,
                measure.Effect == MeasureEffect.QualityHold ? measure.Quantity : null)));
        }

        public Measures Plus(Measures other) => new(Add(OnHand, other.OnHand), Add(Reserved, other.Reserved), Add(InQuality, other.InQuality));

        public TheirCount ToCount(PositionKey position) =>
            new(position, OnHand, InQuality is { } held ? new Dictionary<string, decimal> { [QualityHold] = held } : TheirCount.NoStatus, Reserved);

        private static decimal? Add(decimal? first, decimal? second) => first is null ? second : second is null ? first : first + second;
    }
}
