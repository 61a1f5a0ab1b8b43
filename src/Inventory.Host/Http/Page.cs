namespace RetailSync.Inventory.Host.Http;

/// <summary>A part of a list. <paramref name="Next"/> is the value for <c>after</c> of the next part; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Makes a page of up to <paramref name="limit"/> from one more row than that, which shows whether there is a next one.</summary>
    public static Page<T> Of(List<T> rows, int limit, Func<T, string> after) =>
        rows.Count > limit ? new Page<T>(rows[..limit], after(rows[limit - 1])) : new Page<T>(rows, null);
}
