namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>What is compared of a position: <c>onHand</c>, <c>reserved</c> or <c>unsellable.{status}</c>.</summary>
public readonly record struct DriftField
{
    private const string UnsellablePrefix = "unsellable.";

    public static readonly DriftField OnHand = new("onHand");
    public static readonly DriftField Reserved = new("reserved");

    private DriftField(string name) => Name = name;

    /// <summary>The contract's word.</summary>
    public string Name { get; }

    /// <summary>The unsellable status that is compared; null for the other fields.</summary>
    public string? Status => Name.StartsWith(UnsellablePrefix, StringComparison.Ordinal) ? Name[UnsellablePrefix.Length..] : null;

    public static DriftField Unsellable(string status) => new(UnsellablePrefix + status);

    /// <exception cref="FormatException">Not a field.</exception>
    public static DriftField Parse(string name) => name switch
    {
        "onHand" => OnHand,
        "reserved" => Reserved,
        _ when name.Length > UnsellablePrefix.Length && name.StartsWith(UnsellablePrefix, StringComparison.Ordinal) => new DriftField(name),
        _ => throw new FormatException($"Not a field of a count: '{name}'."),
    };

    public override string ToString() => Name;
}
