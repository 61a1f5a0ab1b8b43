namespace RetailSync.Channels.OnlineRetail;

/// <summary>One line of the file, as text. <paramref name="Problem"/> says why it is no line at all (its quoting, its number of fields).</summary>
internal sealed record InvoiceLine(
    long Row, string Invoice, string StockCode, string Description, string Quantity, string InvoiceDate, string UnitPrice, string CustomerId, string Content,
    string? Problem);
