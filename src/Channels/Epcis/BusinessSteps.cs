namespace RetailSync.Channels.Epcis;

/// <summary>What an event does to stock at its place.</summary>
internal enum Effect
{
    /// <summary>Nothing: goods are handled, observed or labelled, and stay.</summary>
    None,

    /// <summary>Goods come in: a receipt; a return when the event names an RMA.</summary>
    Receive,

    /// <summary>Goods come back: a return.</summary>
    TakeBack,

    /// <summary>Goods leave: a transfer when the event names another location as destination, else a sale.</summary>
    Ship,

    /// <summary>Goods are sold or handed out: a sale.</summary>
    Sell,

    /// <summary>There is more than there was: an adjustment up.</summary>
    Appear,

    /// <summary>There is less than there was: an adjustment down.</summary>
    Vanish,

    /// <summary>Goods may not be sold: a change of status from sellable.</summary>
    Block,

    /// <summary>Goods were inspected and may not be sold: a change of status, of those that were on hold for it first.</summary>
    Find,

    /// <summary>Goods were inspected and may be sold: those in that status are sellable again.</summary>
    Release,

    /// <summary>Goods of an earlier shipping were not shipped after all: they are back, and no longer on their way.</summary>
    Void,

    /// <summary>The event itself says from which status into which.</summary>
    Change,

    /// <summary>This is all that is there, or a part of it: a count.</summary>
    Count,
}

/// <summary>A row of the table: the first that fits a step and a disposition says what they mean.</summary>
/// <param name="BizStep">A word of the Core Business Vocabulary.</param>
/// <param name="Disposition">Another such word, or <c>*</c> for any and none.</param>
/// <param name="Status">The status in which goods arrive, into which they go, or out of which they are released.</param>
internal sealed record BusinessStep(string BizStep, string Disposition, Effect Effect, string? Status = null);

/// <summary>
/// The Core Business Vocabulary in terms of stock: the one place to change what a step means. Every step of CBV 2.0 is
/// here; a step that is not (a private one) makes a line that goes to quarantine, unless the event names no goods.
/// </summary>
internal static class BusinessSteps
{
    /// <summary>The status of goods that wait for an inspection.</summary>
    public const string QualityHold = "quality-hold";

    /// <summary>The dispositions that keep goods from being sold for as long as they have them, and their status here.</summary>
    private static readonly Dictionary<string, string> Lasting = new()
    {
        ["damaged"] = "damaged",
        ["expired"] = "expired",
        ["recalled"] = "recalled",
        ["non_sellable_other"] = "non-sellable",
        ["non_conformant"] = QualityHold,
        ["no_pedigree_match"] = QualityHold,
    };

