namespace RetailSync.Inventory.Domain.Stock;

/// <summary>
/// One SKU at one location, and the key of its event stream: <c>{sku}@{location}</c>. A SKU may contain @, a location
/// never does, so the last @ parts them. This is the only place that formats or parses the key.
/// </summary>
public readonly record struct PositionKey(Sku Sku, LocationId Location)
{
    /// <exception cref="FormatException">Not <c>{sku}@{location}</c>.</exception>
    public static PositionKey Parse(string key)
    {
        var at = key.LastIndexOf('@');
        return at < 0
            ? throw new FormatException($"Not a position key: '{key}'.")
            : new PositionKey(Sku.Parse(key[..at]), LocationId.Parse(key[(at + 1)..]));
    }

    public override string ToString() => $"{Sku.Value}@{Location.Value}";
}
