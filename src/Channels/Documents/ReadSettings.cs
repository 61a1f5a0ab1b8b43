using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Documents;

/// <summary>What is configured for sources and changes how documents are read, by sender.</summary>
/// <param name="format">The name of the file's format: the source of documents that name no sender, and the beginning of the others' sources.</param>
/// <param name="source">The source of all documents of the file, whoever sent them; null for the one that each document says.</param>
/// <param name="options">The options of each source, by name.</param>
public sealed class ReadSettings(string format, string? source, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options)
{
    /// <summary>Nothing is configured.</summary>
    public static readonly ReadSettings None = OfEverySender(new Dictionary<string, string>());

    private static readonly Dictionary<string, string> Nothing = [];

    public static ReadSettings OfEverySender(IReadOnlyDictionary<string, string> options) =>
        new("", "", new Dictionary<string, IReadOnlyDictionary<string, string>> { [""] = options });

    /// <summary>The source of a document, by what it says of its sender.</summary>
    public string SourceOf(string? sender) =>
        source ?? (Identifier.TryParse(sender, out var name) && Identifier.TryParse($"{format}/{name}", out var own) ? own : format);

    /// <summary>By name; empty for a sender of which nothing is configured. Null asks for documents that name none.</summary>
    public IReadOnlyDictionary<string, string> OptionsOf(string? sender) => options.GetValueOrDefault(SourceOf(sender), Nothing);

    /// <summary>Whether an option of a sender is <c>true</c>.</summary>
    public bool Is(string? sender, string option) => OptionsOf(sender).GetValueOrDefault(option) == "true";
}
