using RetailSync.Channels.Documents;
using RetailSync.Channels.Sap.Syntax;

namespace RetailSync.Channels.Sap;

/// <summary>ORDERS and ORDCHG: what is ordered is expected, under the number of the order. Answers to orders and inquiries move nothing.</summary>
internal static class PurchaseOrders
{
    public const string Kind = "ORDERS";

    private const string Deleted = "003";

    public static SapDocument Read(Idoc idoc)
    {
        var isOrder = idoc.Message.Contains("ORDERS", StringComparison.Ordinal) || idoc.Message.Length == 0;
        var isChange = idoc.Message.Contains("ORDCHG", StringComparison.Ordinal);
        var reference = idoc.Segments.FirstOrDefault(segment => segment.Name == "E1EDK02" && segment["QUALF"] == "001");
        var number = SapValues.Number(reference?["BELNR"] ?? "") ?? SapValues.Number(idoc.First("E1EDK01")?["BELNR"] ?? "");
        var time = SapValues.Time(reference?["DATUM"] ?? "", reference?["UZEIT"] ?? "", atEnd: false)
            ?? Date(idoc, "012", "025") ?? idoc.CreatedAt(atEnd: false);
        var isDeleted = idoc.First("E1EDK01")?["ACTION"] == Deleted;
        var due = (Date(idoc, "002") as WholeDay)?.On;
        var shipTo = Partner(idoc.Segments, "E1EDKA1");
        var lines = new List<DocumentLine>();
        foreach (var item in Items(idoc))
        {
            var head = item[0];
            var quantity = SapValues.Quantity(head["MENGE"]);
            var days = item.Where(segment => segment.Name == "E1EDP20").Select(schedule => SapValues.Day(schedule["EDATU"])).ToList();
            lines.Add(new DocumentLine
            {
                Key = SapValues.Alpha(head["POSEX"]) is { Length: > 0 } key ? key : FormattableString.Invariant($"{lines.Count + 1}"),
                Position = head.Position,
                Articles = Articles(item),
                Place = GoodsMovement.PlaceOf(head["WERKS"], head["LGORT"]) ?? Partner(item, "E1EDPA1") ?? shipTo,
                Unit = SapValues.Unit(head["MENEE"]),
                Time = time,
                Outcome = !isOrder && !isChange ? new NoStock("another message")
                    : quantity is not { } ordered || ordered < 0 ? new Rejected("invalid-quantity", "MENGE is no number that is 0 or more.")
                    : number is null ? new Rejected("invalid-line", "The order has no number: it has no E1EDK02 with the qualifier 001.")
                    : new Moved(StockMove.Expected(isDeleted || head["ACTION"] == Deleted ? 0 : ordered, number, days.Max() ?? due)),
            });
        }

        isChange |= idoc.Segments.Any(segment => segment.Name == "E1EDP01" && segment["ACTION"] == Deleted);
        return new SapDocument(Kind, number, [.. ExpectedLines.AddUp(lines)])
        {
            Function = isDeleted ? DocumentFunction.Replace : isChange ? DocumentFunction.Change : DocumentFunction.Original,
        };
    }

    private static IEnumerable<List<IdocSegment>> Items(Idoc idoc)
    {
        List<IdocSegment>? item = null;
        foreach (var segment in idoc.Segments)
        {
            if (segment.Name == "E1EDP01")
            {
                if (item is not null)
                {
                    yield return item;
                }

                item = [];
            }

            item?.Add(segment);
        }

        if (item is not null)
        {
            yield return item;
        }
    }

    /// <summary>In an order the material of the one who orders (001) is the receiver's own; then come the EAN (003) and the vendor's (002).</summary>
    private static List<ArticleNumber> Articles(List<IdocSegment> item) =>
    [
        .. ((string, string, bool)[])[("001", "MATNR", false), ("003", "EAN", true), ("002", "VENDOR", false)] is var wanted
            ? wanted.SelectMany(kind => item.Where(segment => segment.Name == "E1EDP19" && segment["QUALF"] == kind.Item1)
                .Select(segment => kind.Item3 ? segment["IDTNR"] : SapValues.Alpha(segment.FirstOf("IDTNR_LONG", "IDTNR_EXTERNAL", "IDTNR")))
                .Where(number => number.Length > 0).Select(number => new ArticleNumber(kind.Item2, number, kind.Item3)))
            : [],
    ];

    /// <summary>The ship-to party (WE): by its GLN, else by its number.</summary>
    private static PlaceName? Partner(IEnumerable<IdocSegment> segments, string name)
    {
        var partner = segments.FirstOrDefault(segment => segment.Name == name && segment["PARVW"] == "WE");
        var number = SapValues.Number(partner?.FirstOf("PARTN", "LIFNR") ?? "");
        return partner?["ILNNR"] is { Length: > 0 } gln ? new PlaceName(gln, number) : number is null ? null : new PlaceName(number);
    }

    private static DocumentTime? Date(Idoc idoc, params string[] qualifiers) => idoc.Segments
        .Where(segment => segment.Name == "E1EDK03" && qualifiers.Contains(segment["IDDAT"]))
        .Select(segment => SapValues.Time(segment["DATUM"], segment["UZEIT"], atEnd: false)).FirstOrDefault(time => time is not null);
}
