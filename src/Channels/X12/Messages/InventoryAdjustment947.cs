using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>947 Warehouse Inventory Adjustment Advice. A line is a W19; its reason (element 181) says what happened.</summary>
internal static class InventoryAdjustment947
{
    private const string QualityHold = "quality-hold";
    private const string None = "none";
    private const string Status = "status:";

    private enum Effect
    {
        /// <summary>Sellable goods are put on hold.</summary>
        Hold,

        /// <summary>Goods on hold are sellable again.</summary>
        Release,

        /// <summary>Goods have become unsellable: a status where the transaction type names one, otherwise less stock.</summary>
        Spoil,

        /// <summary>Less stock, also without a sign.</summary>
        Down,

        /// <summary>More stock.</summary>
        Up,

        /// <summary>As its sign says: a difference.</summary>
        Signed,

        /// <summary>One of two lines that belong together.</summary>
        Half,

        /// <summary>A customer brought goods back.</summary>
        Return,
    }

    /// <summary>Reasons that are not here are not known: a person says what they mean.</summary>
    private static readonly Dictionary<string, Effect> Reasons = new()
    {
        ["05"] = Effect.Hold,
        ["08"] = Effect.Hold,
        ["55"] = Effect.Release,
        ["88"] = Effect.Release,
        ["AU"] = Effect.Spoil,
        ["AV"] = Effect.Spoil,
        ["AW"] = Effect.Spoil,
        ["AX"] = Effect.Spoil,
        ["BK"] = Effect.Spoil,
        ["BS"] = Effect.Spoil,
        ["07"] = Effect.Down,
        ["CD"] = Effect.Down,
        ["UD"] = Effect.Down,
        ["06"] = Effect.Down,
        ["56"] = Effect.Up,
        ["51"] = Effect.Up,
        // Corrections of earlier reports: more was shipped or less received than was said, and the other way round.
        ["03"] = Effect.Down,
        ["04"] = Effect.Down,
        ["53"] = Effect.Up,
        ["54"] = Effect.Up,
        // A count's difference, not the count.
        ["AA"] = Effect.Signed,
        // Transfer, ownership, renumbering, condition: what leaves the one and what enters the other.
        ["AK"] = Effect.Half,
        ["AG"] = Effect.Half,
        ["AE"] = Effect.Half,
        ["AF"] = Effect.Half,
        ["AC"] = Effect.Half,
        ["AD"] = Effect.Half,
        ["CR"] = Effect.Return,
    };

    /// <summary>Transaction types (W19-16) that say how goods are; saleable and others are none.</summary>
    private static string? StatusOf(string type) => type switch { "DM" => "damaged", "QU" or "QI" => QualityHold, _ => null };

    public static SourceDocument Read(X12Table table)
    {
        var (header, loops) = table.Loops("W19");
        table.Purpose("W15-04", table["W15", 4]);
        var number = table["W15", 2] is { Length: > 0 } first ? first : table["W15", 3];
        var warehouse = X12Table.Place(header, "WH", "SF");
        var effective = X12Table.Qualified(header, "G62", "07");
        var time = effective is null ? X12Values.Time(table["W15", 1]) : X12Values.Time(effective[2], effective[4], effective[5]);
        var meanings = OptionPairs.Read(table.Option(X12Options.Reasons));
        var halves = Halves([.. loops.Select(loop => loop[0])], meanings);
        foreach (var (index, loop) in loops.Index())
        {
            var line = loop[0];
            table.Add(new DocumentLine
            {
                Key = FormattableString.Invariant($"{index + 1}"),
                Position = X12Table.PositionOf(line),
                Articles = ArticlesOf(line),
                Place = warehouse,
                Unit = X12Values.Unit(line[3]),
                Time = time,
                Outcome = Outcome(line, meanings.GetValueOrDefault(line[1], line[1]), halves.GetValueOrDefault(line), number,
                    table.IsOn(X12Options.TwoSidedStatus)),
            });
        }

        return table.Document(number, warehouse?.Value);
    }

