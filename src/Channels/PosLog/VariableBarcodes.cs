using System.Globalization;

namespace RetailSync.Channels.PosLog;

/// <summary>
/// Barcodes that a shop's scale prints, with the price or the weight inside: GTIN-13 that begin with 02 (a UPC that begins with 2) or 20 to 29 are kept free
/// for them (GS1 General Specifications, 2.1.11 and 2.1.12). What they mean is agreed in each country, often two digits, the article in five, a price or weight
/// in five, and the check digit.
/// </summary>
/// <param name="Prefixes">The first two digits of those that are read so.</param>
/// <param name="ArticleDigits">How many of the digits behind them are the article's number.</param>
internal sealed record VariableBarcodes(IReadOnlyList<string> Prefixes, int ArticleDigits)
{
    private const int MaxArticleDigits = 10;

    private static readonly VariableBarcodes Usual = new(["02", .. Enumerable.Range(20, 10).Select(prefix => prefix.ToString(CultureInfo.InvariantCulture))], 5);

    /// <summary>
    /// <c>02,20-25:5</c> are prefixes and digits of the article; <c>none</c> takes such barcodes as GTINs. Without it, or where it is not written like this,
    /// the usual ones.
    /// </summary>
    public static VariableBarcodes Parse(string? text)
    {
        if (text == "none")
        {
            return new VariableBarcodes([], 0);
        }

        if (text?.Split(':') is not [var prefixes, [>= '1' and <= '9'] digits])
        {
            return Usual;
        }

        List<string> read = [];
        foreach (var part in prefixes.Split(',', StringSplitOptions.TrimEntries))
        {
            var range = part.Split('-');
            if (range.Length > 2 || !Array.TrueForAll(range, end => end.Length == 2 && end.All(char.IsAsciiDigit)))
            {
                return Usual;
            }

            var (first, last) = (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[^1], CultureInfo.InvariantCulture));
            for (var prefix = first; prefix <= last; prefix++)
            {
                read.Add(prefix.ToString("00", CultureInfo.InvariantCulture));
            }
        }

        return new VariableBarcodes(read, Math.Min(digits[0] - '0', MaxArticleDigits));
    }

    /// <summary>The number of the article inside; null for any other barcode.</summary>
    /// <param name="barcode">12 to 14 digits; of 14, the first is 0.</param>
    public string? ArticleIn(string barcode)
    {
        if (barcode.Length is not (12 or 13 or 14) || !barcode.All(char.IsAsciiDigit) || (barcode.Length == 14 && barcode[0] != '0'))
        {
            return null;
        }

        var digits = barcode.PadLeft(14, '0')[1..];
        return Prefixes.Contains(digits[..2]) ? digits.Substring(2, ArticleDigits) : null;
    }
}
