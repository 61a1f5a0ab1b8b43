using RetailSync.Channels.Documents;
using RetailSync.Channels.PosLog;

namespace RetailSync.Channels.Tests.PosLog;

public sealed class Reading_a_till_log
{
    private const string Header =
        "<RetailStoreID>9</RetailStoreID><WorkstationID>34</WorkstationID><SequenceNumber>161</SequenceNumber><BusinessDayDate>2017-09-30</BusinessDayDate>"
        + "<EndDateTime>2017-10-01T02:02:54</EndDateTime><OperatorID>908</OperatorID>";

    private static readonly PosLogFormat Format = new();

    [Fact]
    public async Task A_transaction_is_named_by_store_till_day_and_sequence()
    {
        var document = Assert.Single(await Read(Retail(Sale(1, "1"))));

        Assert.Equal(("Transaction:9:34:2017-09-30:161", "9"), (document.Identity, document.Sender));
        var line = Assert.Single(document.Lines);
        Assert.Equal(("1", new PlaceName("9")), (line.Key, line.Place));
    }

    /// <summary>A business day that ends at two in the morning says nothing of the instant.</summary>
    [Fact]
    public async Task The_time_is_the_end_of_the_transaction() =>
        Assert.Equal(new TimeWithoutZone(new LocalDateTime(2017, 10, 1, 2, 2, 54)), (await Line(Sale(1, "1"))).Time);

    [Theory]
    [InlineData("2026-11-04T11:30:00+01:00", "2026-11-04T10:30:00Z")]
    [InlineData("2026-11-04T11:30:00.25Z", "2026-11-04T11:30:00Z")]
    public async Task A_time_with_an_offset_is_taken_as_given(string written, string instant)
    {
        var line = Assert.Single(Assert.Single(await Read(Retail(Sale(1, "1")).Replace("2017-10-01T02:02:54", written))).Lines);

        Assert.Equal(instant, Assert.IsType<ExactTime>(line.Time).At.ToString());
    }

    [Fact]
    public async Task Without_any_time_the_business_day_is_meant() => Assert.Equal(
        new WholeDay(new LocalDate(2017, 9, 30)),
        Assert.Single(Assert.Single(await Read(Retail(Sale(1, "1")).Replace("<EndDateTime>2017-10-01T02:02:54</EndDateTime>", ""))).Lines).Time);

    [Theory]
    [InlineData("<Quantity>0.42</Quantity>", "1: sale 0.42 of A")]
    [InlineData("<Quantity>1.</Quantity>", "1: sale 1 of A")]
    [InlineData("<Quantity Units='2' UnitOfMeasureCode='EA'>1</Quantity>", "1: sale 2 of A")]
    [InlineData("<Quantity Units='3'>1.5</Quantity>", "1: sale 4.5 of A")]
    [InlineData("<Quantity>-1</Quantity>", "1: return 1 of A")]
    [InlineData("<Quantity>0</Quantity>", "1: nothing (zero quantity)")]
    [InlineData("<Quantity>0.00001</Quantity>", "1: invalid-quantity")]
    [InlineData("<Quantity>1,5</Quantity>", "1: invalid-quantity")]
    [InlineData("<Quantity>1e3</Quantity>", "1: invalid-quantity")]
    [InlineData("<Quantity Units='x'>1</Quantity>", "1: invalid-quantity")]
    [InlineData("<Quantity Units='999999999999'>999999999999</Quantity>", "1: invalid-quantity")]
    [InlineData("<Quantity/>", "1: invalid-quantity")]
    [InlineData("", "1: invalid-quantity")]
    public async Task A_quantity_is_its_text_times_its_units(string quantity, string expected) => Assert.Equal(
        expected, LineText.Show(await Line($"<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID>{quantity}</Sale></LineItem>")));

    [Theory]
    [InlineData("Each", "EA")]
    [InlineData("KGM", "KGM")]
    public async Task A_unit_in_words_is_pieces(string unit, string expected) => Assert.Equal(expected, (await Line(
        $"<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID><Quantity UnitOfMeasureCode='{unit}'>1</Quantity></Sale></LineItem>")).Unit);

