namespace RetailSync.Inventory.Domain;

/// <summary>
/// What a caller stated, where that is not in the SKU's own name and unit. The same message sent again is recognised by it, whatever a pack holds or a name
/// means by then.
/// </summary>
/// <param name="Sku">The name of the article.</param>
/// <param name="Quantity">In <paramref name="Unit"/>; null for a correction that says that nothing happened.</param>
/// <param name="Unit">The code of a unit or a pack; null for what the name stands for.</param>
public sealed record AsStated(string Sku, decimal? Quantity, string? Unit);
