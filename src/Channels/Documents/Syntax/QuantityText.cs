using System.Globalization;

namespace RetailSync.Channels.Documents.Syntax;

/// <summary>Quantities as documents write them: decimal, with a point, a sign in front where there is one; <c>1.</c> and <c>.5</c> are numbers too.</summary>
public static class QuantityText
{
    /// <summary>Of a quantity, exclusive.</summary>
    public const decimal Max = 1_000_000_000_000m;

    private const int MaxDecimals = 4;

    /// <summary>Longer than any that is below <see cref="Max"/>, with zeros to spare; the platform would round what is longer still.</summary>
    private const int MaxLength = 26;

    /// <summary>False for what is no number, is too large, or has more than 4 decimals: it is never rounded.</summary>
    public static bool TryRead(string? text, out decimal quantity)
    {
        quantity = 0;
        return text is { Length: > 0 and <= MaxLength }
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quantity)
            && IsExact(quantity);
    }

    /// <summary>Whether it is below <see cref="Max"/> on either side of 0 and has at most 4 decimals, zeros at the end aside.</summary>
    public static bool IsExact(decimal quantity) => Math.Abs(quantity) < Max && decimal.Round(quantity, MaxDecimals) == quantity;
}
