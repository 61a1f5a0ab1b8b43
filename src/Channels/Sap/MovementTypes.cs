using System.Collections.Frozen;

namespace RetailSync.Channels.Sap;

/// <summary>What a movement type does to stock.</summary>
internal enum MovementEffect
{
    Receipt,

    /// <summary>More on hand, with no order: an opening balance, a difference found.</summary>
    Increase,

    /// <summary>Less on hand without a sale: issued, scrapped, returned to the vendor, not found.</summary>
    Decrease,
    Sale,
    Return,

    /// <summary>From one status to another.</summary>
    Status,

    /// <summary>From one place to another, where it has arrived by the same posting.</summary>
    Transfer,

    /// <summary>The first of two steps: it leaves.</summary>
    TransferOut,

    /// <summary>The second of two steps: it arrives.</summary>
    TransferIn,

    /// <summary>One material becomes another.</summary>
    Material,
}

/// <summary>A movement type (BWART) of SAP's inventory management.</summary>
/// <param name="Status">The status of the goods, by the words used here: where they arrive or leave, or which they had before. Null is sellable.</param>
/// <param name="To">Of a change of status: which they have afterwards.</param>
internal sealed record MovementType(MovementEffect Effect, string? Status = null, string? To = null)
{
    public const string QualityHold = "quality-hold";
    public const string Blocked = "blocked";
    public const string ReturnsHold = "returns-hold";

    private static readonly FrozenDictionary<string, (MovementType Type, bool IsReversal)> Table =
        Rows().ToFrozenDictionary(row => row.Code, row => (row.Type, row.IsReversal));

    /// <summary>The standard types that are known. A reversal does the opposite of the type that it reverses.</summary>
    public static (MovementType Type, bool IsReversal)? Find(string code) => Table.TryGetValue(code, out var found) ? found : null;

    private static IEnumerable<(string Code, MovementType Type, bool IsReversal)> Rows() =>
    [
        .. Reversible(new(MovementEffect.Receipt), "101 102", "131 132", "501 502", "521 522"),
        .. Reversible(new(MovementEffect.Increase), "561 562"),
        .. Reversible(new(MovementEffect.Decrease), "122 123", "161 162", "201 202", "221 222", "231 232",
            "241 242", "261 262", "291 292", "333 334", "551 552"),
        .. Reversible(new(MovementEffect.Decrease, QualityHold), "553 554"),
        .. Reversible(new(MovementEffect.Decrease, Blocked), "555 556"),
        .. Reversible(new(MovementEffect.Sale), "251 252", "601 602"),
        .. Reversible(new(MovementEffect.Return, ReturnsHold), "651 652"),
        .. Reversible(new(MovementEffect.Return), "653 654"),
        .. Reversible(new(MovementEffect.Return, QualityHold), "655 656"),
        .. Reversible(new(MovementEffect.Return, Blocked), "657 658"),
        .. Reversible(new(MovementEffect.Transfer), "301 302", "311 312"),
        .. Reversible(new(MovementEffect.TransferOut), "303 304", "313 314", "641 642"),
        .. Reversible(new(MovementEffect.TransferIn), "305 306", "315 316"),
        .. Reversible(new(MovementEffect.Material), "309 310"),
        .. Reversible(new(MovementEffect.Status, QualityHold), "321 322"),
        .. Reversible(new(MovementEffect.Status, Blocked), "343 344"),
        .. Reversible(new(MovementEffect.Increase), "701 702"),
        .. Reversible(new(MovementEffect.Increase, QualityHold), "703 704"),
        .. Reversible(new(MovementEffect.Increase, Blocked), "707 708"),
    ];

    private static IEnumerable<(string, MovementType, bool)> Reversible(MovementType type, params string[] pairs) =>
        pairs.SelectMany(pair => ((string, MovementType, bool)[])[(pair[..3], type, false), (pair[4..], type, true)]);
}
