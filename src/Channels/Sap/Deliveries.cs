using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Sap.Syntax;

namespace RetailSync.Channels.Sap;

/// <summary>
/// DELVRY: a delivery, on its way to the warehouse or back from it.
/// <list type="bullet">
/// <item>To the warehouse (DESADV, SHPORD, ...) it is an instruction: inbound it is expected, outbound it moves nothing.</item>
/// <item>Back from it (WHSCON, SHPCON; or any message whose E1EDL18 says PGI, post goods issue) it is what happened: a sale, a transfer where the ship-to party
/// is a location of ours, a receipt or a return by the type of delivery.</item>
/// </list>
/// </summary>
internal static class Deliveries
{
    public const string Kind = "DELVRY";

    private const string GoodsIssue = "006";
    private const string Delivery = "007";
    private const string Deleted = "DEL";

    public static SapDocument Read(Idoc idoc)
    {
        var head = idoc.First("E1EDL20");
        var number = SapValues.Number(head?["VBELN"] ?? "");
        var isFact = idoc.Message is "WHSCON" or "SHPCON" || idoc.Segments.Any(segment => segment is { Name: "E1EDL18" } && segment["QUALF"] == "PGI");
        var isDeleted = idoc.Segments.Any(segment => segment is { Name: "E1EDL18" } && segment["QUALF"] == Deleted);
        var type = idoc.First("E1EDL21")?["LFART"] ?? "";
        var shipTo = SapValues.Number(idoc.Segments.FirstOrDefault(segment => segment.Name == "E1ADRM1" && segment["PARTNER_Q"] == "WE")?["PARTNER_ID"] ?? "");
        var times = idoc.Segments.Where(segment => segment.Name == "E1EDT13").ToList();
        var time = isFact ? IssuedAt(times) ?? idoc.CreatedAt(atEnd: true) : idoc.CreatedAt(atEnd: false);
        var lines = Items(idoc).Select(item =>
        {
            var (quantity, unit, pack, contradiction) = Quantity(item);
            var order = item.Order ?? number;
            return new DocumentLine
            {
                Key = SapValues.Alpha(item.Head["POSNR"]),
                Position = item.Head.Position,
                Articles = Articles(item),
                Place = GoodsMovement.PlaceOf(item.Head["WERKS"], item.Head["LGORT"]),
                Unit = unit,
                Pack = pack,
                Time = time,
                Outcome = item.IsDeleted || (isDeleted && isFact) ? new NoStock("deleted")
                    : contradiction is not null ? new Rejected("invalid-quantity", contradiction)
                    : quantity is not { } moved || moved < 0 ? new Rejected("invalid-quantity", "It has no quantity, in LGMNG or LFIMG, that is 0 or more.")
                    : isFact ? Happened(type, moved, number, order, shipTo)
                    : type != "EL" || order is null ? new NoStock("instruction")
                    : new Moved(StockMove.Expected(isDeleted ? 0 : moved, order, ExpectedOn(times))),
            };
        }).ToList();
        return new SapDocument(isFact ? Kind : idoc.Message is { Length: > 0 } message ? message : "DESADV", number,
            isFact ? lines : [.. ExpectedLines.AddUp(lines)])
        {
            // An instruction is sent again when it is changed or deleted.
            Function = isFact ? DocumentFunction.Original : DocumentFunction.Replace,
        };
    }

    /// <summary>What a pack has in it, where a document says it as a fraction of the base unit.</summary>
    public static PackSize? Pack(string numerator, string denominator) =>
        SapValues.Quantity(numerator) is > 0 and var units && SapValues.Quantity(denominator) is > 0 and var per ? new PackSize(units, per) : null;

    private static LineOutcome Happened(string type, decimal quantity, string? number, string? order, string? shipTo) => type switch
    {
        "EL" => new Moved(StockMove.Receipt(quantity, order)),
        "LR" or "RE" => new Moved(StockMove.Return(quantity, order)),
        _ => new Moved(shipTo is null || order is null ? StockMove.Sale(quantity, number)
            : StockMove.Transfer(quantity, new PlaceName(shipTo), order) with { Otherwise = StockMove.Sale(quantity, number) }),
    };