    private static readonly BusinessStep[] Table =
    [
        // In. Receiving is the whole of it: arriving, unloading and accepting are its parts, and would count it again.
        new("receiving", "damaged", Effect.Receive, "damaged"),
        new("receiving", "expired", Effect.Receive, "expired"),
        new("receiving", "recalled", Effect.Receive, "recalled"),
        new("receiving", "non_sellable_other", Effect.Receive, "non-sellable"),
        new("receiving", "non_conformant", Effect.Receive, QualityHold),
        new("receiving", "no_pedigree_match", Effect.Receive, QualityHold),
        new("receiving", "returned", Effect.TakeBack),
        new("receiving", "*", Effect.Receive),
        new("arriving", "*", Effect.None),
        new("unloading", "*", Effect.None),
        new("accepting", "*", Effect.None),

        // Out. Shipping and consigning are each the whole of it: picking, packing, staging, loading and departing are parts.
        new("shipping", "retail_sold", Effect.Sell),
        new("shipping", "*", Effect.Ship),
        new("consigning", "*", Effect.Ship),
        new("picking", "*", Effect.None),
        new("packing", "*", Effect.None),
        new("staging_outbound", "*", Effect.None),
        new("loading", "*", Effect.None),
        new("departing", "*", Effect.None),
        new("transporting", "*", Effect.None),
        new("void_shipping", "*", Effect.Void),

        // To the customer. On display is not yet sold.
        new("retail_selling", "sellable_accessible", Effect.None),
        new("retail_selling", "sellable_not_accessible", Effect.None),
        new("retail_selling", "*", Effect.Sell),
        new("dispensing", "partially_dispensed", Effect.None),
        new("dispensing", "*", Effect.Sell),

        // Made and unmade.
        new("commissioning", "*", Effect.Receive),
        new("creating_class_instance", "*", Effect.Receive),
        new("decommissioning", "*", Effect.Vanish),
        new("destroying", "*", Effect.Vanish),

        // An inspection ends a hold, so what it finds is about goods on hold first. It does not free what was found to be damaged, expired or
        // recalled: whoever has repaired it, or takes it back (persistentDisposition), says so.
        new("inspecting", "damaged", Effect.Find, "damaged"),
        new("inspecting", "expired", Effect.Find, "expired"),
        new("inspecting", "recalled", Effect.Find, "recalled"),
        new("inspecting", "non_sellable_other", Effect.Find, "non-sellable"),
        new("inspecting", "non_conformant", Effect.Find, QualityHold),
        new("inspecting", "no_pedigree_match", Effect.Find, QualityHold),
        new("inspecting", "needs_replacement", Effect.Find, "damaged"),
        new("inspecting", "conformant", Effect.Release, QualityHold),
        new("inspecting", "available", Effect.Release, QualityHold),
        new("inspecting", "sellable_accessible", Effect.Release, QualityHold),
        new("inspecting", "sellable_not_accessible", Effect.Release, QualityHold),
        new("repairing", "conformant", Effect.Release, "damaged"),
        new("repairing", "available", Effect.Release, "damaged"),
        new("repairing", "sellable_accessible", Effect.Release, "damaged"),
        new("repairing", "sellable_not_accessible", Effect.Release, "damaged"),
        new("inspecting", "stolen", Effect.Vanish),
        new("inspecting", "*", Effect.None),
        new("holding", "damaged", Effect.Block, "damaged"),
        new("holding", "expired", Effect.Block, "expired"),
        new("holding", "recalled", Effect.Block, "recalled"),
        new("holding", "non_sellable_other", Effect.Block, "non-sellable"),
        new("holding", "*", Effect.Block, QualityHold),
        new("cycle_counting", "*", Effect.Count),
        new("stock_taking", "*", Effect.Count),

        // Handled where they are.
        new("assembling", "*", Effect.None),
        new("collecting", "*", Effect.None),
        new("disassembling", "*", Effect.None),
        new("encoding", "*", Effect.None),
        new("entering_exiting", "*", Effect.None),
        new("installing", "*", Effect.None),
        new("killing", "*", Effect.None),
        new("other", "*", Effect.None),
        new("removing", "*", Effect.None),
        new("repackaging", "*", Effect.None),
        new("repairing", "*", Effect.None),
        new("replacing", "*", Effect.None),
        new("reserving", "*", Effect.None),
        new("sampling", "*", Effect.None),
        new("sensor_reporting", "*", Effect.None),
        new("stocking", "*", Effect.None),
        new("storing", "*", Effect.None),
        new("unpacking", "*", Effect.None),
    ];

    private static readonly ILookup<string, BusinessStep> ByStep = Table.ToLookup(row => row.BizStep);

    /// <summary>The status of a disposition that lasts (<c>persistentDisposition</c>); null where it does not keep goods from being sold.</summary>
    public static string? StatusOf(string disposition) => Lasting.GetValueOrDefault(disposition);

    /// <summary>Null for a step that is not in the table.</summary>
    public static BusinessStep? Meaning(string bizStep, string? disposition) =>
        ByStep[bizStep].FirstOrDefault(row => row.Disposition == "*" || row.Disposition == disposition);
}
