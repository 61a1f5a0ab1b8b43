namespace RetailSync.Inventory.Domain;

/// <summary>
/// A store or a warehouse. Letters, digits and <c>. _ : -</c> only, so it never has the @ that parts it from the SKU in a <see cref="Stock.PositionKey"/>.
/// </summary>
public readonly record struct LocationId
{
    private LocationId(string value) => Value = value;

    /// <summary>
    /// 1 to <see cref="Identifier.MaxLength"/> characters without blanks around them. Null in <c>default</c>, which names nothing: values come from
    /// <see cref="Parse"/>, or from <see cref="TryParse"/> where it returned true.
    /// </summary>
    public string Value { get; }

    public static bool TryParse(string? text, out LocationId location)
    {
        var valid = Identifier.TryParseName(text, out var value);
        location = new LocationId(value);
        return valid;
    }

    /// <summary>Also a dot segment: it may have been recorded before it was refused, and history stays readable.</summary>
    /// <exception cref="FormatException">Not an identifier.</exception>
    public static LocationId Parse(string text) => TryParse(text, out var location) || Identifier.IsDotSegment(text)
        ? location : throw new FormatException($"Not a location: '{text}'.");

    public override string ToString() => Value;
}
