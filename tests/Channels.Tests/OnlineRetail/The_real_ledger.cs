using System.IO.Compression;
using System.Text.Json;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Tests.OnlineRetail;

/// <summary>The file as the translator reads it, against what somebody else counted in it and against a computation that shares no code with it.</summary>
public sealed class The_real_ledger
{
    private const string Folder = "retail-uci-online-retail/";
    private const string Ledger = Folder + "online_retail_2010-12-01_2011-08-31.csv.gz";

    private static readonly LocationId Shop = LocationId.Parse("WEB-UK");

    [RealDataFact(Ledger)]
    public void Every_row_is_accounted_for_as_the_known_facts_say()
    {
        using var facts = JsonDocument.Parse(File.ReadAllText(RealData.Path(Folder + "facts.json")));
        int Fact(string name) => facts.RootElement.GetProperty(name).GetInt32();

        var rows = Translate();

        Assert.Equal(Fact("rows"), rows.Count);
        Assert.Equal(Fact("rows"), rows.Select(row => row.Row).Distinct().Count());
        Assert.Empty(rows.OfType<BadLine>());
        Assert.Empty(rows.OfType<Unreadable>());
        // The three finance lines have a non-product code (B) too.
        Assert.Equal(Fact("nonproduct_rows"), rows.OfType<NotStock>().Count());
        Assert.Equal(3, rows.OfType<NotStock>().Count(row => row.Reason == "finance"));
        var movements = rows.OfType<StockMoved>().Select(row => row.Movement).ToList();
        Assert.Equal(movements.Count, movements.Select(movement => movement.Name).Distinct().Count());
        Assert.Equal(1_384, movements.OfType<Adjustment>().Count());
        Assert.Equal(913, movements.OfType<Adjustment>().Count(adjustment => adjustment.Quantity < 0));
        Assert.All(movements.OfType<Return>(), movement => Assert.StartsWith("C", movement.Document, StringComparison.Ordinal));
        Assert.Equal("2010-12-01T08:26:00Z", movements.Min(movement => movement.OccurredAt).ToString());
        // The last row of all, at 17:45, is postage or the like.
        Assert.Equal("2011-08-31T16:31:00Z", movements.Max(movement => movement.OccurredAt).ToString());
    }

    [RealDataFact(Ledger)]
    public void Positions_equal_an_independent_computation()
    {
        var (expected, lowest) = ComputeIndependently();

        var rows = Translate();
        var opening = OpeningStock.Covering(rows);
        var onHand = new Dictionary<string, decimal>();
        foreach (var movement in rows.OfType<StockMoved>().Select(row => row.Movement))
        {
            onHand[movement.Position.Sku.Value] = onHand.GetValueOrDefault(movement.Position.Sku.Value) + movement switch
            {
                Sale sale => -sale.Quantity,
                Return goodsBack => goodsBack.Quantity,
                Adjustment adjustment => adjustment.Quantity,
                _ => throw new InvalidOperationException(movement.Type),
            };
        }

        Assert.Equal(expected, onHand.ToDictionary());
        Assert.Equal(
            lowest.Where(sku => sku.Value < 0).ToDictionary(sku => sku.Key, sku => (decimal)-sku.Value),
            opening.ToDictionary(receipt => receipt.Position.Sku.Value, receipt => receipt.Quantity));
    }

    private static List<TranslatedRow> Translate()
    {
        using var file = new GZipStream(File.OpenRead(RealData.Path(Ledger)), CompressionMode.Decompress);
        return [.. new OnlineRetailTranslator("online-retail", Shop).Translate(file)];
    }

    /// <summary>The whole file in memory, split by hand, grouped by invoice: slow, simple, and not what the product does.</summary>
    private static (Dictionary<string, decimal> OnHand, Dictionary<string, long> Lowest) ComputeIndependently()
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(RealData.Path(Ledger)), CompressionMode.Decompress));
        text.ReadLine();
        var table = new List<string[]>();
        while (text.ReadLine() is { } line)
        {
            // Quotes open and close around commas, so every other piece between quotes is text.
            var fields = string.Concat(line.Split('"').Select((piece, index) => index % 2 == 0 ? piece.Replace(',', '\t') : piece)).Split('\t');
            Assert.Equal(8, fields.Length);
            table.Add(fields);
        }

        var linesOf = table.CountBy(fields => fields[0]).ToDictionary();
        var onHand = new Dictionary<string, decimal>();
        var lowest = new Dictionary<string, long>();
        foreach (var fields in table)
        {
            var code = fields[1].ToUpperInvariant();
            var digits = code.TakeWhile(char.IsAsciiDigit).Count();
            var letters = code.Skip(digits).Count(char.IsAsciiLetter);
            if (fields[0][0] == 'A' || digits != 5 || letters > 3 || digits + letters != code.Length)
            {
                continue;
            }

            var asItStands = fields[5].Trim('0', '.') == "" && fields[6] == "" && linesOf[fields[0]] == 1 && fields[0][0] != 'C';
            var change = long.Parse(fields[3], System.Globalization.CultureInfo.InvariantCulture) * (asItStands ? 1 : -1);
            onHand[code] = onHand.GetValueOrDefault(code) + change;
            lowest[code] = Math.Min(lowest.GetValueOrDefault(code), (long)onHand[code]);
        }

        return (onHand, lowest);
    }
}
