using System.Text;
using CsCheck;
using RetailSync.Channels.Documents;
using static RetailSync.Channels.Tests.AnyBytes;
using static RetailSync.Channels.Tests.Gs1Xml.Gs1Text;

namespace RetailSync.Channels.Tests.Gs1Xml;

public sealed class Gs1_messages
{
    private const string At = " of 04012345123456 EA @W1 2026-11-04T09:10Z";

    [Theory]
    [InlineData("RECEIVING_FINISHED", "<actualReceiptQuantity measurementUnitCode='EA'>5</actualReceiptQuantity>", "1: receipt 5 #77" + At)]
    [InlineData("receiving_finished", "<actualReceiptQuantity measurementUnitCode='EA'>0</actualReceiptQuantity>", "1: (nothing received)")]
    [InlineData("RECEIVING_FINISHED", "<actualReceiptQuantity>1.00001</actualReceiptQuantity>", "1: !invalid-quantity")]
    [InlineData("RECEIVING_FINISHED", "<actualReceiptQuantity>-1</actualReceiptQuantity>", "1: !invalid-quantity")]
    [InlineData("RECEIVING_FINISHED", "", "1: (no quantity)")]
    [InlineData("RECEIVING_STARTED", "<actualReceiptQuantity measurementUnitCode='EA'>5</actualReceiptQuantity>", "1: (receiving started)")]
    [InlineData("GOODS_LOADED", "<actualDespatchQuantity measurementUnitCode='EA'>5</actualDespatchQuantity>", "1: expected 5 #77" + At)]
    [InlineData("SNAFU", "<actualReceiptQuantity measurementUnitCode='EA'>5</actualReceiptQuantity>", "1: !unknown-reason")]
    [InlineData(
        "RECEIVING_FINISHED", "<inventoryDispositionCode>NON_SELLABLE_DAMAGED</inventoryDispositionCode><actualReceiptQuantity measurementUnitCode='EA'>5"
            + "</actualReceiptQuantity>", "1: receipt 5 damaged #77" + At)]
    [InlineData(
        "RECEIVING_FINISHED", "<inventorySubLocation><glnExtension>RETURNS</glnExtension></inventorySubLocation><actualReceiptQuantity measurementUnitCode='EA'>5"
            + "</actualReceiptQuantity>", "1: return 5 #77 of 04012345123456 EA @W1/RETURNS 2026-11-04T09:10Z")]
    [InlineData(
        "RECEIVING_FINISHED", "<transactionalReference><entityIdentification>PO-1</entityIdentification><transactionalReferenceTypeCode>ON"
            + "</transactionalReferenceTypeCode></transactionalReference><actualReceiptQuantity measurementUnitCode='EA'>5</actualReceiptQuantity>",
        "1: receipt 5 #PO-1" + At)]
    public async Task An_inbound_notification_goes_by_its_status(string status, string quantities, string line) =>
        Assert.Equal([line], await Lines(Inbound(status, quantities)));

    [Theory]
    [InlineData("DESPATCHED", "5", "1: sale 5 #77" + At)]
    [InlineData("DESPATCH_CONFIRMED", "5", "1: sale 5 #77" + At)]
    [InlineData("DESPATCHED", "0", "1: (nothing despatched)")]
    [InlineData("PRODUCT_PICKED", "5", "1: (product picked)")]
    [InlineData("STOCK_ALLOCATED", "5", "1: (stock allocated)")]
    [InlineData("SNAFU", "5", "1: !unknown-reason")]
    public async Task An_outbound_notification_goes_by_its_status(string status, string quantity, string line) =>
        Assert.Equal([line], await Lines(Outbound(status, quantity)));

    [Fact]
    public async Task Picked_goods_have_left_where_that_is_configured() =>
        Assert.Equal(["1: sale 5 #77" + At], await Lines(Outbound("PRODUCT_PICKED", "5"), "despatchStatuses=PRODUCT_PICKED"));

