using System.Globalization;

namespace RetailSync.Inventory.Host.Http.Values;

/// <summary>Reads a number as it was written into a decimal: exactly, or not at all. A binary float is never in between.</summary>
public static class ExactDecimal
{
    /// <summary>Longer than any number within the bounds can be, unless it is padded with zeros.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// Null when <paramref name="text"/> is a number in JSON's grammar (1, -2.5, 1e2) that fits <see cref="Domain.Quantity"/>;
    /// otherwise what is wrong with it, as the end of a sentence that begins with the field's name.
    /// </summary>
    public static string? Refusal(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        if (text.Length > MaxLength)
        {
            return "is too long a number";
        }

        if (!TrySplit(text, out var fractionDigits, out var exponent))
        {
            return "must be a number";
        }

        if (fractionDigits - exponent > Domain.Quantity.MaxFractionDigits)
        {
            return $"has more than {Domain.Quantity.MaxFractionDigits} fraction digits";
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || Math.Abs(value) > Domain.Quantity.Max)
        {
            value = 0;
            return "is too large";
        }

        value = value == 0 ? 0 : Domain.Quantity.Canonical(value);
        return null;
    }

    /// <summary>JSON's grammar of a number: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?</summary>
    private static bool TrySplit(ReadOnlySpan<char> text, out int fractionDigits, out int exponent)
    {
        fractionDigits = 0;
        exponent = 0;
        var rest = text.StartsWith("-") ? text[1..] : text;
        var whole = CountDigits(rest);
        if (whole == 0 || (whole > 1 && rest[0] == '0'))
        {
            return false;
        }

        rest = rest[whole..];
        if (rest.StartsWith("."))
        {
            fractionDigits = CountDigits(rest[1..]);
            if (fractionDigits == 0)
            {
                return false;
            }

            rest = rest[(1 + fractionDigits)..];
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ('e' or 'E'))
        {
            return false;
        }

        var power = rest[1..];
        var digits = power.Length > 0 && power[0] is '+' or '-' ? power[1..] : power;
        if (digits.IsEmpty || CountDigits(digits) != digits.Length)
        {
            return false;
        }

        // An exponent that no bound allows is cut to one that none allows either, so that it fits an int.
        exponent = int.Parse(digits.Length > 6 ? "999999" : digits, NumberStyles.None, CultureInfo.InvariantCulture);
        exponent = power[0] == '-' ? -exponent : exponent;
        return true;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var other = text.IndexOfAnyExceptInRange('0', '9');
        return other < 0 ? text.Length : other;
    }
}
