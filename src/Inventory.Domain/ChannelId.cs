namespace RetailSync.Inventory.Domain;

/// <summary>A sales channel: a marketplace or a web shop. Letters, digits and <c>. _ : -</c>.</summary>
public readonly record struct ChannelId
{
    private ChannelId(string value) => Value = value;

    /// <summary>
    /// 1 to <see cref="Identifier.MaxLength"/> characters without blanks around them. Null in <c>default</c>, which names nothing: values come from
    /// <see cref="Parse"/>, or from <see cref="TryParse"/> where it returned true.
    /// </summary>
    public string Value { get; }

    public static bool TryParse(string? text, out ChannelId channel)
    {
        var valid = Identifier.TryParseName(text, out var value);
        channel = new ChannelId(value);
        return valid;
    }

    /// <exception cref="FormatException">Not an identifier.</exception>
    public static ChannelId Parse(string text) => TryParse(text, out var channel) ? channel : throw new FormatException($"Not a channel: '{text}'.");

    public override string ToString() => Value;
}
