using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Sap;

/// <summary>What a table makes of an IDoc: the part of a <see cref="SourceDocument"/> that differs from message to message.</summary>
/// <param name="Kind">The first part of its identity.</param>
/// <param name="Number">The sender's number of it.</param>
/// <param name="Lines">In the order of the IDoc.</param>
internal sealed record SapDocument(string Kind, string? Number, IReadOnlyList<DocumentLine> Lines)
{
    public DocumentFunction Function { get; init; }

    /// <summary>It asks to be checked, not posted.</summary>
    public bool IsTest { get; init; }
}

/// <summary>What is configured for a sender.</summary>
internal sealed class SapOptions(IReadOnlyDictionary<string, string> settings)
{
    /// <summary>The option that takes test IDocs for facts.</summary>
    public const string AcceptTestData = "acceptTestData";

    public GoodsMovements Movements { get; } = new(settings);

    public bool Is(string option) => settings.GetValueOrDefault(option) == "true";
}
