namespace RetailSync.Inventory.Domain;

/// <summary>What is sold, in the words of whoever sells it: an <see cref="Identifier"/>, compared exactly (85123A is not 85123a), and no dot segment.</summary>
public readonly record struct Sku
{
    private Sku(string value) => Value = value;

    /// <summary>
    /// 1 to <see cref="Identifier.MaxLength"/> characters without blanks around them. Null in <c>default</c>, which names nothing: values come from
    /// <see cref="Parse"/>, or from <see cref="TryParse"/> where it returned true.
    /// </summary>
    public string Value { get; }

    public static bool TryParse(string? text, out Sku sku)
    {
        var valid = Identifier.TryParse(text, out var value) && !Identifier.IsDotSegment(value);
        sku = new Sku(value);
        return valid;
    }

    /// <summary>Also a dot segment: it may have been recorded before it was refused, and history stays readable.</summary>
    /// <exception cref="FormatException">Not an identifier.</exception>
    public static Sku Parse(string text) => TryParse(text, out var sku) || Identifier.IsDotSegment(text) ? sku
        : throw new FormatException($"Not a SKU: '{text}'.");

    public override string ToString() => Value;
}
