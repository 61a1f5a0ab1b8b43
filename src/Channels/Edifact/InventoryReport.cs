using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// INVRPT: what another system has (BGM 35), what moved there (78) or was adjusted (85E, 263). A line is a QTY of a LIN; the INV, DTM and RFF behind it belong
/// to it.
/// </summary>
internal static class InventoryReport
{
    /// <summary>Statuses (7491) of goods that are there and cannot be sold. 1 is accepted.</summary>
    private static readonly Dictionary<string, string> Statuses = new() { ["2"] = "damaged", ["3"] = "bonded", ["5"] = "quality-hold" };

    public static SourceDocument Read(EdifactTable table)
    {
        table.Purpose();
        var (header, loops) = table.Loops();
        var isLevel = table.Kind == "35";
        if (table.Kind is not ("35" or "78" or "85E" or "263"))
        {
            table.IsOfUnknownKind();
        }

        var place = Location(header) ?? EdifactTable.Party(header, "GY", "WH");
        var keys = EdifactTable.Keys(loops);
        foreach (var (index, loop) in loops.Index())
        {
            var quantities = Quantities(loop);
            if (quantities.Count == 0)
            {
                Add(loop, keys[index], new NoStock("no quantity"));
            }

            var outcomes = isLevel ? Levels(quantities) : [.. quantities.Select(quantity => Movement(quantity.Segments, table.Kind == "78"))];
            foreach (var (number, quantity) in quantities.Index())
            {
                Add(quantity.Segments, FormattableString.Invariant($"{keys[index]}:{number + 1}"), outcomes[number]);
            }

            void Add(IReadOnlyList<EdifactSegment> segments, string key, LineOutcome outcome) => table.Add(new DocumentLine
            {
                Key = key,
                Position = EdifactTable.PositionOf(segments[0]),
                Articles = EdifactTable.Articles(loop),
                Place = Location(loop) ?? place,
                Unit = EdifactTable.Unit(segments[0]),
                Time = isLevel ? EdifactTable.Time(segments, true, "366") ?? EdifactTable.Time(header, true, "366", "137")
                    : EdifactTable.Time(segments, true, "179") ?? EdifactTable.Time(header, true, "137"),
                Outcome = outcome,
            });
        }

        table.Totals(loops.Count, loops.Sum(loop => Quantities(loop).Sum(quantity => EdifactTable.Quantity(quantity.Segments[0]) ?? 0)));
        return table.Document();
    }

    private static PlaceName? Location(IReadOnlyList<EdifactSegment> segments) =>
        EdifactTable.First(segments, "LOC")?[2] is { Length: > 0 } code ? new PlaceName(code) : null;

    /// <summary>Each QTY with the segments behind it; those within a pack (CPS) are parts of the first.</summary>
    private static List<(IReadOnlyList<EdifactSegment> Segments, bool IsOfPack)> Quantities(IReadOnlyList<EdifactSegment> loop)
    {
        List<(IReadOnlyList<EdifactSegment>, bool)> quantities = [];
        List<EdifactSegment>? current = null;
        var isOfPack = false;
        foreach (var segment in loop)
        {
            isOfPack |= segment.Tag == "CPS";
            if (segment.Tag == "QTY")
            {
                current = [];
                quantities.Add((current, isOfPack));
            }

            current?.Add(segment);
        }

        return quantities;
    }

    /// <summary>
    /// On hand as a whole, and its parts that cannot be sold. Where the quantities are by status, the whole is their sum, at the line of what is accepted;
    /// without a status the first is the whole, and others are parts of it.
    /// </summary>
    private static List<LineOutcome> Levels(List<(IReadOnlyList<EdifactSegment> Segments, bool IsOfPack)> quantities)
    {
        var onHand = quantities.Where(quantity => !quantity.IsOfPack && quantity.Segments[0][1] is "145" or "17")
            .Select(quantity => quantity.Segments).ToList();
        var hasWhole = onHand.Any(quantity => StatusOf(quantity).Length == 0);
        var sum = onHand.DistinctBy(StatusOf).Sum(quantity => EdifactTable.Quantity(quantity[0]) ?? 0);
        HashSet<string> seen = [];
        return [.. quantities.Select(quantity => Level(quantity.Segments))];

        LineOutcome Level(IReadOnlyList<EdifactSegment> quantity)
        {
            var status = StatusOf(quantity);
            return !onHand.Contains(quantity) ? new NoStock(quantity[0][1] is "145" or "17" ? "part of another quantity" : "another quantity")
                : EdifactTable.Quantity(quantity[0]) is not >= 0 ? EdifactTable.NoQuantity(quantity[0], "0 or more")
                : !seen.Add(status) ? new NoStock("part of another quantity")
                : status.Length == 0 ? new Level(EdifactTable.Quantity(quantity[0]) ?? 0)
                : status == "1" ? hasWhole ? new NoStock("part of another quantity") : new Level(sum)
                : status == "4" ? new NoStock("reserved")
                : Statuses.TryGetValue(status, out var word) ? new Level(EdifactTable.Quantity(quantity[0]) ?? 0, word)
                : new Rejected("unknown-reason", $"INV 7491 is '{status}', a status of goods that is not known here.");
        }
    }

    private static string StatusOf(IReadOnlyList<EdifactSegment> quantity) => EdifactTable.First(quantity, "INV")?[2] ?? "";

    private static LineOutcome Movement(IReadOnlyList<EdifactSegment> quantity, bool hasReasons)
    {
        var inventory = EdifactTable.First(quantity, "INV");
        var (direction, status, reason) = (inventory?[1] ?? "", inventory?[2] ?? "", inventory?[3] ?? "");
        var document = EdifactTable.Reference(quantity, "ON", "AAK", "AAJ", "DQ", "AAS", "ACE") is { Length: > 0 } number ? number : null;
        if (EdifactTable.Quantity(quantity[0]) is not { } moved || (moved < 0 && direction.Length > 0))
        {
            return EdifactTable.NoQuantity(quantity[0], "0 or more beside a direction (INV 4501)");
        }

        if (moved == 0)
        {
            return new NoStock("nothing moved");
        }

        int? sign = direction switch { "2" => 1, "1" => -1, "" when !hasReasons => 1, _ => null };
        if (sign is not { } way)
        {
            return new Rejected("unknown-reason", $"INV 4501 is '{direction}', which is neither out (1) nor in (2).");
        }

        var adjusted = new Moved(StockMove.Adjustment(way * moved, reason.Length > 0 ? reason : null, document));
        return (hasReasons ? reason : "4", way) switch
        {
            ("1", 1) => new Moved(StockMove.Receipt(moved, document, Statuses.GetValueOrDefault(status))),
            ("2", -1) => new Moved(StockMove.Sale(moved, document)),
            ("5", _) => new NoStock("property transfer"),
            // What is reversed is named by a reference of the sender's, and not by a line of an earlier report.
            ("3" or "4" or "6" or "7" or "8" or "9" or "10" or "11", _) => adjusted,
            ("1" or "2", _) => new Rejected("unknown-reason", $"INV 4499 {reason} and the direction 4501 {direction} contradict each other."),
            _ => new Rejected("unknown-reason", $"INV 4499 is '{reason}', a reason of which it is not known what it does to stock."),
        };
    }
}
