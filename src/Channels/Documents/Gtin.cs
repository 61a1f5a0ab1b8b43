using System.Diagnostics.CodeAnalysis;

namespace RetailSync.Channels.Documents;

/// <summary>Global Trade Item Numbers: 8, 12, 13 or 14 digits are one item when the check digit is right.</summary>
public static class Gtin
{
    /// <summary>In 14 digits; false for what is no number of such a length with the right check digit.</summary>
    public static bool TryNormalise(string text, [NotNullWhen(true)] out string? digits)
    {
        digits = null;
        if (text.Length is not (8 or 12 or 13 or 14) || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return false;
        }

        digits = text.PadLeft(14, '0');
        return IsChecked(digits);
    }

    /// <summary>As it may be written as well: the shorter forms of one in 14 digits, whose first digits are 0.</summary>
    public static IEnumerable<string> Forms(string digits)
    {
        yield return digits;
        foreach (var length in (int[])[13, 12, 8])
        {
            if (digits.AsSpan(0, 14 - length).IndexOfAnyExcept('0') < 0)
            {
                yield return digits[(14 - length)..];
            }
        }
    }

    /// <summary>Of the digits before the last, from the right, every other one counts three times (GS1 General Specifications, 7.9).</summary>
    private static bool IsChecked(string digits)
    {
        var sum = 0;
        for (var index = 0; index < digits.Length - 1; index++)
        {
            sum += (digits[index] - '0') * (index % 2 == 0 ? 3 : 1);
        }

        return (10 - (sum % 10)) % 10 == digits[^1] - '0';
    }
}