    private static IEnumerable<Item> Items(Idoc idoc)
    {
        Item? item = null;
        foreach (var segment in idoc.Segments)
        {
            switch (segment.Name)
            {
                case "E1EDL24":
                    if (item is not null)
                    {
                        yield return item;
                    }

                    item = new Item(segment);
                    break;
                case "E1EDL37":
                    // Handling units follow the items, and repeat them.
                    if (item is not null)
                    {
                        yield return item;
                    }

                    yield break;
                default:
                    item?.Parts.Add(segment);
                    break;
            }
        }

        if (item is not null)
        {
            yield return item;
        }
    }

    private static List<ArticleNumber> Articles(Item item)
    {
        List<ArticleNumber> articles = [.. GoodsMovementIdocs.Articles(
            item.Part("E1EDL26")?["MATNR_LONG"] is { Length: > 0 } inPart ? inPart : item.Head.FirstOf("MATNR_LONG", "MATNR_EXTERNAL", "MATNR"))];
        if (item.Head["EAN11"] is { Length: > 0 } ean)
        {
            articles.Add(new ArticleNumber("EAN11", ean, IsGtin: true));
        }

        if (item.Head["KDMAT"] is { Length: > 0 } customers)
        {
            articles.Add(new ArticleNumber("KDMAT", customers));
        }

        return articles;
    }

    /// <summary>LGMNG is in the base unit; only without it LFIMG in sales units counts, by the factor of the item.</summary>
    private static (decimal? Quantity, string? Unit, PackSize? Pack, string? Contradiction) Quantity(Item item)
    {
        var (inBase, inSales) = (SapValues.Quantity(item.Head["LGMNG"]), SapValues.Quantity(item.Head["LFIMG"]));
        var (baseUnit, salesUnit) = (SapValues.Unit(item.Head["MEINS"]), SapValues.Unit(item.Head["VRKME"]));
        var pack = Pack(item.Part("E1EDL26")?["UMVKZ"] ?? "", item.Part("E1EDL26")?["UMVKN"] ?? "");
        if (item.Head["LGMNG"].Length == 0)
        {
            return (inSales, salesUnit, pack is null ? null : pack with { Unit = baseUnit }, null);
        }

        var isOne = salesUnit == baseUnit || (pack is not null && pack.Quantity == pack.Per);
        return (inBase, baseUnit ?? salesUnit, null,
            isOne && inBase is not null && inSales is not null && inBase != inSales
                ? $"LFIMG {item.Head["LFIMG"]} and LGMNG {item.Head["LGMNG"]} are in one unit, and contradict each other." : null);
    }

    /// <summary>The actual time of the goods issue, else the planned one.</summary>
    private static DocumentTime? IssuedAt(List<IdocSegment> times)
    {
        var issue = times.FirstOrDefault(time => time["QUALF"] == GoodsIssue);
        return issue is null ? null
            : SapValues.Time(issue["ISDD"], issue["ISDZ"], issue["TZONE_BEG"])
            ?? SapValues.Time(issue["IEDD"], issue["IEDZ"], issue.FirstOf("TZONE_END", "TZONE_BEG"))
            ?? SapValues.Time(issue["NTANF"], issue["NTANZ"], issue["TZONE_BEG"]);
    }

    private static LocalDate? ExpectedOn(List<IdocSegment> times) =>
        times.Where(time => time["QUALF"] == Delivery).Select(time => SapValues.Day(time["NTANF"]) ?? SapValues.Day(time["NTEND"]))
            .FirstOrDefault(day => day is not null);

    private sealed record Item(IdocSegment Head)
    {
        public List<IdocSegment> Parts { get; } = [];

        public bool IsDeleted => Parts.Any(part => part.Name == "E1EDL19" && part["QUALF"] == Deleted);

        /// <summary>The purchase order of an inbound item.</summary>
        public string? Order => SapValues.Number(Head["VGBEL"])
            ?? SapValues.Number(Parts.FirstOrDefault(part => part.Name == "E1EDL43" && part["QUALF"] == "V")?["BELNR"] ?? "");

        public IdocSegment? Part(string name) => Parts.FirstOrDefault(part => part.Name == name);
    }
}