    [Fact]
    public async Task A_flag_on_a_line_voids_the_line() => Assert.Equal(
        ["1: nothing (voided)", "2: nothing (voided)", "3: sale 1 of A"],
        await Lines(Sale(1, "1", " VoidFlag='true'"), Sale(2, "1", " CancelFlag='1'"), Sale(3, "1", " VoidFlag='false'")));

    [Fact]
    public async Task A_flag_on_a_negative_line_voids_an_equal_one_before_it() => Assert.Equal(
        ["1: sale 1 of A", "2: sale 3 of A", "3: nothing (voided)", "4: nothing (voided)", "5: sale 1 of A"],
        await Lines(Sale(1, "1"), Sale(2, "3"), Sale(3, "1"), Sale(4, "-1", " VoidFlag='true'"), Sale(5, "1")));

    [Fact]
    public async Task A_void_of_a_part_leaves_the_rest() => Assert.Equal(
        ["1: sale 2 of A", "2: nothing (voided)", "3: nothing (voided)"],
        await Lines(Sale(1, "4"), Sale(2, "1"), Sale(3, "-3", " VoidFlag='true'")));

    [Fact]
    public async Task A_void_of_more_than_was_sold_is_a_bad_line() => Assert.Equal(
        ["1: sale 1 of A", "2: unknown-movement", "3: sale 2 of A"],
        await Lines(Sale(1, "1"), Sale(2, "-2", " VoidFlag='true'"), Sale(3, "2")));

    [Fact]
    public async Task A_voided_return_is_undone_by_a_return() => Assert.Equal(
        ["1: sale 1 of A", "2: nothing (voided)", "3: nothing (voided)"],
        await Lines(Sale(1, "1"), Return(2, "1"), Return(3, "-1").Replace("<LineItem", "<LineItem VoidFlag='true'")));

    [Theory]
    [InlineData("", "1: return 1 of A")]
    [InlineData("<Disposal Method='ReturnToStock'/>", "1: return 1 of A")]
    [InlineData("<Disposal Method='Damaged'/>", "1: return 1 damaged of A")]
    [InlineData("<Disposal Method='ReturnToVendor'/>", "1: return 1 return-to-vendor of A")]
    [InlineData("<Disposal>Destroy</Disposal>", "1: return 1 scrap of A")]
    [InlineData("<Disposal Method='acs:Bin7'/>", "1: return 1 quality-hold of A")]
    public async Task A_return_arrives_as_its_disposal_says(string disposal, string expected) =>
        Assert.Equal([expected], await Lines(Return(1, "1", disposal)));

    [Fact]
    public async Task Without_a_disposal_a_return_arrives_as_configured() => Assert.Equal(
        "1: return 1 inspection of A", Assert.Single(await Lines(LineText.With("returnStatus=inspection"), Return(1, "1"))));

    [Fact]
    public async Task A_negative_return_contradicts_itself_unless_configured()
    {
        Assert.Equal(["1: invalid-quantity"], await Lines(Return(1, "-1")));
        Assert.Equal(["1: return 1 of A"], await Lines(LineText.With("returnsAreNegative=true"), Return(1, "-1")));
    }

    [Theory]
    [InlineData("Service", "no merchandise")]
    [InlineData("Fee", "no merchandise")]
    [InlineData("GiftCertificate", "no merchandise")]
    [InlineData("Deposit", "deposit")]
    [InlineData("acs:NegativeItem", "deposit")]
    public async Task What_is_no_stock_item_moves_nothing(string type, string reason) =>
        Assert.Equal([$"1: nothing ({reason})"], await Lines(Sale(1, "1").Replace("<Sale>", $"<Sale ItemType='{type}'>")));

    [Fact]
    public async Task A_linked_deposit_is_stock_where_it_is_configured()
    {
        Assert.Equal(["1: nothing (deposit)"], await Lines(Sale(1, "1", " EntryMethod='acs:Linked'")));
        Assert.Equal(["1: sale 1 of A"], await Lines(LineText.With("depositsAreStock=true"), Sale(1, "1", " EntryMethod='acs:Linked'")));
    }

