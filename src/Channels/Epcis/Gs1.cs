namespace RetailSync.Channels.Epcis;

/// <summary>What the numbers of GS1 have in common.</summary>
internal static class Gs1
{
    /// <summary>The check digit that belongs behind these digits (GS1 General Specifications, 7.9).</summary>
    public static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var index = 0; index < digits.Length; index++)
        {
            sum += (digits[index] - '0') * ((digits.Length - index) % 2 == 1 ? 3 : 1);
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>Whether the last of these digits is the right check digit.</summary>
    public static bool IsChecked(ReadOnlySpan<char> digits) => CheckDigit(digits[..^1]) == digits[^1];
}
