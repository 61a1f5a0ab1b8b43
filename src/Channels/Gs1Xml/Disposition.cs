namespace RetailSync.Channels.Gs1Xml;

/// <summary>In which condition goods are.</summary>
/// <param name="IsOnHand">Whether they are there at all.</param>
/// <param name="Status">The status in which they cannot be sold; null where they can.</param>
internal sealed record Disposition(bool IsOnHand, string? Status = null)
{
    private static readonly Disposition Sellable = new(true);
    private static readonly Disposition Gone = new(false);

    /// <summary>The code list InventoryDispositionCode of GS1, and words of the Core Business Vocabulary, of which it is a part.</summary>
    private static readonly Dictionary<string, Disposition> Codes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sellable_accessible"] = Sellable,
        ["sellable_not_accessible"] = Sellable,
        ["active"] = Sellable,
        ["available"] = Sellable,
        ["conformant"] = Sellable,
        ["container_closed"] = Sellable,
        ["encoded"] = Sellable,
        ["in_progress"] = Sellable,
        ["on_hand"] = Sellable,
        ["reserved"] = Sellable,
        ["returned"] = new(true, "returns-hold"),
        ["damaged"] = new(true, "damaged"),
        ["non_sellable_damaged"] = new(true, "damaged"),
        ["expired"] = new(true, "expired"),
        ["non_sellable_expired"] = new(true, "expired"),
        ["recalled"] = new(true, "recalled"),
        ["non_sellable_recalled"] = new(true, "recalled"),
        ["non_conformant"] = new(true, "quality-hold"),
        ["no_pedigree_match"] = new(true, "quality-hold"),
        ["non_sellable_no_pedigree_match"] = new(true, "quality-hold"),
        ["non_sellable_quarantined"] = new(true, "quality-hold"),
        ["on_hold"] = new(true, "quality-hold"),
        ["non_sellable_disposed"] = new(true, "scrap"),
        ["non_sellable_other"] = new(true, "non-sellable"),
        ["destroyed"] = Gone,
        ["dispensed"] = Gone,
        ["in_transit"] = Gone,
        ["inactive"] = Gone,
        ["retail_sold"] = Gone,
        ["stolen"] = Gone,
    };

    /// <summary>Null for a code that is not known. None is sellable, and any other that begins with <c>non_sellable</c> is not.</summary>
    public static Disposition? Find(string? code) => code is null ? Sellable : Codes.GetValueOrDefault(code)
        ?? (code.StartsWith("non_sellable", StringComparison.OrdinalIgnoreCase) ? Codes["non_sellable_other"] : null);
}