    [Fact]
    public async Task An_article_may_be_configured_to_be_none() =>
        Assert.Equal(["1: nothing (no goods)"], await Lines(LineText.With("noGoods=ROUNDING, A"), Sale(1, "1")));

    [Theory]
    [InlineData("Tender", "tender")]
    [InlineData("TenderChange", "tender")]
    [InlineData("Tax", "tax")]
    [InlineData("acs:LoyaltyMembership", "loyalty")]
    [InlineData("LoyaltyReward", "loyalty")]
    [InlineData("Discount", "discount")]
    [InlineData("acs:ItemNotFound", "item not found")]
    [InlineData("CustomerOrderForPickup", "order")]
    [InlineData("acs:Whatever", "other line")]
    public async Task Other_lines_have_a_word(string element, string reason) => Assert.Equal(
        [$"1: nothing ({reason})"], await Lines($"<LineItem><SequenceNumber>1</SequenceNumber><{element}>1</{element}></LineItem>"));

    [Theory]
    [InlineData("<Transaction TrainingModeFlag='true'>", "training")]
    [InlineData("<Transaction CancelFlag='true'>", "cancelled")]
    [InlineData("<Transaction VoidedFlag='1'>", "voided")]
    [InlineData("<Transaction SuspendedFlag='true'>", "suspended")]
    public async Task A_transaction_that_was_not_finished_moves_nothing(string start, string reason) => Assert.Equal(
        $"1: nothing ({reason})", LineText.Show(Assert.Single(Assert.Single(await Read(Retail(Sale(1, "1")).Replace("<Transaction>", start))).Lines)));

    [Theory]
    [InlineData("Finished", "1: sale 1 of A")]
    [InlineData("Suspended", "1: nothing (suspended)")]
    [InlineData("acs:Perhaps", "1: unknown-reason")]
    public async Task Its_status_says_whether_it_happened(string status, string expected) => Assert.Equal(
        expected, LineText.Show(Assert.Single(Assert.Single(
            await Read(Retail(Sale(1, "1")).Replace("<RetailTransaction>", $"<RetailTransaction TransactionStatus='{status}'>"))).Lines)));

    [Fact]
    public async Task A_link_that_voids_cancels_the_linked_receipt()
    {
        const string link = "<TransactionLink ReasonCode='Voided'><WorkstationID>2</WorkstationID><SequenceNumber>40</SequenceNumber></TransactionLink>";

        var documents = await Read(Retail(Sale(1, "1") + link));

        Assert.Equal(
            [("Transaction:9:34:2017-09-30:161", DocumentFunction.Original), ("Transaction:9:2:2017-09-30:40", DocumentFunction.Cancel)],
            documents.Select(document => (document.Identity, document.Function)));
        Assert.Equal("1: nothing (voids a transaction)", LineText.Show(Assert.Single(documents[0].Lines)));
        Assert.Empty(documents[1].Lines);
    }

    [Fact]
    public async Task A_link_that_resumes_cancels_nothing() => Assert.Equal(
        ["1: sale 1 of A"],
        await Lines("<TransactionLink ReasonCode='Resume'><SequenceNumber>40</SequenceNumber></TransactionLink>", Sale(1, "1")));

    [Fact]
    public async Task A_link_that_names_nothing_is_a_bad_line() => Assert.Equal(
        "link: unknown-movement",
        LineText.Show(Assert.Single((await Read(Retail(Sale(1, "1") + "<TransactionLink ReasonCode='Voided'/>")))[1].Lines)));

    [Fact]
    public async Task A_transaction_sent_again_as_post_voided_did_not_occur()
    {
        var document = Assert.Single(await Read(Retail(Sale(1, "1")).Replace("<RetailTransaction>", "<RetailTransaction TransactionStatus='PostVoided'>")));

        Assert.Equal(("Transaction:9:34:2017-09-30:161", DocumentFunction.Replace), (document.Identity, document.Function));
        Assert.IsType<NoStock>(Assert.Single(document.Lines).Outcome);
    }

