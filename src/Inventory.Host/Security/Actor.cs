namespace RetailSync.Inventory.Host.Security;

/// <summary>
/// Who did something: the name of a key, the <c>sub</c> of a token or a job of the product's own, and the role in which it was done. It is stored as text in
/// Marten's <c>user_name</c> and in the <c>by</c> columns of tables.
/// </summary>
/// <param name="Name">The key's name in the configuration, the token's <c>sub</c>, or the job: 1 to 128 printable characters.</param>
/// <param name="Role">A role of <see cref="Security.Role"/>, several joined by <c>+</c> in ordinal order, or <see cref="Product"/>.</param>
public sealed record Actor(string Name, string Role)
{
    /// <summary>The role of the product's own jobs. No key and no token can have it, so no caller can pass for one.</summary>
    public const string Product = "product";

    /// <summary>A job of the product's own: what it does has no caller.</summary>
    public static Actor OfProduct(string job) => new(job, Product);

    /// <summary>A vendor's webhook, which is signed by the vendor and has no key of ours.</summary>
    public static Actor OfWebhook(string channel, string adapter) => new($"{channel}/{adapter}", Security.Role.Channel);

    /// <summary>The stored text: roles have no colon, so the first one parts the two.</summary>
    public override string ToString() => $"{Role}:{Name}";

    /// <summary>Reads the stored text; null for what was recorded before names were.</summary>
    public static Actor? Parse(string? stored) => stored?.IndexOf(':') is { } colon and >= 0 ? new Actor(stored[(colon + 1)..], stored[..colon]) : null;

    /// <summary>The name in a stored text, as answers show it; null for what was recorded before names were.</summary>
    public static string? NameIn(string? stored) => Parse(stored)?.Name;
}
