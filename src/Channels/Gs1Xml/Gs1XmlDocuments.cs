using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>
/// GS1 XML 3.x: what warehouses of logistics providers report (receipts, despatches, stock, what happened to it), and advices and orders of trading partners.
/// Described in <c>docs/sources/gs1-xml.md</c>.
/// </summary>
public sealed class Gs1XmlDocuments : IDocumentFormat
{
    private static readonly Dictionary<string, Func<Gs1Message, SourceDocument>> Tables = new()
    {
        ["logisticsInventoryReport"] = InventoryReport.Read,
        ["inventoryReport"] = InventoryReport.Read,
        ["warehousingOperationsNotification"] = InventoryReport.Read,
        ["warehousingInboundNotification"] = WarehouseNotification.ReadInbound,
        ["warehousingOutboundNotification"] = WarehouseNotification.ReadOutbound,
        ["warehousingInboundInstruction"] = ExpectedGoods.ReadInstruction,
        ["despatchAdvice"] = ExpectedGoods.ReadDespatchAdvice,
        ["order"] = ExpectedGoods.ReadOrder,
        ["receivingAdvice"] = ReceivingAdvice.Read,
        ["warehousingOutboundInstruction"] = message => OfNoStock(message, "instruction"),
        ["warehousingOperationsInstruction"] = message => OfNoStock(message, "instruction"),
    };

    /// <summary>Messages of no stock that name others of the table within them.</summary>
    private static readonly string[] OtherMessages =
    [
        "orderResponse", "invoice", "logisticsInventoryReportRequest", "inventoryReportRequest", "transportInstruction", "transportInstructionResponse",
        "transportStatusNotification", "transportStatusRequest", "transportPickUpDropOffRequest", "itemDataNotification", "consumptionReport",
        "replenishmentRequest", "replenishmentProposal", "goodsRequirements", "deliverySchedule", "settlement", "applicationReceiptAcknowledgement",
    ];

    /// <summary>What is read beside what is named after a message. Names, addresses and contacts are not.</summary>
    private static readonly string[] Contents =
    [
        .. Gs1Header.Contents,
        "creationDateTime", "documentStatusCode", "documentActionCode", "entityIdentification", "uniqueCreatorIdentification",
        "logisticServicesSeller", "inventoryReportingParty", "buyer", "seller", "shipper", "receiver", "shipTo", "shipFrom", "inventoryLocation",
        "inventorySubLocation", "gln", "glnExtension", "additionalPartyIdentification",
        "reportingPeriod", "beginDate", "beginTime", "endDate", "endTime", "logisticEventDateTime", "date", "time", "eventDateTime", "inventoryDateTime",
        "receivingDateTime", "reportingCode", "actualReceipt", "actualDelivery", "actualDespatch", "actualShipping", "plannedReceipt", "plannedDelivery",
        "despatchInformation", "actualShipDateTime", "despatchDateTime", "estimatedDeliveryDateTime", "estimatedDeliveryPeriod", "requestedDeliveryDateTime",
        "requestedDeliveryDateRange", "purchaseOrder", "transactionalReference", "transactionalReferenceTypeCode",
        "warehousingInboundStatusCode", "warehousingOutboundStatusCode", "warehousingOperationsTransaction", "warehousingOperationsLocation",
        "lineItemNumber", "parentLineItemNumber", "transactionalTradeItem", "gtin", "additionalTradeItemIdentification", "transactionalItemData",
        "tradeItemQuantity", "actualReceiptQuantity", "actualDespatchQuantity", "plannedReceiptQuantity", "plannedDespatchQuantity", "despatchedQuantity",
        "requestedQuantity", "quantityReceived", "quantityAccepted", "receivingConditionInformation", "receivingConditionCode", "receivingConditionQuantity",
        "tradeItemInventoryStatus", "tradeItemInventoryEvent", "inventoryDispositionCode", "inventoryMovementTypeCode", "inventoryBusinessStepCode",
        "inventoryEventReasonCode", "inventoryItemLocationInformation", "inventoryStatusLineItem", "inventoryActivityLineItem",
        "inventoryStatusQuantitySpecification", "inventoryStatusType", "quantityOfUnits",
    ];

    private static readonly HashSet<string> ReadNames = new(Contents, StringComparer.Ordinal);

    private static readonly XmlShape Shape = new(
        roots: Tables.Keys.Concat(OtherMessages).Select(name => name + "Message"),
        records: [Gs1Header.Element, .. Tables.Keys, .. OtherMessages],
        isRead: name => ReadNames.Contains(name) || Tables.Keys.Any(message => name.StartsWith(message, StringComparison.Ordinal)));

    public string Name => "gs1-xml";

    public IReadOnlyList<string> MediaTypes => ["application/xml", "text/xml"];

    public string? Recognise(ReadOnlySpan<byte> beginning) => XmlBeginning.Text(beginning) is not { } text ? null
        : Tables.Keys.Concat(OtherMessages).FirstOrDefault(name => text.Contains(name + "Message", StringComparison.Ordinal)) is { } message
            ? $"a {message} of GS1 XML"
        : text.Contains("urn:gs1:ecom:", StringComparison.Ordinal) ? "the namespaces of GS1 XML"
        : Tables.Keys.FirstOrDefault(name => text.Contains($"<{name}>", StringComparison.Ordinal)) is { } bare ? $"a {bare} of GS1 XML" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var header = Gs1Header.None;
        var hasMessage = false;
        await foreach (var record in XmlRecords.Read(content, Shape, cancellation))
        {
            if (record.Element is { Name: Gs1Header.Element } found)
            {
                header = Gs1Header.Read(found);
                continue;
            }

            hasMessage = true;
            yield return record.Element is not { } root ? record.AsUnreadable("message")
                : Tables.GetValueOrDefault(root.Name, message => OfNoStock(message, "another message"))(new Gs1Message(root, header, settings));
        }

        if (!hasMessage)
        {
            yield return SourceDocument.Unreadable("message", "line 1", "It has no message of GS1 XML.", header.Sender);
        }
    }

    private static SourceDocument OfNoStock(Gs1Message message, string word)
    {
        message.Add(message.Line(message.Root, "1") with { Articles = [], Outcome = new NoStock(word) });
        return message.Document(DocumentFunction.Original);
    }
}
