using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>
/// logisticsInventoryReport, warehousingOperationsNotification and inventoryReport: what a warehouse has, and what happened there. A line is a
/// <c>tradeItemInventoryStatus</c> or <c>tradeItemInventoryEvent</c>, in whatever order of locations and items the report has them.
/// </summary>
internal static class InventoryReport
{
    private const string Status = "tradeItemInventoryStatus";
    private const string Event = "tradeItemInventoryEvent";
    private const string StatusLine = "inventoryStatusLineItem";
    private const string ActivityLine = "inventoryActivityLineItem";

    /// <summary>Types of an inventoryReport (InventoryStatusCode) that say what is there.</summary>
    private static readonly Dictionary<string, string?> StatusTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ON_HAND"] = null,
        ["DAMAGED"] = "damaged",
        ["EXPIRED"] = "expired",
        ["ON_HOLD"] = "quality-hold",
        ["QUARANTINED"] = "quality-hold",
    };

    public static SourceDocument Read(Gs1Message message)
    {
        var period = message.Root.Child("reportingPeriod");
        var reported = XmlTime.Read(period?.TextOf("endDate"), period?.TextOf("endTime"))
            ?? XmlTime.Read(period?.TextOf("beginDate"), period?.TextOf("beginTime")) ?? message.CreatedAt;
        var header = message.Line(message.Root, "") with { Articles = [], Place = Gs1Values.Place(message.Root, "inventoryLocation") };
        var entries = Entries(message.Root, header).ToList();
        var events = entries.Where(entry => entry.Item.Name == Event).Select(entry => Report.OfEvent(entry.Item, entry.Line, reported)).ToList();
        var statuses = entries.Where(entry => entry.Item.Name == Status).Select(entry => Report.OfStatus(entry.Item, entry.Line, reported)).ToList();
        Events(events, message.Number);
        Levels(statuses, [.. events.Select(one => one.Goods)]);
        var outcomes = events.Concat(statuses).ToDictionary(one => one.Item, one => one.Result);
        var timesOfKey = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (item, line) in entries)
        {
            foreach (var result in outcomes.TryGetValue(item, out var known) ? [known] : OfLineItem(item, line with { Time = reported }))
            {
                var times = timesOfKey[result.Key] = timesOfKey.GetValueOrDefault(result.Key) + 1;
                message.Add(times == 1 ? result : result with { Key = FormattableString.Invariant($"{result.Key}:{times}") });
            }
        }

        return message.Document();
    }

    /// <summary>What says something of stock, with the place and the article of whatever it stands in.</summary>
    private static IEnumerable<(XmlItem Item, DocumentLine Line)> Entries(XmlItem item, DocumentLine around)
    {
        var articles = Gs1Values.Articles(item);
        var line = around with
        {
            Position = item.Position,
            Place = Gs1Values.Place(item.Child("inventoryLocation")) ?? around.Place,
            Articles = articles.Count > 0 ? articles : around.Articles,
        };
        return item.Name is Status or Event or StatusLine or ActivityLine ? [(item, line)] : item.Children.SelectMany(child => Entries(child, line));
    }

    /// <summary>
    /// A decrease and an increase of as much of one article at one place and instant are one change: of the status, or of nothing where they differ in what is
    /// not kept here (customs, owner). Whatever else happened is an adjustment.
    /// </summary>
    private static void Events(List<Report> events, string? number)
    {
        var open = events.Where(one => one is { Outcome: null, Disposition.IsOnHand: true }).ToList();
        var increases = open.Where(one => one.Sign > 0).GroupBy(one => one.Change).ToDictionary(
            change => change.Key, change => change.GroupBy(one => one.Disposition!.Status).Select(status => new Queue<Report>(status)).ToList());
        foreach (var one in open.Where(one => one.Sign < 0))
        {
            var others = increases.GetValueOrDefault(one.Change, []).Where(status => status.Count > 0).ToList();
            if ((others.Find(status => status.Peek().Disposition!.Status != one.Disposition!.Status) ?? others.FirstOrDefault())?.Dequeue() is { } other)
            {
                var (from, to) = (one.Disposition!.Status, other.Disposition!.Status);
                one.Outcome = from == to ? new NoStock("within one status") : new Moved(StockMove.Status(one.Quantity, from, to, number));
                other.Outcome = new NoStock(from == to ? "within one status" : "other half of a movement");
            }
        }

        events.ForEach(one => one.Outcome ??= one.Disposition!.IsOnHand ? Adjusted(one, number) : new NoStock("not on hand"));
    }

    /// <summary>More or less on hand. Where the goods are in a status, their number in it changes too.</summary>
    private static Moved Adjusted(Report one, string? number)
    {
        var reason = one.Item.TextOf("inventoryEventReasonCode") ?? one.Item.TextOf("inventoryBusinessStepCode");
        var adjustment = StockMove.Adjustment(one.Sign * one.Quantity, reason, number);
        var status = one.Disposition!.Status;
        return status is null ? new Moved(adjustment) : new Moved(
        [
            adjustment,
            (one.Sign > 0 ? StockMove.Status(one.Quantity, null, status, number)
                : StockMove.Status(one.Quantity, status, null, number) with { OrSellable = true }) with { Part = "status" },
        ]);
    }

    /// <summary>
    /// On hand as a whole is the sum of all dispositions of an article, at the line of what is sellable; each that is not is a figure of its own. Where the
    /// report has events of the article, they say what changed, and its statuses are not known to be all.
    /// </summary>
    private static void Levels(List<Report> statuses, HashSet<object> withEvents)
    {
        foreach (var goods in statuses.Where(one => one.Outcome is null).GroupBy(one => (one.Goods, one.Line.Unit, one.Line.Time)))
        {
            var whole = goods.Where(one => one.Disposition!.IsOnHand).Sum(one => one.Quantity);
            var isSaid = withEvents.Contains(goods.Key.Goods);
            foreach (var one in goods)
            {
                one.Outcome = !one.Disposition!.IsOnHand ? new NoStock("not on hand")
                    : one.Disposition.Status is { } status ? new Level(one.Quantity, status)
                    : withEvents.Contains(goods.Key.Goods) ? new NoStock("beside its events")
                    : isSaid ? new NoStock("part of another quantity") : new Level(whole);
                isSaid |= one.Outcome is Level { Status: null };
            }
        }
    }

    /// <summary>A line of an inventoryReport: several quantities, each of its type. Activities sum up a period.</summary>
    private static IEnumerable<DocumentLine> OfLineItem(XmlItem item, DocumentLine line)
    {
        var key = item.TextOf("lineItemNumber") ?? $"{line.Place?.Value}:{line.Articles.FirstOrDefault()?.Value}";
        var quantities = item.All("inventoryStatusQuantitySpecification").ToList();
        if (item.Name == ActivityLine || quantities.Count == 0)
        {
            yield return line with { Key = key, Outcome = new NoStock(item.Name == ActivityLine ? "activity of a period" : "no quantity") };
        }

        foreach (var specification in item.Name == ActivityLine ? [] : quantities)
        {
            var type = specification.TextOf("inventoryStatusType") ?? specification["inventoryStatusType"] ?? "";
            var quantity = specification.Child("quantityOfUnits");
            yield return line with
            {
                Key = $"{key}:{type}",
                Position = specification.Position,
                Unit = Gs1Values.Unit(quantity),
                Outcome = !StatusTypes.TryGetValue(type, out var status) ? new NoStock("another quantity")
                    : quantity is null ? new NoStock("no quantity")
                    : Gs1Values.Quantity(quantity) is >= 0 and var number ? new Level(number, status) : Gs1Values.InvalidQuantity(quantity),
            };
        }
    }

    /// <summary>An event or a status while it is not yet known what it comes to.</summary>
    private sealed class Report(XmlItem item, DocumentLine line, decimal quantity, int sign, Disposition? disposition)
    {
        public XmlItem Item => item;

        public DocumentLine Line => line;

        public decimal Quantity => quantity;

        /// <summary>1 for more, -1 for less, 0 for a status.</summary>
        public int Sign => sign;

        /// <summary>Null where it is not known; then it has an outcome.</summary>
        public Disposition? Disposition => disposition;

        public LineOutcome? Outcome { get; set; }

        public DocumentLine Result => line with { Outcome = Outcome! };

        /// <summary>Which article where.</summary>
        public object Goods { get; } = (line.Place, string.Join('\n', line.Articles));

        /// <summary>What a decrease and an increase have in common.</summary>
        public object Change => (Goods, line.Unit, line.Time, quantity);

        public static Report OfEvent(XmlItem item, DocumentLine line, DocumentTime? reported)
        {
            var direction = item.TextOf("inventoryMovementTypeCode")?.ToUpperInvariant();
            var report = Of(item, line, XmlTime.Read(item.TextOf("eventDateTime")) ?? reported, direction switch { "INCREASE" => 1, "DECREASE" => -1, _ => 0 });
            report.Outcome ??= report.Sign == 0
                ? new Rejected("unknown-reason", $"inventoryMovementTypeCode is '{Gs1Values.Shown(direction ?? "")}', which is neither INCREASE nor DECREASE.")
                : report.Quantity == 0 ? new NoStock("nothing moved") : null;
            return report;
        }

        public static Report OfStatus(XmlItem item, DocumentLine line, DocumentTime? reported) =>
            Of(item, line, XmlTime.Read(item.TextOf("inventoryDateTime")) ?? reported, 0);

        private static Report Of(XmlItem item, DocumentLine line, DocumentTime? time, int sign)
        {
            var code = item.TextOf("inventoryDispositionCode");
            var direction = item.TextOf("inventoryMovementTypeCode");
            var parts = item.All("transactionalItemData").SelectMany(data => data.All("tradeItemQuantity")).ToList();
            // Lots need not add up to the whole, which is what counts; they do where it is not stated.
            XmlItem[] stated = item.Child("tradeItemQuantity") is { } whole ? [whole] : [.. parts];
            var quantities = stated.Select(Gs1Values.Quantity).ToList();
            var disposition = Disposition.Find(code);
            LineOutcome? problem = stated.Length == 0 ? new NoStock("no quantity")
                : stated.FirstOrDefault(one => Gs1Values.Quantity(one) is not >= 0) is { } wrong ? Gs1Values.InvalidQuantity(wrong)
                : stated.DistinctBy(Gs1Values.Unit).Count() > 1 ? new Rejected("unknown-unit", "Its quantities are in several units.")
                : disposition is null ? new Rejected("unknown-reason", $"inventoryDispositionCode '{Gs1Values.Shown(code!)}' is not known here.") : null;
            return new Report(
                item,
                line with
                {
                    Key = string.Join(':', new[] { line.Place?.Value, line.Articles.FirstOrDefault()?.Value, code, direction }.OfType<string>()),
                    Unit = Gs1Values.Unit(stated.FirstOrDefault()),
                    Time = time,
                },
                problem is null ? quantities.Sum() ?? 0 : 0, sign, disposition)
            { Outcome = problem };
        }
    }
}
