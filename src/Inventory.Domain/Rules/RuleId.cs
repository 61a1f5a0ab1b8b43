namespace RetailSync.Inventory.Domain.Rules;

/// <summary>A planner's name for a rule. Letters, digits and <c>. _ : -</c>.</summary>
public readonly record struct RuleId
{
    /// <summary>Has a character that no planner's name has: a kit is no rule that could be named, listed or changed as one.</summary>
    public const string KitPrefix = "kit/";

    private RuleId(string value) => Value = value;

    /// <summary>
    /// 1 to <see cref="Identifier.MaxLength"/> characters without blanks around them. Null in <c>default</c>, which names nothing: values come from
    /// <see cref="Parse"/>, or from <see cref="TryParse"/> where it returned true.
    /// </summary>
    public string Value { get; }

    public static bool TryParse(string? text, out RuleId rule)
    {
        var valid = Identifier.TryParseName(text, out var value);
        rule = new RuleId(value);
        return valid;
    }

    /// <summary>The id under which a kit is stored. Without an <c>@</c>, which separates a version.</summary>
    public static RuleId OfKit(Sku kit) => new(KitPrefix
        + kit.Value.Replace("%", "%25", StringComparison.Ordinal).Replace("@", "%40", StringComparison.Ordinal));

    public bool IsKit => Value.StartsWith(KitPrefix, StringComparison.Ordinal);

    /// <summary>Also that of a kit.</summary>
    /// <exception cref="FormatException">Not an identifier.</exception>
    public static RuleId Parse(string text) => TryParse(text, out var rule) ? rule
        : text.StartsWith(KitPrefix, StringComparison.Ordinal) ? new RuleId(text)
        : throw new FormatException($"Not a rule: '{text}'.");

    public override string ToString() => Value;
}
