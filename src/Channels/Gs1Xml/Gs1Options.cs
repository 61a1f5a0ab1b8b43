namespace RetailSync.Channels.Gs1Xml;

/// <summary>What may be configured for a sender of GS1 XML, by name.</summary>
public sealed record Gs1Options(IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Takes messages whose header says that they are tests for facts, where it is <c>true</c>.</summary>
    public const string AcceptTestData = "acceptTestData";

    /// <summary>Takes a receiving advice of exceptions only like one in full, where it is <c>true</c>.</summary>
    public const string ExceptionsOnly = "exceptionsOnly";

    /// <summary>The statuses of an outbound notification by which goods have left, with commas between them.</summary>
    public const string DespatchStatuses = "despatchStatuses";

    /// <summary>The statuses of an inbound notification by which goods have come in.</summary>
    public const string ReceiptStatuses = "receiptStatuses";

    /// <summary>The sub-locations at which what comes in was sold before.</summary>
    public const string ReturnLocations = "returnLocations";

    public bool Is(string option) => Settings.GetValueOrDefault(option) == "true";

    public bool IsDespatch(string status) => Has(DespatchStatuses, "DESPATCHED,DESPATCH_CONFIRMED", status);

    public bool IsReceipt(string status) => Has(ReceiptStatuses, "RECEIVING_FINISHED", status);

    public bool IsReturn(string subLocation) => Has(ReturnLocations, "RETURNS,RETURN,RET", subLocation);

    private bool Has(string option, string usual, string word) => Settings.GetValueOrDefault(option, usual)
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(word, StringComparer.OrdinalIgnoreCase);
}
