namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>The order of texts by their UTF-8 bytes, as the database has them; that of UTF-16 puts what is beyond the basic plane elsewhere.</summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        return same == left.Length || same == right.Length ? left.Length - right.Length : Rank(left[same]) - Rank(right[same]);
    }

    /// <summary>Surrogates stand for code points behind all others.</summary>
    private static int Rank(char unit) => unit >= '\uE000' ? unit - 0x800 : unit >= '\uD800' ? unit + 0x2000 : unit;
}
