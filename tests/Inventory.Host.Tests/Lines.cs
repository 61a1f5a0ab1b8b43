using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.Tests;

/// <summary>Lines of movements as a source would send them.</summary>
public static class Lines
{
    private static int _made;

    /// <summary>A SKU that no other test uses. Lists that are sorted by SKU have it in the order in which it was made, however many were made before.</summary>
    public static string NewSku() => $"sku-{Interlocked.Increment(ref _made):D6}";

    /// <param name="type">The contract's word.</param>
    /// <param name="quantity">Null where it has none.</param>
    /// <param name="sku">What.</param>
    /// <param name="location">Where.</param>
    /// <param name="id">A new one unless given.</param>
    /// <param name="at">The time of day on the day that it is for the tests.</param>
    /// <param name="more">The fields of its type.</param>
    public static JsonObject Line(
        string type, decimal? quantity, string sku, string location = "S001", string? id = null, string at =
        "09:00", params IReadOnlyList<(string Name, JsonNode? Value)> more)
    {
        var line = new JsonObject
        {
            ["id"] = id ?? $"m-{Interlocked.Increment(ref _made):D6}",
            ["type"] = type,
            ["sku"] = sku,
            ["location"] = location,
            ["occurredAt"] = $"2026-11-23T{at}:00Z",
        };
        if (quantity is { } number)
        {
            line["quantity"] = number;
        }

        foreach (var (name, value) in more)
        {
            line[name] = value;
        }

        return line;
    }

    /// <summary>The same line, to be sent again.</summary>
    public static JsonObject Clone(this JsonObject line) => line.DeepClone().AsObject();
}