    [Theory]
    [InlineData("<POSIdentity POSIDType='GTIN'><POSItemID>00021908501406</POSItemID></POSIdentity><ItemID>00021908501406</ItemID>", "ItemID 00021908501406 GTIN")]
    [InlineData("<POSIdentity POSIDType='EAN13'><POSItemID>4006381333931</POSItemID></POSIdentity><ItemID>77</ItemID>", "ItemID 77, EAN13 4006381333931 GTIN")]
    [InlineData("<POSIdentity POSIDType='mainGroup'><POSItemID>01</POSItemID></POSIdentity><POSIdentity><POSItemID>608794</POSItemID></POSIdentity>", "POSItemID 608794")]
    [InlineData("<POSIdentity POSIDType='GTIN'><POSItemID>00201041000008</POSItemID></POSIdentity>", "PLU 01041, GTIN 00201041000008")]
    [InlineData("<POSIdentity POSIDType='UPCA'><POSItemID>201041006803</POSItemID></POSIdentity>", "PLU 01041, UPCA 201041006803")]
    [InlineData("<POSIdentity POSIDType='EAN'><POSItemID>2812345012344</POSItemID></POSIdentity>", "PLU 12345, EAN 2812345012344")]
    [InlineData("<POSIdentity POSIDType='EAN'><POSItemID>3812345012344</POSItemID></POSIdentity>", "EAN 3812345012344 GTIN")]
    [InlineData("", "")]
    public async Task An_article_has_its_own_number_and_the_scanned_one(string numbers, string expected) => Assert.Equal(
        expected, string.Join(", ", (await Line($"<LineItem><SequenceNumber>1</SequenceNumber><Sale>{numbers}<Quantity>1</Quantity></Sale></LineItem>")).Articles
            .Select(article => $"{article.Kind} {article.Value}{(article.IsGtin ? " GTIN" : "")}")));

    [Theory]
    [InlineData("none", "2812345012344")]
    [InlineData("20-25:4", "2812345012344")]
    [InlineData("28,29:4", "1234")]
    [InlineData("nonsense", "12345")]
    public async Task Barcodes_with_a_price_inside_are_as_configured(string option, string expected)
    {
        var text = Retail(Sale(1, "1")).Replace("<ItemID>A</ItemID>", "<POSIdentity POSIDType='EAN'><POSItemID>2812345012344</POSItemID></POSIdentity>");

        var line = Assert.Single(Assert.Single(await Read(text, LineText.With($"variableBarcodes={option}"))).Lines);

        Assert.Equal(expected, line.Articles[0].Value);
    }

    [Theory]
    [InlineData("<ReceiveInventory><DocumentID>D</DocumentID><LineItem><ItemID>A</ItemID><QuantityReceived>24</QuantityReceived></LineItem></ReceiveInventory>", "1: receipt 24 of A")]
    [InlineData("<InventoryLoss><TypeCode>Breakage</TypeCode><ItemID>A</ItemID><Quantity>1</Quantity></InventoryLoss>", "1: adjustment -1 of A")]
    [InlineData("<ReturnToVendor><LineItem><ItemID>A</ItemID><Quantity>2</Quantity></LineItem></ReturnToVendor>", "1: adjustment -2 of A")]
    [InlineData("<PhysicalCount><LineItem><ItemID>A</ItemID><Quantity>0</Quantity></LineItem></PhysicalCount>", "1: count 0 of A")]
    [InlineData("<InventoryAdjustment><LineItem><ItemID>A</ItemID><Quantity>-2</Quantity></LineItem></InventoryAdjustment>", "1: adjustment -2 of A")]
    [InlineData("<Transfer><DestinationBusinessUnitID>S2</DestinationBusinessUnitID><LineItem><ItemID>A</ItemID><Quantity>3</Quantity></LineItem></Transfer>", "1: transfer 3 to S2 of A")]
    [InlineData("<Transfer><SourceBusinessUnitID>S2</SourceBusinessUnitID><DestinationBusinessUnitID>9</DestinationBusinessUnitID><ItemID>A</ItemID><Quantity>3</Quantity></Transfer>", "1: receipt 3 of A")]
    [InlineData("<Transfer><LineItem><ItemID>A</ItemID><Quantity>3</Quantity></LineItem></Transfer>", "1: invalid-line")]
    [InlineData("<InventoryLoss><ItemID>A</ItemID><Quantity>-1</Quantity></InventoryLoss>", "1: invalid-quantity")]
    [InlineData("<PriceAudit><LineItem><ItemID>A</ItemID><Quantity>1</Quantity></LineItem></PriceAudit>", "1: unknown-reason")]
    public async Task A_store_reports_its_stock(string action, string expected) => Assert.Equal(
        expected, LineText.Show(Assert.Single(Assert.Single(
            await Read($"<Transaction>{Header}<InventoryControlTransaction>{action}</InventoryControlTransaction></Transaction>")).Lines)));

