namespace RetailSync.Channels.Tests.PosLog;

/// <summary>Transactions of a till, as a POSLog writes them.</summary>
internal static class TillDay
{
    public static string Log(IEnumerable<string> transactions) =>
        $"<POSLog xmlns=\"http://www.nrf-arts.org/IXRetail/namespace/\" MajorVersion=\"6\">{string.Concat(transactions)}</POSLog>";

    /// <param name="sequence">Its number of the day.</param>
    /// <param name="lines">Articles and quantities.</param>
    public static string Sale(int sequence, params (string Item, string Quantity)[] lines) => Transaction(sequence, Lines(lines));

    /// <summary>Voids an earlier transaction of the day as a whole.</summary>
    public static string PostVoid(int sequence, int voided, params (string Item, string Quantity)[] lines) =>
        Transaction(sequence, $"{Lines(lines)}<TransactionLink ReasonCode=\"Voided\"><SequenceNumber>{voided}</SequenceNumber></TransactionLink>");

    private static string Transaction(int sequence, string content) =>
        $"<Transaction><RetailStoreID>S012</RetailStoreID><WorkstationID>3</WorkstationID><SequenceNumber>{sequence}</SequenceNumber>"
        + $"<BusinessDayDate>2026-11-04</BusinessDayDate><EndDateTime>2026-11-04T{8 + (sequence / 60):00}:{sequence % 60:00}:00Z</EndDateTime>"
        + $"<RetailTransaction>{content}</RetailTransaction></Transaction>";

    private static string Lines((string Item, string Quantity)[] lines) => string.Concat(lines.Select((line, index) =>
        $"<LineItem><SequenceNumber>{index + 1}</SequenceNumber><Sale ItemType=\"Stock\"><ItemID>{line.Item}</ItemID><Quantity>{line.Quantity}</Quantity></Sale></LineItem>"));
}