    [Fact]
    public async Task Announced_lines_of_one_article_add_up()
    {
        static string Announced(string line, string quantity, string gtin = "04012345123456") => Item("warehousingInboundNotificationShipmentItem",
            $"<actualDespatchQuantity measurementUnitCode='EA'>{quantity}</actualDespatchQuantity>", line, gtin);

        Assert.Equal(
            ["1: expected 65 #77" + At, "2: (added to another line)", "3: expected 7 #77" + At.Replace("04012345123456", "04012345123463", StringComparison.Ordinal)],
            await Lines(Message("warehousingInboundNotification",
                $"<warehousingInboundNotificationShipment>{Location("W1")}<warehousingInboundStatusCode>GOODS_LOADED</warehousingInboundStatusCode>"
                    + Announced("1", "5") + Announced("2", "60") + Announced("3", "7", "04012345123463") + "</warehousingInboundNotificationShipment>")));
    }

    [Fact]
    public async Task A_later_state_of_a_delivery_replaces_nothing()
    {
        async Task<(DocumentFunction, string)> Of(string text) => Assert.Single(await Read(text)) is var one ? (one.Function, one.Identity) : default;
        Assert.Equal((DocumentFunction.Replace, "warehousingOutboundNotification:77"), await Of(Outbound("DESPATCHED", "5", "CHANGE_BY_REFRESH")));
        Assert.Equal((DocumentFunction.Replace, "warehousingOutboundNotification:77"), await Of(Outbound("DESPATCHED", "0", "CHANGE_BY_REFRESH")));
        Assert.Equal((DocumentFunction.Original, "warehousingOutboundNotification:77"), await Of(Outbound("PROOF_OF_DELIVERY", "5", "CHANGE_BY_REFRESH")));
        Assert.Equal((DocumentFunction.Cancel, "warehousingOutboundNotification:77"), await Of(Outbound("PROOF_OF_DELIVERY", "5", "DELETE")));
        Assert.Equal(
            (DocumentFunction.Replace, "warehousingInboundNotification:announced:77"),
            await Of(Inbound("GOODS_LOADED", "<actualDespatchQuantity>5</actualDespatchQuantity>", "CHANGE_BY_REFRESH")));
    }

    [Theory]
    [InlineData("ADD", "ORIGINAL", DocumentFunction.Original, null)]
    [InlineData("ADD", "ADDITIONAL_TRANSMISSION", DocumentFunction.Original, null)]
    [InlineData("ADD", "COPY", DocumentFunction.Copy, null)]
    [InlineData("CHANGE_BY_REFRESH", "ORIGINAL", DocumentFunction.Replace, null)]
    [InlineData("PARTIAL_CHANGE", "ORIGINAL", DocumentFunction.Change, null)]
    [InlineData("DELETE", "ORIGINAL", DocumentFunction.Cancel, null)]
    [InlineData("SNAFU", "ORIGINAL", DocumentFunction.Original, "unknown-reason")]
    [InlineData("ADD", "SNAFU", DocumentFunction.Original, "unknown-reason")]
    public async Task An_action_says_what_becomes_of_an_earlier_message(string action, string status, DocumentFunction function, string? fault)
    {
        var document = Assert.Single(await Read(Message("receivingAdvice", Received("<quantityAccepted>1</quantityAccepted>"), action, status)));
        Assert.Equal((function, fault), (document.Function, document.Fault?.Code));
    }

