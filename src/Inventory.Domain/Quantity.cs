namespace RetailSync.Inventory.Domain;

/// <summary>
/// What a quantity may be: an exact decimal with at most 4 fraction digits and a magnitude below 10^12.
/// The bound leaves a <see cref="decimal"/> (28 digits) room for 10^12 such movements on one position.
/// </summary>
public static class Quantity
{
    public const int MaxFractionDigits = 4;
    public const decimal Max = 999_999_999_999.9999m;

    /// <summary>False for more fraction digits than are kept (refused, never rounded) or too large a magnitude.</summary>
    public static bool IsExact(decimal quantity) => quantity.Scale <= MaxFractionDigits && Math.Abs(quantity) <= Max;

    /// <summary>The same number without trailing zeros, so that 2.50 and 2.5 are written alike.</summary>
    public static decimal Canonical(decimal quantity) => quantity / 1.0000000000000000000000000000m;
}
