using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Security;

/// <summary>
/// Names of sources, and who may use them. Source and id are the idempotency key, so a caller that may use a source can also use up its ids: each name has one
/// owner. Names compare exactly; only <see cref="IsProducts"/> ignores case, since a person would not distinguish the two.
/// </summary>
public static class MovementSources
{
    /// <summary>Corrections that follow from a reconciliation.</summary>
    public const string Reconciliation = "reconciliation";

    private const string Channels = "channel/";
    private const string Stores = "pos/";
    private const string AllBelow = "/*";

    /// <summary>What a channel reports of its orders is recorded under this name.</summary>
    public static string OfChannel(ChannelId channel) => $"{Channels}{channel}";

    /// <summary>The channel of <see cref="OfChannel"/>; null for any other source.</summary>
    public static ChannelId? ChannelOf(string source) =>
        source.StartsWith(Channels, StringComparison.Ordinal) && ChannelId.TryParse(source[Channels.Length..], out var channel) ? channel : null;

    /// <summary>Names that only the product itself records under, whoever asks: <c>channel/...</c> and <c>reconciliation</c>, with all below it.</summary>
    public static bool IsProducts(string source) =>
        source.StartsWith(Channels, StringComparison.OrdinalIgnoreCase)
        || source.Equals(Reconciliation, StringComparison.OrdinalIgnoreCase)
        || source.StartsWith($"{Reconciliation}/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the source is <c>pos/{location}</c> or begins with <c>pos/{location}/</c>.</summary>
    public static bool IsOfStore(string source, string location) =>
        source.StartsWith(Stores, StringComparison.Ordinal) && Covers($"{Stores}{location}", source);

    /// <summary>The source of a store, below which it may have others.</summary>
    public static string OfStore(string location) => $"{Stores}{location}";

    /// <summary>The location of a store's source, <c>pos/{location}</c> or <c>pos/{location}/...</c>; null for any other.</summary>
    public static string? StoreOf(string source) =>
        source.StartsWith(Stores, StringComparison.Ordinal) && source[Stores.Length..].Split('/')[0] is { Length: > 0 } location ? location : null;

    /// <summary>Whether an entry of a key's list (<see cref="IsEntry"/>) means the source.</summary>
    public static bool IsMeant(string entry, string source) =>
        entry.EndsWith(AllBelow, StringComparison.Ordinal) ? source.StartsWith(entry[..^1], StringComparison.Ordinal) : source == entry;

    /// <summary>The entry of a key's list that means all sources below one.</summary>
    public static string AllOf(string source) => $"{source}{AllBelow}";

    /// <summary>
    /// What a key's list may say: a source, or all sources that begin with a name and <c>/</c>, written <c>name/*</c>. None of them is the product's own.
    /// </summary>
    public static bool IsEntry(string text) =>
        Identifier.TryParse(text, out var trimmed) && trimmed == text && !IsProducts(text)
        && (text.EndsWith(AllBelow, StringComparison.Ordinal) ? text[..^2] : text) is { Length: > 0 } name
        && !name.Contains('*');

    private static bool Covers(string name, string source) =>
        source.StartsWith(name, StringComparison.Ordinal) && (source.Length == name.Length || source[name.Length] == '/');
}
