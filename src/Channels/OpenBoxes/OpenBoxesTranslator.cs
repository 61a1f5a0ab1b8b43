using System.Globalization;
using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.OpenBoxes;

/// <summary>
/// A stock-take sheet of OpenBoxes, an open warehouse system: one row for each lot of a product in each bin of one warehouse.
/// <list type="bullet">
/// <item>"Physical QOH" is what was counted; 0 is a count like any other. "OB QOH" is what its own book said, and is no count.</item>
/// <item>What is on hand of a product is the sum over its lots and bins. A product of which one lot was not counted, or cannot be read, has no sum, and is left
/// out.</item>
/// <item>The sheet names neither the warehouse nor the time: the sender says both.</item>
/// </list>
/// </summary>
public sealed class OpenBoxesTranslator(LocationId location)
{
    private const int MostProducts = 1_000_000;

    private static readonly string[] Columns = ["Product code", "Lot number", "Bin location", "Physical QOH"];

    /// <summary>
    /// Translates row by row, in the order of the file; a product's rows come to one count, at the first of them. Nothing in a file makes it throw.
    /// </summary>
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
            .ToDictionary(product => product.Value,
                product => new TheirCount(new PositionKey(product.Key, location), products[product.Key].OnHand, TheirCount.NoStatus, null));
        foreach (var row in rows)
        {
            yield return counts.TryGetValue(row.Row, out var count) ? new StockCountedThere(row.Row, count) : row;
        }

        if (stoppedBy is not null)
        {
            yield return new Unreadable(rows.Count + 1, stoppedBy);
        }
    }

    /// <returns>The row's own product and count: null where it was not counted.</returns>
    private static (TranslatedRow Row, Sku? Product, decimal? Counted) Translate(SheetRow line)
    {
        if (line.Problem is not null)
        {
            // Of whichever product it is as far as one can see, a lot is missing.
            return (new BadLine(line.Row, "invalid-line", line.Problem, line.Content), Sku.TryParse(line.Product, out var spoiled) ? spoiled : null, null);
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
        using var text = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        var records = new CsvRecords(text);
        if (!Advance())
        {
            yield break;
        }

        string[] header = [.. records.Cells];
        var missing = Columns.Except(header).ToList();
        if (missing.Count > 0)
        {
            stop($"The header lacks {string.Join(", ", missing)}.");
            yield break;
        }

        var (product, counted) = (Array.IndexOf(header, Columns[0]), Array.IndexOf(header, Columns[3]));
        while (Advance())
        {
            var problem = records.Broken is { } broken ? $"It {broken}."
                : records.HasStrayQuote ? $"It {CsvRecords.QuoteOutOfPlace}."
                : records.Cells.Count != header.Length ? $"It has {records.Cells.Count} fields and the header {header.Length}."
                : null;
            yield return new SheetRow(records.Row - 1, Field(product), Field(counted), records.Text, problem);
        }

        string Field(int column) => column < records.Cells.Count ? records.Cells[column].Trim() : "";

        bool Advance()
        {
            try
            {
                return records.Read();
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException)
            {
                stop(exception.Message);
                return false;
            }
        }
    }

    private sealed record SheetRow(long Row, string Product, string Counted, string Content, string? Problem);
}