    [Fact]
    public async Task Sign_ons_have_no_lines() =>
        Assert.Empty(Assert.Single(await Read($"<Transaction>{Header}<ControlTransaction><ReasonCode>SignOn</ReasonCode></ControlTransaction></Transaction>")).Lines);

    [Fact]
    public async Task A_line_number_twice_is_a_bad_line() =>
        Assert.Equal(["1: sale 1 of A", "1~2: invalid-line"], await Lines(Sale(1, "1"), Sale(1, "2")));

    [Fact]
    public async Task A_line_number_twice_of_two_articles_is_two_lines() => Assert.Equal(
        ["1: sale 1 of A", "1:B: sale 2 of B", "1:B~2: invalid-line"],
        await Lines(Sale(1, "1"), Sale(1, "2").Replace(">A<", ">B<"), Sale(1, "3").Replace(">A<", ">B<")));

    /// <summary>Quarantine keeps what was read of a line: who bought, sold or paid is not in it.</summary>
    [Fact]
    public async Task Personal_data_is_not_read()
    {
        const string people = "<LineItem><SequenceNumber>2</SequenceNumber><Tender><CardNumber>SECRET</CardNumber></Tender></LineItem><Customer>SECRET</Customer>"
            + "<LineItem><SequenceNumber>3</SequenceNumber><LoyaltyReward><CustomerID>SECRET</CustomerID></LoyaltyReward></LineItem>";

        var documents = await Read(Retail(Sale(1, "x") + people).Replace(">908<", " OperatorName='SECRET'>SECRET<"));

        Assert.DoesNotContain("SECRET", System.Text.Json.JsonSerializer.Serialize(documents));
    }

    [Theory]
    [InlineData("<?xml version='1.0'?><POSLog>", "a POSLog in XML")]
    [InlineData("<nam:DigitalReceipt ", "an ARTS receipt in XML")]
    [InlineData("<EPCISDocument/>", null)]
    [InlineData("POSLog", null)]
    public void A_till_log_is_recognised(string beginning, string? why) => Assert.Equal(why, Format.Recognise(System.Text.Encoding.UTF8.GetBytes(beginning)));

    private static string Retail(string lines) => $"<Transaction>{Header}<RetailTransaction>{lines}</RetailTransaction></Transaction>";

    private static string Sale(int number, string quantity, string attributes = "") =>
        $"<LineItem{attributes}><SequenceNumber>{number}</SequenceNumber><Sale><ItemID>A</ItemID><Quantity>{quantity}</Quantity></Sale></LineItem>";

    private static string Return(int number, string quantity, string disposal = "") =>
        $"<LineItem><SequenceNumber>{number}</SequenceNumber><Return><ItemID>A</ItemID><Quantity>{quantity}</Quantity>{disposal}</Return></LineItem>";

    private static async Task<DocumentLine> Line(string item) => Assert.Single(Assert.Single(await Read(Retail(item))).Lines);

    private static Task<List<string>> Lines(params string[] items) => Lines(ReadSettings.None, items);

    private static async Task<List<string>> Lines(ReadSettings settings, params string[] items) =>
        [.. Assert.Single(await Read(Retail(string.Concat(items)), settings)).Lines.Select(LineText.Show)];

    private static Task<List<SourceDocument>> Read(string transactions, ReadSettings? settings = null) =>
        LineText.Read(Format, Documents.Stream($"<POSLog>{transactions}</POSLog>"), settings);
}
