namespace RetailSync.Inventory.Domain.Rules;

/// <summary>A planner's name for a rule. Letters, digits and <c>. _ : -</c>.</summary>
public readonly record struct RuleId
{
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

    /// <exception cref="FormatException">Not an identifier.</exception>
    public static RuleId Parse(string text) => TryParse(text, out var rule) ? rule : throw new FormatException($"Not a rule: '{text}'.");

    public override string ToString() => Value;
}
