using System.Globalization;
using System.Text;
using CsvHelper;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.OpenBoxes;

/// <summary>
/// A stock-take sheet of OpenBoxes, an open warehouse system: one row for each lot of a product in each bin of one warehouse.
/// <list type="bullet">
/// <item>"Physical QOH" is what was counted; 0 is a count like any other. "OB QOH" is what its own book said, and is no count.</item>
/// <item>What is on hand of a product is the sum over its lots and bins. A product of which one lot was not counted has no sum, and is left out.</item>
/// <item>The sheet names neither the warehouse nor the time: the sender says both.</item>
/// </list>
/// </summary>
public sealed class OpenBoxesTranslator(LocationId location)
{
    private const int MaxRecordBytes = 64 * 1024;
    private const int MostProducts = 1_000_000;

    private static readonly string[] Columns = ["Product code", "Lot number", "Bin location", "Physical QOH"];

    /// <summary>Translates row by row, in the order of the file; a product's rows come to one count, at the first of them. Nothing in a file makes it throw.</summary>
    public IEnumerable<TranslatedRow> Translate(Stream file)
    {
        var rows = new List<TranslatedRow>();
        var products = new Dictionary<Sku, (decimal OnHand, bool IsWhole)>();
        var first = new Dictionary<Sku, long>();
        string? stoppedBy = null;
        foreach (var line in Read(file, reason => stoppedBy = reason))
        {
            var (row, sku, counted) = Translate(line);
            rows.Add(row);
            if (sku is { } product)
            {
                if (products.Count == MostProducts && !products.ContainsKey(product))
                {
                    stoppedBy = $"It has more than {MostProducts} products.";
                    break;
                }

                first.TryAdd(product, row.Row);
                var (onHand, isWhole) = products.GetValueOrDefault(product, (0, true));
                products[product] = (onHand + (counted ?? 0), isWhole && counted is not null);
            }
        }

        var counts = first.Where(product => products[product.Key].IsWhole)
            .ToDictionary(product => product.Value, product => new TheirCount(new PositionKey(product.Key, location), products[product.Key].OnHand, TheirCount.NoStatus, null));
        foreach (var row in rows)
        {
            yield return counts.TryGetValue(row.Row, out var count) ? new StockCountedThere(row.Row, count) : row;
        }

        if (stoppedBy is not null)
        {
            yield return new Unreadable(rows.Count + 1, stoppedBy);
        }
    }

    /// <returns>What the row is by itself, and what it says of which product: null where it was not counted.</returns>
    private static (TranslatedRow Row, Sku? Product, decimal? Counted) Translate(SheetRow line)
    {
        if (line.Problem is not null)
        {
            return (new BadLine(line.Row, "invalid-line", line.Problem, line.Content), null, null);
        }

        if (!Sku.TryParse(line.Product, out var sku))
        {
            return (new BadLine(line.Row, "invalid-line", $"'{line.Product}' is not a product code.", line.Content), null, null);
        }

        if (line.Counted.Length == 0)
        {
            return (new NotStock(line.Row, "not counted"), sku, null);
        }

        return decimal.TryParse(line.Counted, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var counted)
            && Quantity.IsExact(counted) && counted >= 0
            ? (new NotStock(line.Row, "another lot of a product"), sku, counted)
            : (new BadLine(line.Row, "invalid-line", $"Physical QOH '{line.Counted}' is not a number, 0 or more.", line.Content), sku, null);
    }

    private static IEnumerable<SheetRow> Read(Stream file, Action<string> stop)
    {
        string? malformed = null;
        var options = new CsvReaderOptions
        {
            Separator = ',',
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = MaxRecordBytes,
            OnMalformedRecord = record => malformed = record.Reason.ToString(),
        };
        using var reader = CsvReader.Create(file, options, leaveOpen: true);
        if (!TryRead(out var more))
        {
            yield break;
        }

        var missing = Columns.Where(name => !reader.TryGetFieldIndex(name, out _)).ToList();
        if (missing.Count > 0)
        {
            stop($"The header lacks {string.Join(", ", missing)}.");
            yield break;
        }

        var (product, counted) = (reader.GetFieldIndex(Columns[0]), reader.GetFieldIndex(Columns[3]));
        while (more)
        {
            var problem = malformed is not null ? $"Its quoting is broken ({malformed})."
                : reader.FieldCount != reader.Headers.Count ? $"It has {reader.FieldCount} fields and the header {reader.Headers.Count}."
                : null;
            yield return new SheetRow(reader.RowNumber, Field(product), Field(counted), Encoding.UTF8.GetString(reader.RawRecord), problem);
            malformed = null;
            if (!TryRead(out more))
            {
                yield break;
            }
        }

        string Field(int column) => column < reader.FieldCount ? reader.GetString(column).Trim() : "";

        bool TryRead(out bool more)
        {
            more = false;
            try
            {
                more = reader.Read();
                return true;
            }
            catch (Exception exception) when (exception is CsvFormatException or InvalidDataException or IOException)
            {
                stop(exception.Message);
                return false;
            }
        }
    }

    private sealed record SheetRow(long Row, string Product, string Counted, string Content, string? Problem);
}
