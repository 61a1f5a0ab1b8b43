using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>846 Inventory Inquiry/Advice: what another system has. A line is a QTY of a LIN; where an SDQ follows it, each of its places is one.</summary>
internal static class InventoryInquiry846
{
    private const string OfPeriod = "figure of a period";

    /// <summary>Quantities (element 673) on hand, as a whole or the part of it that cannot be sold.</summary>
    private static readonly Dictionary<string, string?> Levels = new()
    {
        ["17"] = null,
        ["20"] = "non-sellable",
        ["74"] = "damaged",
        ["QH"] = "quality-hold",
    };

    private static readonly Dictionary<string, string> OfNoStock = new()
    {
        // What may be sold is less than what is on hand, by reservations that are theirs.
        ["33"] = "available",
        ["34"] = "available",
        ["29"] = "available",
        ["V2"] = "available",
        ["63"] = "on order",
        ["IQ"] = "in transit",
        ["32"] = OfPeriod,
        ["39"] = OfPeriod,
        ["75"] = OfPeriod,
        ["76"] = OfPeriod,
        ["77"] = OfPeriod,
        ["78"] = OfPeriod,
        ["87"] = OfPeriod,
        ["99"] = OfPeriod,
        ["QB"] = OfPeriod,
    };

    public static SourceDocument Read(X12Table table)
    {
        table.Purpose("BIA01", table["BIA", 1]);
        var (header, loops) = table.Loops("LIN", "CTT", "SE");
        var place = PlaceIn(header);
        var stated = X12Table.Qualified(header, "DTM", "184", "007");
        var time = stated is null ? null : X12Values.Time(stated[2], stated[3], stated[4]);
        time ??= X12Values.Time(table["BIA", 4], table["BIA", 5]);
        var keys = X12Table.Keys([.. loops.Select(loop => loop[0][1])]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, loop) in loops.Index())
        {
            var articles = X12Values.Articles(loop[0], X12Values.Pairs(loop[0], 2));
            var lineTime = X12Table.Qualified(loop, "DTM", "184", "007") is { } own ? X12Values.Time(own[2], own[3], own[4]) : time;
            PlaceName? current = null;
            var isEmpty = true;
            foreach (var (at, segment) in loop.Index())
            {
                if (segment.Id == "N1")
                {
                    current = PlaceIn([segment]) ?? current;
                }
                else if (segment.Id == "QTY")
                {
                    isEmpty = false;
                    var unit = segment.Components(3)[0] is { Length: > 0 } own2 ? own2 : At(loop, at + 1) is { Id: "UIT" } uit ? uit[1] : "";
                    var there = current ?? place ?? PlaceIn(loop);
                    var places = Distributed(loop, at + 1);
                    Add(segment, segment, 2, unit, there, places.Count > 0 ? new NoStock("total of places") : null, "");
                    foreach (var (sdq, element) in places)
                    {
                        Add(segment, sdq, element + 1, sdq[1], new PlaceName(sdq[element]), null, sdq[element]);
                    }
                }
            }

            if (isEmpty)
            {
                Add(loop[0], loop[0], 0, "", place, new NoStock("no quantity"), "");
            }

            void Add(X12Segment quantity, X12Segment segment, int element, string unit, PlaceName? there, LineOutcome? outcome, string part)
            {
                table.Add(new DocumentLine
                {
                    Key = X12Table.FigureKey(
                        seen, $"{keys[index]}:{(quantity == loop[0] ? "" : quantity[1])}:{part}", segment.Position - loop[0].Position, element),
                    Position = X12Table.PositionOf(segment),
                    Articles = articles,
                    Place = there,
                    Unit = X12Values.Unit(unit),
                    Time = lineTime,
                    Outcome = outcome ?? Outcome(quantity[1], segment, element),
                });
            }
        }

        table.Total("CTT01", table["CTT", 1], "lines (LIN)", loops.Count);
        return table.Document(table["BIA", 3]);
    }

    /// <summary>The pairs of place and quantity of the SDQ behind a quantity, each by the element of its place.</summary>
    internal static IReadOnlyList<(X12Segment Segment, int Element)> Distributed(IReadOnlyList<X12Segment> loop, int start) =>
    [
        .. from segment in loop.Skip(start).TakeWhile(segment => segment.Id is not ("QTY" or "ZA" or "LIN" or "N1")).Where(segment => segment.Id == "SDQ")
           from pair in Enumerable.Range(0, 10)
           let element = 3 + (2 * pair)
           where segment[element].Length > 0
           select (segment, element),
    ];

    private static PlaceName? PlaceIn(IReadOnlyList<X12Segment> segments) => X12Table.Place(segments, "WH", "ST", "SF", "RL");

    private static LineOutcome Outcome(string qualifier, X12Segment segment, int element) =>
        Levels.TryGetValue(qualifier, out var status) ? X12Table.Level(segment, element, status)
        : OfNoStock.TryGetValue(qualifier, out var reason) ? new NoStock(reason)
        : new Rejected("unknown-reason", $"QTY01 is '{qualifier}', a quantity of which it is not known whether it is on hand.");

    private static X12Segment? At(IReadOnlyList<X12Segment> loop, int index) => index < loop.Count ? loop[index] : null;
}
