namespace RetailSync.Inventory.Host.Security;

/// <summary>What a write of a person changed, and why: it stands in the list of actions, beside who did it, to what and when.</summary>
/// <param name="Reason">As the caller gave it; null for none.</param>
/// <param name="Before">As the API shows it, so without secrets; null where there was nothing, or where the list does not say.</param>
/// <param name="After">The same of what is there now.</param>
public sealed record ActionNote(string? Reason, object? Before, object? After)
{
    /// <summary>Notes it for this request; a second note replaces the first.</summary>
    public static void Set(HttpContext http, string? reason = null, object? before = null, object? after = null) =>
        http.Features.Set(new ActionNote(reason, before, after));
}
