using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>944 Warehouse Stock Transfer Receipt Advice: what came in at a warehouse. A line is a W07 with the exceptions (W13) behind it.</summary>
internal static class StockTransferReceipt944
{
    /// <summary>Receiving conditions (element 412) of goods that are a part of W07-01 and arrive unsellable.</summary>
    private static readonly Dictionary<string, string> Statuses = new()
    {
        ["01"] = "damaged",
        ["04"] = "quality-hold",
        ["08"] = "quality-hold",
        ["09"] = "quality-hold",
    };

    public static SourceDocument Read(X12Table table)
    {
        var (header, loops) = table.Loops("W07", "W14");
        var kind = table["W17", 1];
        if (kind == "K")
        {
            table.IsCopy();
        }

        var document = First(table["W17", 5], table["W17", 4], table["W17", 3]);
        var warehouse = X12Table.Place(header, "WH", "ST");
        var time = X12Values.Time(table["W17", 2], table["W17", 7]);
        var keys = X12Table.Keys([.. loops.Select(loop => X12Table.Qualified(loop, "N9", "LI")?[2] ?? "")]);
        foreach (var (index, loop) in loops.Index())
        {
            var line = loop[0];
            table.Add(new DocumentLine
            {
                Key = keys[index],
                Position = X12Table.PositionOf(line),
                Articles = X12Values.Articles(line, [4, 6, 10], line[3], line[2]),
                Place = warehouse,
                Unit = X12Values.Unit(line[2]),
                Time = time,
                Outcome = kind == "X" && !table.IsOn(X12Options.ExceptionsOnly)
                    ? new Rejected("unknown-reason", $"W17-01 is X: what else came is not known. The option {X12Options.ExceptionsOnly} reads them.")
                    : X12Table.Above0(line, 1, quantity => Outcome(kind, line, loop, quantity, document), "nothing received"),
            });
        }

        table.Total("W14-01", table["W14", 1], "received in W07-01", loops.Sum(loop => X12Values.Quantity(loop[0][1]) ?? 0));
        return table.Document(table["W17", 3], warehouse?.Value);
    }

    private static LineOutcome Outcome(string kind, X12Segment line, IReadOnlyList<X12Segment> loop, decimal quantity, string document)
    {
        // "Reversal effect": what it states came in earlier by mistake.
        if (line[9] == "2")
        {
            return new Moved(StockMove.Adjustment(-quantity, "reversal", document));
        }

        return kind switch
        {
            "A" or "O" => new Moved(StockMove.Adjustment(quantity, kind, document)),
            "S" => new Moved(StockMove.Adjustment(-quantity, kind, document)),
            _ => WithExceptions(kind == "C", line, [.. loop.Where(segment => segment.Id == "W13")], quantity, document),
        };
    }

    private static LineOutcome WithExceptions(bool isReturn, X12Segment line, IReadOnlyList<X12Segment> exceptions, decimal quantity, string document)
    {
        List<StockMove> moves = [];
        var rest = quantity;
        var scrapped = 0m;
        foreach (var condition in exceptions.GroupBy(exception => exception[3]))
        {
            switch (condition.Key)
            {
                case "02" or "03" or "05" or "06" or "07" or "11" or "16":
                    // Information: the difference from what was announced, which W07-01 has already.
                    break;
                case var code when Statuses.TryGetValue(code, out var status) || code == "10":
                    if (condition.FirstOrDefault(exception => exception[2] != line[2]) is { } other)
                    {
                        return new Rejected("unknown-unit", $"W13 is in {other[2]}, and the W07 of which it is a part in {line[2]}.");
                    }

                    if (condition.FirstOrDefault(exception => X12Values.Quantity(exception[1]) is not >= 0) is { } wrong)
                    {
                        return X12Table.NoQuantity(wrong, 1, "0 or more");
                    }

                    var part = condition.Sum(exception => X12Values.Quantity(exception[1]) ?? 0);
                    if (part == 0)
                    {
                        break;
                    }

                    if (code == "10")
                    {
                        scrapped = part;
                        break;
                    }

                    rest -= part;
                    moves.Add(Arrival(isReturn, part, document, status) with { Part = code });
                    break;
                case var unknown:
                    return new Rejected("unknown-reason", $"W13-03 is '{unknown}', a condition of which it is not known what it does to stock.");
            }
        }

        if (rest < scrapped)
        {
            return new Rejected("invalid-quantity", FormattableString.Invariant($"The W13 are parts of W07-01, and more than its {quantity}."));
        }

        if (rest > 0)
        {
            moves.Insert(0, Arrival(isReturn, rest, document, null));
        }

        if (scrapped > 0)
        {
            moves.Add(StockMove.Adjustment(-scrapped, "10", document) with { Part = "10" });
        }

        return new Moved(moves);
    }

    private static StockMove Arrival(bool isReturn, decimal quantity, string document, string? status) =>
        isReturn ? StockMove.Return(quantity, document, status) : StockMove.Receipt(quantity, document, status);

    private static string First(params string[] values) => values.FirstOrDefault(value => value.Length > 0) ?? "";
}