    /// <param name="meaning">The reason; where the source gives it another meaning, that.</param>
    private static LineOutcome Outcome(X12Segment line, string meaning, X12Segment? otherHalf, string number, bool isTwoSided)
    {
        var reason = line[1];
        if (meaning == None)
        {
            return new NoStock("reason of no stock");
        }

        var status = meaning.StartsWith(Status, StringComparison.Ordinal) ? meaning[Status.Length..].Trim() : null;
        var effect = Effect.Spoil;
        if (string.IsNullOrEmpty(status) && !Reasons.TryGetValue(meaning, out effect))
        {
            return new Rejected("unknown-reason", $"W19-01 is '{reason}', a reason of which it is not known what it does to stock. "
                + $"The option {X12Options.Reasons} of the source says what it means.");
        }

        if (X12Values.Quantity(line[2]) is not { } quantity)
        {
            return X12Table.NoQuantity(line, 2, "a number");
        }

        return (effect, Math.Sign(quantity)) switch
        {
            (_, 0) => new NoStock("nothing adjusted"),
            (Effect.Half, _) when otherHalf is null =>
                new Rejected("unknown-reason", $"W19-01 {reason} moves stock from one line to another, and the other one is not in the document."),
            (Effect.Half, _) => OfHalf(line, otherHalf!, quantity, number),
            (Effect.Hold or Effect.Release, < 0) when isTwoSided => new NoStock("other half of a status change"),
            (Effect.Hold, > 0) => new Moved(StockMove.Status(quantity, null, QualityHold, number)),
            (Effect.Release, > 0) => new Moved(StockMove.Status(quantity, QualityHold, null, number)),
            (Effect.Spoil, _) when (status ?? StatusOf(line[16])) is { } into => new Moved(StockMove.Status(Math.Abs(quantity), null, into, number)),
            (Effect.Spoil or Effect.Down, < 0) => Adjusted(quantity),
            (Effect.Down, > 0) when !line[2].StartsWith('+') => Adjusted(-quantity),
            (Effect.Up, > 0) or (Effect.Signed, _) => Adjusted(quantity),
            (Effect.Return, > 0) => new Moved(StockMove.Return(quantity, number, StatusOf(line[16]))),
            _ => new Rejected("invalid-quantity", $"W19-02 '{line[2]}' and the reason {reason} contradict each other."),
        };

        LineOutcome Adjusted(decimal by) => new Moved(StockMove.Adjustment(by, reason, number));
    }

    /// <summary>Of one article it is a change of status, recorded by the line that enters; of two articles each is adjusted.</summary>
    private static LineOutcome OfHalf(X12Segment line, X12Segment otherHalf, decimal quantity, string number)
    {
        if (!ArticlesOf(line).SequenceEqual(ArticlesOf(otherHalf)))
        {
            return new Moved(StockMove.Adjustment(quantity, line[1], number));
        }

        var (from, to) = (StatusOf(otherHalf[16]), StatusOf(line[16]));
        return quantity < 0 || from == to ? new NoStock("other half of a status change") : new Moved(StockMove.Status(quantity, from, to, number));
    }

    private static IReadOnlyList<ArticleNumber> ArticlesOf(X12Segment line) => X12Values.Articles(line, [5, 7, 17], line[4], line[3]);

    /// <summary>Lines of one reason and unit whose quantities cancel each other out, each in one pair only.</summary>
    private static Dictionary<X12Segment, X12Segment> Halves(IReadOnlyList<X12Segment> lines, IReadOnlyDictionary<string, string> meanings)
    {
        Dictionary<X12Segment, X12Segment> pairs = [];
        Dictionary<(string, string, decimal), Queue<X12Segment>> waiting = [];
        foreach (var line in lines.Where(line => Reasons.GetValueOrDefault(meanings.GetValueOrDefault(line[1], line[1]), Effect.Signed) == Effect.Half))
        {
            if (X12Values.Quantity(line[2]) is not { } quantity || quantity == 0)
            {
                continue;
            }

            if (waiting.TryGetValue((line[1], line[3], -quantity), out var others) && others.TryDequeue(out var other))
            {
                (pairs[line], pairs[other]) = (other, line);
            }
            else if (waiting.TryGetValue((line[1], line[3], quantity), out var same))
            {
                same.Enqueue(line);
            }
            else
            {
                waiting[(line[1], line[3], quantity)] = new Queue<X12Segment>([line]);
            }
        }

        return pairs;
    }
}