    [Theory]
    [InlineData("INCREASE", "sellable_accessible", "adjustment 3 (FOUND) #77")]
    [InlineData("DECREASE", "SELLABLE_ACCESSIBLE", "adjustment -3 (FOUND) #77")]
    [InlineData("INCREASE", "non_sellable_damaged", "adjustment 3 (FOUND) #77 + [status] status 3 sellable>damaged #77")]
    [InlineData("decrease", "returned", "adjustment -3 (FOUND) #77 + [status] status 3 returns-hold>sellable #77")]
    [InlineData("INCREASE", "retail_sold", "(not on hand)")]
    [InlineData("SIDEWAYS", "active", "!unknown-reason")]
    [InlineData("INCREASE", "lost_in_space", "!unknown-reason")]
    public async Task An_event_is_an_adjustment(string direction, string disposition, string outcome)
    {
        var line = Assert.Single(await Lines(Report(Event(direction, disposition, "3"))));
        Assert.StartsWith($"W1:04012345123456:{disposition}:{direction}: {outcome}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_events_of_one_instant_are_one_change()
    {
        Assert.Equal(["status 3", "(other half of a movement)"], await Outcomes(Event("DECREASE", "active", "3") + Event("INCREASE", "expired", "3")));
        Assert.Equal(["status 3", "(other half of a movement)"], await Outcomes(Event("DECREASE", "expired", "3") + Event("INCREASE", "active", "3")));
        Assert.Equal(["(within one status)", "(within one status)"], await Outcomes(Event("DECREASE", "active", "3") + Event("INCREASE", "active", "3")));
        Assert.Equal(["adjustment -3", "adjustment 2"], await Outcomes(Event("DECREASE", "active", "3") + Event("INCREASE", "expired", "2")));
        Assert.Equal(["adjustment -3", "adjustment 3"], await Outcomes(
            Event("DECREASE", "active", "3") + Event("INCREASE", "expired", "3", at: "2026-11-04T09:11:00Z")));
        Assert.Equal(["adjustment -3", "(not on hand)"], await Outcomes(Event("DECREASE", "active", "3") + Event("INCREASE", "destroyed", "3")));
        Assert.Equal(["(other half of a movement)", "adjustment 3", "status 3"], await Outcomes(
            Event("INCREASE", "damaged", "3") + Event("INCREASE", "damaged", "3") + Event("DECREASE", "active", "3")));
    }

    [Fact]
    public async Task On_hand_is_the_sum_of_an_articles_dispositions() => Assert.Equal(
        [
            "W1:04012345123456:sellable_accessible: level 17 of 04012345123456 EA @W1 2026-11-01T00:00",
            "W1:04012345123456:sellable_not_accessible: (part of another quantity)",
            "W1:04012345123456:non_sellable_damaged: level 2 damaged of 04012345123456 EA @W1 2026-11-01T00:00",
            "W1:04012345123456:in_transit: (not on hand)",
            "W1:04012345123456:lost: !unknown-reason",
        ],
        await Lines(Report(
            Status("sellable_accessible", "10") + Status("sellable_not_accessible", "5") + Status("non_sellable_damaged", "2") + Status("in_transit", "9")
            + Status("lost", "9"))));

    [Fact]
    public async Task Beside_its_events_what_is_sellable_is_no_level() => Assert.Equal(
        ["adjustment -3", "(beside its events)"], await Outcomes(Event("DECREASE", "active", "3") + Status("active", "9")));

    [Fact]
    public async Task Items_may_stand_above_their_locations()
    {
        var text = Message(
            "logisticsInventoryReport", "<logisticsInventoryReportTradeItem><transactionalTradeItem><gtin>04012345123456</gtin></transactionalTradeItem>"
                + $"<logisticsInventoryReportItemLocation>{Location("W1")}{Status("active", "4", article: "")}</logisticsInventoryReportItemLocation>"
                + $"<logisticsInventoryReportItemLocation>{Location("W2")}{Status("active", "6", article: "")}</logisticsInventoryReportItemLocation>"
                + "</logisticsInventoryReportTradeItem>");
        Assert.Equal(
            ["W1:04012345123456:active: level 4" + At, "W2:04012345123456:active: level 6" + At.Replace("W1", "W2", StringComparison.Ordinal)], await Lines(text));
    }

    [Fact]
    public async Task An_inventory_report_states_quantities_by_their_type() => Assert.Equal(
        ["1:ON_HAND: level 7" + At, "1:DAMAGED: level 1 damaged" + At, "1:ON_ORDER: (another quantity)", "2: (activity of a period)"],
        await Lines(Message(
            "inventoryReport", $"<inventoryItemLocationInformation>{Location("W1")}<transactionalTradeItem><gtin>04012345123456</gtin></transactionalTradeItem>"
                + "<inventoryStatusLineItem><lineItemNumber>1</lineItemNumber>"
                + string.Concat(new[] { ("ON_HAND", 7), ("DAMAGED", 1), ("ON_ORDER", 9) }.Select(one => "<inventoryStatusQuantitySpecification>"
                    + $"<inventoryStatusType>{one.Item1}</inventoryStatusType><quantityOfUnits measurementUnitCode='EA'>{one.Item2}</quantityOfUnits>"
                    + "</inventoryStatusQuantitySpecification>"))
                + "</inventoryStatusLineItem><inventoryActivityLineItem><lineItemNumber>2</lineItemNumber></inventoryActivityLineItem>"
                + "</inventoryItemLocationInformation>")));

    [Theory]
    [InlineData("<quantityReceived>5</quantityReceived>", "receipt 5")]
    [InlineData("<quantityReceived>5</quantityReceived><quantityAccepted>4</quantityAccepted>", "receipt 4")]
    [InlineData("<quantityReceived>9</quantityReceived><quantityAccepted>5</quantityAccepted>D4", "receipt 5 + [damaged] receipt 4 damaged")]
    [InlineData("<quantityReceived>9</quantityReceived><quantityAccepted>9</quantityAccepted>D4", "receipt 5 + [damaged] receipt 4 damaged")]
    [InlineData("<quantityReceived>9</quantityReceived>D4", "receipt 5 + [damaged] receipt 4 damaged")]
    [InlineData("<quantityReceived>9</quantityReceived>R4", "receipt 5")]
    [InlineData("<quantityReceived>3</quantityReceived>D4", "!invalid-quantity")]
    [InlineData("<quantityAccepted>0</quantityAccepted>", "(nothing received)")]
    [InlineData("<quantityDespatched>5</quantityDespatched>", "(no quantity)")]
    [InlineData("<quantityReceived measurementUnitCode='KGM'>5</quantityReceived><quantityAccepted measurementUnitCode='EA'>4</quantityAccepted>", "!unknown-unit")]
    public async Task A_receiving_advice_says_what_was_accepted(string quantities, string outcome)
    {
        string Condition(string code) => $"<receivingConditionInformation><receivingConditionCode>{code}</receivingConditionCode><receivingConditionQuantity>4"
            + "</receivingConditionQuantity></receivingConditionInformation><receivingConditionInformation><receivingConditionCode>QUANTITY_SHORT"
            + "</receivingConditionCode><receivingConditionQuantity>99</receivingConditionQuantity></receivingConditionInformation>";
        var text = quantities.Replace("D4", Condition("DAMAGED_PRODUCT_OR_CONTAINER"), StringComparison.Ordinal)
            .Replace("R4", Condition("REJECTED"), StringComparison.Ordinal);
        var line = Assert.Single(await Lines(Message("receivingAdvice", Received(text))));
        Assert.StartsWith($"1: {outcome}", line.Replace(" #77", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_advice_of_exceptions_only_waits_for_an_option()
    {
        var text = Message("receivingAdvice", "<reportingCode>EXCEPTIONS</reportingCode>" + Received("<quantityAccepted>4</quantityAccepted>"));
        Assert.Equal(["1: !unknown-reason"], await Lines(text));
        Assert.StartsWith("1: receipt 4", Assert.Single(await Lines(text, "exceptionsOnly=true")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_despatch_advice_is_expected_under_its_order_and_adds_up() => Assert.Equal(
        [
            "1: expected 15 #PO-1 on 2026-11-09 of 04012345123456 EA @4012345000009 2026-11-04T08:00Z", "2: (added to another line)",
            "3: expected 2 #PO-2 on 2026-11-09 of 04012345123456 EA @4012345000009 2026-11-04T08:00Z", "4: (part of another line)",
        ],
        await Lines(Message(
            "despatchAdvice", "<shipTo><gln>4012345000009</gln></shipTo><despatchInformation><actualShipDateTime>2026-11-04T08:00:00Z</actualShipDateTime>"
                + "<estimatedDeliveryDateTime>2026-11-09T00:00:00Z</estimatedDeliveryDateTime></despatchInformation>"
                + "<purchaseOrder><entityIdentification>PO-1</entityIdentification></purchaseOrder><despatchAdviceLogisticUnit>"
                + Item("despatchAdviceLineItem", Despatched("10")) + "</despatchAdviceLogisticUnit><despatchAdviceLogisticUnit>"
                + Item("despatchAdviceLineItem", Despatched("5"), line: "2")
                + Item("despatchAdviceLineItem", Despatched("2") + "<purchaseOrder><entityIdentification>PO-2</entityIdentification></purchaseOrder>", line: "3")
                + Item("despatchAdviceLineItem", Despatched("2") + "<parentLineItemNumber>3</parentLineItemNumber>", line: "4")
                + "</despatchAdviceLogisticUnit>")));

    [Theory]
    [InlineData("ADD", DocumentFunction.Original, "12")]
    [InlineData("DELETE", DocumentFunction.Replace, "0")]
    public async Task An_order_is_expected_where_it_goes(string action, DocumentFunction function, string expected)
    {
        var document = Assert.Single(await Read(Message(
            "order", "<buyer><gln>4012345000016</gln></buyer><orderLogisticalInformation><shipTo><gln>4012345000009</gln></shipTo><orderLogisticalDateInformation>"
                + "<requestedDeliveryDateTime><date>2026-11-09</date></requestedDeliveryDateTime></orderLogisticalDateInformation></orderLogisticalInformation>"
                + Item("orderLineItem", "<requestedQuantity measurementUnitCode='EA'>12</requestedQuantity>"), action)));
        Assert.Equal((function, "4012345000016"), (document.Function, document.Sender));
        Assert.Equal([$"1: expected {expected} #77 on 2026-11-09 of 04012345123456 EA @4012345000009 2026-11-04T09:10Z"], DocumentText.Lines(document));
    }

    [Theory]
    [InlineData("warehousingOutboundInstruction", "1: (instruction)")]
    [InlineData("orderResponse", "1: (another message)")]
    [InlineData("invoice", "1: (another message)")]
    [InlineData("receivingAdvice", "1: !invalid-line")]
    public async Task Other_messages_move_nothing(string kind, string line) =>
        Assert.Equal([line], await Lines(Message(kind, "<despatchAdvice><entityIdentification>1</entityIdentification></despatchAdvice>")));

    [Fact]
    public async Task A_message_is_of_the_sender_of_the_header_before_it()
    {
        var one = One("warehousingOutboundInstruction", "<logisticServicesSeller><gln>4012345000016</gln></logisticServicesSeller>");
        var documents = await Read($"<x>{one}{Header("A")}{one}{one}{Header("B")}{one}</x>");
        Assert.Equal(["4012345000016", "A", "A", "B"], documents.Select(document => document.Sender));
        Assert.Equal(["1: !unreadable-segment"], await Lines(Header("A")));
    }

    [Fact]
    public async Task A_test_is_no_fact_unless_it_is_configured()
    {
        var text = Header("A", "<Scope><Type>MESSAGE_STATUS</Type><InstanceIdentifier>TEST</InstanceIdentifier></Scope>")
            + One("receivingAdvice", Received("<quantityAccepted>1</quantityAccepted>"));
        Assert.Equal("test-data", Assert.Single(await Read(text)).Fault?.Code);
        Assert.Null(Assert.Single(await Read(text, "acceptTestData=true")).Fault);
    }

    [Fact]
    public async Task Lines_without_numbers_of_their_own_have_their_places() => Assert.Equal(
        ["1", "2"],
        (await Read(Message("receivingAdvice", Received("<quantityAccepted>1</quantityAccepted>", "7") + Received("<quantityAccepted>1</quantityAccepted>", "7"))))
            .SelectMany(document => document.Lines).Select(line => line.Key));

    [Fact]
    public async Task A_number_that_only_calls_itself_a_GTIN_comes_last()
    {
        async Task<string> Articles(string trade) => string.Join(' ', (await Read(Message(
            "receivingAdvice", $"<receivingAdviceLineItem><transactionalTradeItem>{trade}</transactionalTradeItem></receivingAdviceLineItem>")))[0].Lines[0].Articles
            .Select(article => $"{article.Kind}={article.Value}"));
        const string others = "<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode='SUPPLIER_ASSIGNED'>S</additionalTradeItemIdentification>"
            + "<additionalTradeItemIdentification additionalTradeItemIdentificationTypeCode='BUYER_ASSIGNED'>B</additionalTradeItemIdentification>";
        Assert.Equal("gtin=04012345123456 BUYER_ASSIGNED=B SUPPLIER_ASSIGNED=S", await Articles("<gtin>04012345123456</gtin>" + others));
        Assert.Equal("BUYER_ASSIGNED=B SUPPLIER_ASSIGNED=S gtin=0123456789", await Articles("<gtin>0123456789</gtin>" + others));
        Assert.Equal("BUYER_ASSIGNED=B SUPPLIER_ASSIGNED=S", await Articles("<gtin>00000000000000</gtin>" + others));
    }

    [Theory]
    [InlineData("<date>2026-11-04+01:00</date><time>06:04:13+05:30</time>", "2026-11-04T00:34Z")]
    [InlineData("<date>2026-11-04+05:30</date><time>06:04:13</time>", "2026-11-04T00:34Z")]
    [InlineData("<date>2026-11-04</date><time>06:04:13</time>", "2026-11-04T06:04")]
    [InlineData("<date>2026-11-04Z</date>", "2026-11-04 end")]
    [InlineData("<date>yesterday</date>", "2026-11-04T09:10Z")]
    public async Task Dates_and_times_stand_apart(string time, string expected) => Assert.EndsWith(
        " " + expected,
        Assert.Single(await Lines(Message(
            "warehousingInboundNotification", $"<warehousingInboundNotificationShipment>{Location("W1")}<warehousingInboundStatusCode>RECEIVING_FINISHED"
                + $"</warehousingInboundStatusCode><actualReceipt><logisticEventDateTime>{time}</logisticEventDateTime></actualReceipt>"
                + Item("warehousingInboundNotificationShipmentItem", "<actualReceiptQuantity>1</actualReceiptQuantity>")
                + "</warehousingInboundNotificationShipment>"))),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_broken_message_does_not_affect_its_neighbours()
    {
        var good = One("receivingAdvice", Received("<quantityAccepted>1</quantityAccepted>"));
        var documents = await Read($"<x>\n{good}\n<receivingAdvice><a></receivingAdvice>\n{good}\n{good[..^30]}");
        Assert.Equal(
            ["receipt 1", "!unreadable-segment 1", "receipt 1", "!unreadable-segment 1"],
            documents.Select(document => DocumentText.Tally([document])));
        Assert.Equal(["line 2, column 1", "line 3, column 1", "line 4, column 1", "line 5, column 1"], documents.Select(document => document.Position));
        Assert.Equal(["1: !unreadable-segment"], await Lines("<!DOCTYPE x [<!ENTITY a 'b'>]>" + good));
    }

    [Fact]
    public async Task People_are_not_read()
    {
        var text = Header("A") + One("receivingAdvice", Received("<quantityAccepted>1</quantityAccepted>")
            + "<shipTo><gln>4012345000009</gln><contact><personName>Jane Doe</personName></contact><address><name>Jane Doe</name></address></shipTo>");
        Assert.All(await Read(text), document => Assert.DoesNotContain("Jane", document + string.Concat(document.Lines), StringComparison.Ordinal));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[][] corpus = [.. new[] { Encoding.UTF8, Encoding.Unicode }.SelectMany(encoding => new[]
        {
            Header("A") + Inbound("RECEIVING_FINISHED", "<actualReceiptQuantity measurementUnitCode='EA'>5</actualReceiptQuantity>"),
            Report(Status("active", "3") + Event("DECREASE", "active", "3") + Event("INCREASE", "damaged", "3")),
            Message("receivingAdvice", Received("<quantityReceived>5</quantityReceived><quantityAccepted>4</quantityAccepted>")),
            Message("order", Item("orderLineItem", "<requestedQuantity>1</requestedQuantity>") + Item("orderLineItem", "<requestedQuantity>2</requestedQuantity>")),
        }.Select(encoding.GetBytes))];
        NearlyRight(
            corpus, "<", ">", "/>", "<!--", "]]>", "&", "&#0;", "<!DOCTYPE x [", "\0", "\uFEFF", "<gtin>", "<order>", "</order>", "DECREASE", "INCREASE", "-1", "1e9",
            "<tradeItemQuantity>", "<receivingAdvice>", "<time>24:00:00", "<inventoryLocation/>").Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);
        AnyBytes.Random.Select(bytes => (byte[])[(byte)'<', .. bytes]).Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        var documents = LineText.Read(Format, new MemoryStream(bytes)).GetAwaiter().GetResult();
        var trickled = LineText.Read(Format, Documents.Trickle(bytes)).GetAwaiter().GetResult();
        Assert.NotEmpty(documents);
        Assert.Equal(documents.SelectMany(DocumentText.Lines), trickled.SelectMany(DocumentText.Lines));
        Assert.All(documents.SelectMany(document => document.Lines), line => Assert.Matches("^line [0-9]+(, column [0-9]+)?$", line.Position));
        Assert.All(documents, document => Assert.Equal(document.Lines.Count, document.Lines.Select(line => line.Key).Distinct().Count()));
    }

    private static string Inbound(string status, string quantities, string action = "ADD") => Message(
        "warehousingInboundNotification", $"<warehousingInboundNotificationShipment>{Location("W1")}<warehousingInboundStatusCode>{status}"
            + $"</warehousingInboundStatusCode>{Item("warehousingInboundNotificationShipmentItem", quantities)}</warehousingInboundNotificationShipment>", action);

    private static string Outbound(string status, string quantity, string action = "ADD") => Message(
        "warehousingOutboundNotification", $"<warehousingOutboundNotificationShipment>{Location("W1")}<warehousingOutboundStatusCode>{status}"
            + "</warehousingOutboundStatusCode><warehousingOutboundNotificationLogisticUnit>"
            + Item("warehousingOutboundNotificationShipmentItem", $"<actualDespatchQuantity measurementUnitCode='EA'>{quantity}</actualDespatchQuantity>")
            + "</warehousingOutboundNotificationLogisticUnit></warehousingOutboundNotificationShipment>", action);

    private static string Received(string quantities, string line = "1") =>
        $"<receivingAdviceLogisticUnit>{Item("receivingAdviceLineItem", quantities, line)}</receivingAdviceLogisticUnit>";

    private static string Despatched(string quantity) => $"<despatchedQuantity measurementUnitCode='EA'>{quantity}</despatchedQuantity>";

    private static string Report(string content) => Message(
        "logisticsInventoryReport", "<reportingPeriod><beginDate>2026-10-01</beginDate><endDate>2026-11-01</endDate><endTime>00:00:00</endTime></reportingPeriod>"
            + $"<logisticsInventoryReportInventoryLocation>{Location("W1")}{content}</logisticsInventoryReportInventoryLocation>");

    private static string Status(string disposition, string quantity, string article = "<gtin>04012345123456</gtin>") =>
        $"<tradeItemInventoryStatus>{article}<tradeItemQuantity measurementUnitCode='EA'>{quantity}</tradeItemQuantity><inventoryDispositionCode>{disposition}"
        + "</inventoryDispositionCode></tradeItemInventoryStatus>";

    private static string Event(string direction, string disposition, string quantity, string at = "2026-11-04T09:10:00Z") =>
        $"<tradeItemInventoryEvent><gtin>04012345123456</gtin><tradeItemQuantity measurementUnitCode='EA'>{quantity}</tradeItemQuantity><eventDateTime>{at}"
        + $"</eventDateTime><inventoryDispositionCode>{disposition}</inventoryDispositionCode><inventoryMovementTypeCode>{direction}</inventoryMovementTypeCode>"
        + "<inventoryEventReasonCode>FOUND</inventoryEventReasonCode></tradeItemInventoryEvent>";

    /// <summary>The first move of each line of a report.</summary>
    private static async Task<List<string>> Outcomes(string content) =>
    [
        .. (await Read(Report(content))).SelectMany(document => document.Lines).Select(line => line.Outcome switch
        {
            Moved moved => FormattableString.Invariant($"{moved.Moves[0].Type.ToString().ToLowerInvariant()} {moved.Moves[0].Quantity}"),
            NoStock nothing => $"({nothing.Reason})",
            var other => other.ToString(),
        }),
    ];
}
