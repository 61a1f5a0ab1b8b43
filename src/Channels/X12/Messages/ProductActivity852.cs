using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>
/// 852 Product Activity Data: what a seller's stores sold and have. A line is a ZA of a LIN; where an SDQ follows it, each of its stores is
/// one.
/// </summary>
internal static class ProductActivity852
{
    private static readonly Dictionary<string, Func<decimal, string, LineOutcome>> Activities = new()
    {
        ["QS"] = Sold,
        ["RE"] = Sold,
        ["TS"] = Sold,
        ["Q1"] = (quantity, code) => quantity < 0 ? Returned(-quantity, null) : Sold(quantity, code),
        ["QU"] = (quantity, _) => Returned(quantity, null),
        ["Q2"] = (quantity, _) => Returned(quantity, null),
        ["RQ"] = (quantity, _) => Returned(quantity, null),
        ["Q3"] = (quantity, _) => Returned(quantity, "damaged"),
        ["QR"] = (quantity, _) => quantity > 0 ? new Moved(StockMove.Receipt(quantity)) : Contradiction("QR", quantity),
        ["QT"] = (quantity, code) => new Moved(StockMove.Adjustment(quantity, code)),
    };

    private static readonly HashSet<string> Levels = ["QA", "OH", "QE"];

    /// <summary>What is expected, wanted, planned or was at the beginning: no stock, and nothing that has happened.</summary>
    private static readonly Dictionary<string, string> OfNoStock = new()
    {
        ["QP"] = "on order",
        ["QI"] = "in transit",
        ["Q4"] = "on order",
        ["QB"] = "beginning balance",
        ["QC"] = "committed",
        ["QD"] = "demand",
        ["LS"] = "demand",
        ["QO"] = "demand",
        ["QL"] = "planning",
        ["QM"] = "planning",
        ["QN"] = "planning",
        ["OQ"] = "planning",
        ["PO"] = "planning",
        ["QX"] = "planning",
    };

    public static SourceDocument Read(X12Table table)
    {
        table.Purpose("XQ05", table["XQ", 5]);
        var (header, loops) = table.Loops("LIN", "CTT", "SE");
        var store = X12Table.Place(header, "RL", "ST", "WH", "SF");
        var (from, to) = (table["XQ", 2], table["XQ", 3]);
        var time = X12Values.Time(to.Length > 0 ? to : from);
        var keys = X12Table.Keys([.. loops.Select(loop => loop[0][1])]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, loop) in loops.Index())
        {
            var articles = X12Values.Articles(loop[0], X12Values.Pairs(loop[0], 2));
            var hasLevel = loop.Any(segment => segment.Id == "ZA" && Levels.Contains(segment[1]));
            var isBeforeActivities = true;
            var isEmpty = true;
            foreach (var (at, segment) in loop.Index())
            {
                if (segment.Id == "QTY" && segment[1] == "17" && isBeforeActivities)
                {
                    // On hand is stated by the activity as well; then that one counts.
                    Add(segment, segment, 2, segment.Components(3)[0], store, hasLevel ? new NoStock("stated by an activity") : X12Table.Level(segment, 2), "");
                }
                else if (segment.Id == "ZA")
                {
                    isBeforeActivities = false;
                    var places = InventoryInquiry846.Distributed(loop, at + 1);
                    Add(segment, segment, 2, segment[3], store, places.Count > 0 ? new NoStock("total of places") : Outcome(segment[1], segment, 2), "");
                    foreach (var (sdq, element) in places)
                    {
                        Add(segment, sdq, element + 1, sdq[1], new PlaceName(sdq[element]), Outcome(segment[1], sdq, element + 1), sdq[element]);
                    }
                }
            }

            if (isEmpty)
            {
                Add(loop[0], loop[0], 0, "", store, new NoStock("no quantity"), "");
            }

            void Add(X12Segment activity, X12Segment segment, int element, string unit, PlaceName? place, LineOutcome outcome, string part)
            {
                isEmpty = false;
                table.Add(new DocumentLine
                {
                    Key = X12Table.FigureKey(
                        seen, $"{keys[index]}:{(activity == loop[0] ? "" : activity[1])}:{part}", segment.Position - loop[0].Position, element),
                    Position = X12Table.PositionOf(segment),
                    Articles = articles,
                    Place = place,
                    Unit = X12Values.Unit(unit),
                    Time = time,
                    Outcome = outcome,
                });
            }
        }

        table.Total("CTT01", table["CTT", 1], "lines (LIN)", loops.Count);
        return table.Document(from.Length + to.Length == 0 ? null : $"{from}:{to}:{store?.Value}");
    }

    private static LineOutcome Outcome(string activity, X12Segment segment, int element)
    {
        if (Levels.Contains(activity))
        {
            return X12Table.Level(segment, element);
        }

        if (OfNoStock.TryGetValue(activity, out var reason))
        {
            return new NoStock(reason);
        }

        return !Activities.TryGetValue(activity, out var outcome)
            ? new Rejected("unknown-reason", $"ZA01 is '{activity}', an activity of which it is not known what it does to stock.")
            : X12Values.Quantity(segment[element]) switch
            {
                null => X12Table.NoQuantity(segment, element, "a number"),
                0 => new NoStock("no activity"),
                { } quantity => outcome(quantity, activity),
            };
    }

    private static LineOutcome Sold(decimal quantity, string code) => quantity > 0 ? new Moved(StockMove.Sale(quantity)) : Contradiction(code, quantity);

    private static LineOutcome Returned(decimal quantity, string? status) =>
        quantity > 0 ? new Moved(StockMove.Return(quantity, status: status)) : Contradiction("a return", quantity);

    private static Rejected Contradiction(string activity, decimal quantity) =>
        new("invalid-quantity", FormattableString.Invariant($"ZA02 {quantity} and the activity {activity} contradict each other."));
}
