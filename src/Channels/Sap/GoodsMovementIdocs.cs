using System.Globalization;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Sap.Syntax;

namespace RetailSync.Channels.Sap;

/// <summary>
/// MBGMCR and WMMBXY: a warehouse or a shop asks SAP to post goods movements, or SAP says that it has. Both name what happened by movement types.
/// </summary>
internal static class GoodsMovementIdocs
{
    /// <summary>
    /// The option that takes the time of an IDoc's creation where the posting date is that day. It is finer, and another one when the sender makes the IDoc
    /// anew: then what was sent again is corrected, and not a duplicate.
    /// </summary>
    public const string CreationTimeOption = "creationTime";

    public const string Mbgmcr = "MBGMCR";
    public const string Wmmbxy = "WMMBXY";

    /// <summary>E1BP2017_GM_HEAD_01, E1BP2017_GM_ITEM_CREATE.</summary>
    public static SapDocument ReadMbgmcr(Idoc idoc, SapOptions options)
    {
        var head = idoc.First("E1BP2017_GM_HEAD_01");
        var number = SapValues.Number(head?.FirstOf("REF_DOC_NO", "REF_DOC_NO_LONG") ?? "");
        var lines = new List<DocumentLine>();
        var items = 0;
        foreach (var segment in idoc.Segments.Where(segment => segment.Name == "E1BP2017_GM_ITEM_CREATE"))
        {
            var reversed = Named(segment["REF_DOC_YR"], segment["REF_DOC"], segment["REF_DOC_IT"]);
            lines.AddRange(options.Movements.Lines(new GoodsMovement
            {
                Key = (++items).ToString(CultureInfo.InvariantCulture),
                Position = segment.Position,
                Type = segment["MOVE_TYPE"],
                Quantity = SapValues.Quantity(segment["ENTRY_QNT"]),
                Unit = segment.FirstOf("ENTRY_UOM", "ENTRY_UOM_ISO"),
                Articles = Articles(segment.FirstOf("MATERIAL_LONG", "MATERIAL_EXTERNAL", "MATERIAL")),
                OtherArticles = Articles(segment.FirstOf("MOVE_MAT_LONG", "MOVE_MAT_EXTERNAL", "MOVE_MAT")),
                Place = GoodsMovement.PlaceOf(segment["PLANT"], segment["STGE_LOC"]),
                OtherPlace = Other(segment["PLANT"], segment["MOVE_PLANT"], segment["MOVE_STLOC"]),
                Status = StatusOf(segment["STCK_TYPE"]),
                SpecialStock = segment["SPEC_STOCK"],
                Time = Time(idoc, head?["PSTNG_DATE"] ?? "", options),
                Order = SapValues.Number(segment["PO_NUMBER"]) ?? SapValues.Number(segment.FirstOf("DELIV_NUMB_TO_SEARCH", "DELIV_NUMB")),
                Number = number,
                Reverses = options.Movements.IsReversal(segment["MOVE_TYPE"]) ? reversed : null,
                Reason = Reason(segment["MOVE_REAS"]),
            }));
        }

        return new SapDocument(Mbgmcr, number ?? SapValues.Number(idoc.Control["DOCNUM"]), lines)
        {
            IsTest = idoc.First("E1MBGMCR")?["TESTRUN"] == "X",
        };
    }

    /// <summary>E1MBXYH, E1MBXYI, and E1MBXYJ where SAP says what it has posted: then the quantity in the base unit is known.</summary>
    public static SapDocument ReadWmmbxy(Idoc idoc, SapOptions options)
    {
        var head = idoc.First("E1MBXYH");
        var number = SapValues.Number(head?["XBLNR"] ?? "");
        var lines = new List<DocumentLine>();
        var items = 0;
        for (var index = 0; index < idoc.Segments.Count; index++)
        {
            var segment = idoc.Segments[index];
            if (segment.Name != "E1MBXYI")
            {
                continue;
            }

            var posted = index + 1 < idoc.Segments.Count && idoc.Segments[index + 1] is { Name: "E1MBXYJ" } next && next["MEINS"].Length > 0 ? next : null;
            var reversed = Named(segment["SJAHR"], segment["SMBLN"], segment["SMBLP"]);
            lines.AddRange(options.Movements.Lines(new GoodsMovement
            {
                Key = (++items).ToString(CultureInfo.InvariantCulture),
                Position = segment.Position,
                Type = segment["BWART"],
                IsReversed = segment["XSTOB"] == "X",
                Quantity = SapValues.Quantity(posted?["MENGE"] ?? segment.FirstOf("ERFMG", "MENGE")),
                Unit = posted?["MEINS"] ?? segment.FirstOf("ERFME", "MEINS"),
                Pack = Deliveries.Pack(segment["UMREZ"], segment["UMREN"]),
                Articles = Articles(segment.FirstOf("MATNR_LONG", "MATNR_EXTERNAL", "MATNR")),
                OtherArticles = Articles(segment.FirstOf("UMMAT_LONG", "UMMAT_EXTERNAL", "UMMAT")),
                Place = GoodsMovement.PlaceOf(segment["WERKS"], segment["LGORT"]),
                OtherPlace = Other(segment["WERKS"], segment["UMWRK"], segment["UMLGO"]),
                Status = StatusOf(segment["INSMK"]),
                SpecialStock = segment["SOBKZ"],
                Time = Time(idoc, head?["BUDAT"] ?? "", options),
                Order = SapValues.Number(segment["EBELN"]) ?? SapValues.Number(segment["VBELN"]),
                Number = number,
                Reverses = segment["XSTOB"] == "X" || options.Movements.IsReversal(segment["BWART"]) ? reversed : null,
                Reason = Reason(segment["GRUND"]),
            }));
        }

        return new SapDocument(Wmmbxy, number ?? SapValues.Number(idoc.Control["DOCNUM"]), lines);
    }

    public static IReadOnlyList<ArticleNumber> Articles(string material) => material.Length == 0 ? [] : [new ArticleNumber("MATNR", SapValues.Alpha(material))];

    /// <summary>INSMK: X or 2 is in quality inspection, S or 3 blocked; otherwise it is unrestricted.</summary>
    private static string? StatusOf(string stockType) => stockType switch
    {
        "X" or "2" => MovementType.QualityHold,
        "S" or "3" => MovementType.Blocked,
        _ => null,
    };

    /// <summary>A receiving storage location alone is one of the same plant.</summary>
    private static PlaceName? Other(string plant, string otherPlant, string storageLocation) =>
        otherPlant.Length == 0 && storageLocation.Length == 0 ? null : GoodsMovement.PlaceOf(otherPlant.Length == 0 ? plant : otherPlant, storageLocation);

    /// <summary>The line of a material document that a segment names; null where it names none.</summary>
    private static string? Named(string year, string document, string item) =>
        SapValues.Number(document) is { } number && year.Length == 4 ? GoodsMovement.Identity(year, number, item) : null;

    private static string Reason(string code) => code.AsSpan().IndexOfAnyExcept('0') < 0 ? "" : code;

    private static DocumentTime? Time(Idoc idoc, string postingDate, SapOptions options) =>
        SapValues.Day(postingDate) is not { } day ? idoc.CreatedAt(atEnd: true)
        : options.Is(CreationTimeOption) && idoc.Control["CREDAT"] == postingDate ? idoc.CreatedAt(atEnd: true)
        : new WholeDay(day);
}
