using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.PosLog;

/// <summary>What tills log and print: POSLog 2.x to 6 of ARTS (IXRetail), and ARTS digital receipts. Described in <c>docs/sources/poslog.md</c>.</summary>
public sealed class PosLogFormat : IDocumentFormat
{
    /// <summary>The elements that say what moved, and no others: customers, cashiers, loyalty and payments are passed over unread.</summary>
    private static readonly XmlShape Shape = new(
        roots: ["POSLog", "DigitalReceipt"],
        records: [PosLogTransaction.Kind],
        contents:
        [
            "RetailStoreID", "BusinessUnit", "UnitID", "WorkstationID", "SequenceNumber", "BusinessDayDate", "EndDateTime", "BeginDateTime", "ReceiptDateTime",
            "POSLogDateTime", "TransactionID", "ReceiptNumber", "RetailTransaction", "InventoryControlTransaction", "TransactionStatus", "TransactionLink", "ReasonCode", "LineItem",
            "Sale", "Return", "ItemID", "POSIdentity", "POSItemID", "Quantity", "Disposal",
            .. InventoryControl.Contents,
        ]);

    public string Name => "poslog";

    public IReadOnlyList<string> MediaTypes => ["application/xml", "text/xml"];

    public string? Recognise(ReadOnlySpan<byte> beginning) => XmlBeginning.Text(beginning) is not { } text ? null
        : text.Contains("<POSLog", StringComparison.Ordinal) || text.Contains(":POSLog", StringComparison.Ordinal) ? "a POSLog in XML"
        : text.Contains("DigitalReceipt", StringComparison.Ordinal) ? "an ARTS receipt in XML"
        : text.Contains("nrf-arts.org/IXRetail", StringComparison.OrdinalIgnoreCase) ? "XML of ARTS" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in XmlRecords.Read(content, Shape, cancellation))
        {
            if (record.Element is not { } transaction)
            {
                yield return record.AsUnreadable(PosLogTransaction.Kind);
                continue;
            }

            foreach (var document in PosLogTransaction.Read(transaction, settings))
            {
                yield return document;
            }
        }
    }
}
