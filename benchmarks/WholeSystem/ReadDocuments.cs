using System.Diagnostics;
using System.Text;
using RetailSync.Channels;
using RetailSync.Channels.Documents;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// Lines a second that each reader of documents takes in, beside a reader that only counts the lines of the same bytes; and the memory of a long file. No
/// database: <c>Benchmarks read-documents [--megabytes N] [format...]</c>.
/// </summary>
internal static class ReadDocuments
{
    public const string Verb = "read-documents";

    private const int LinesOfOne = 20;

    /// <summary>What comes before all documents, one document of <see cref="LinesOfOne"/> lines, and what comes behind.</summary>
    private static readonly (string Format, string Before, Func<int, string> Document, string After)[] Files =
    [
        ("x12", "", number => $"""
            ISA*00*          *00*          *ZZ*WMSEAST        *ZZ*RETAILER       *261103*0930*U*00401*{number:D9}*0*P*>~
            GS*RE*WMSEAST*RETAILER*20261103*0930*{number}*X*004010~ST*944*0001~W17*F*20261103*RC-{number}*DO-1*SHP-{number}~N1*WH*EAST*9*0614141000012~
            {Lines(line => $"W07*10*EA**VN*SKU-{line}~N9*LI*{line}~")}W14*{LinesOfOne * 10}~SE*{(LinesOfOne * 2) + 5}*0001~GE*1*{number}~IEA*1*{number:D9}~
            """, ""),
        ("edifact", "", number => $"""
            UNA:+.? 'UNB+UNOC:3+4012345000009:14+4098765000010:14+261103:0930+{number}'UNH+1+RECADV:D:01B:UN:EAN005'BGM+632+{number}+9'
            DTM+50:20261103:102'NAD+DP+4012345000016::9'{Lines(line => $"LIN+{line}++4000862141404:EN'QTY+194:10'")}UNT+{(LinesOfOne * 2) + 5}+1'UNZ+1+{number}'
            """, ""),
        ("poslog", "<POSLog xmlns=\"http://www.nrf-arts.org/IXRetail/namespace/\">", number => $"""
            <Transaction><BusinessUnit><UnitID>S1</UnitID></BusinessUnit><WorkstationID>1</WorkstationID><SequenceNumber>{number}</SequenceNumber>
            <BusinessDayDate>2026-11-03</BusinessDayDate><EndDateTime>2026-11-03T10:00:00Z</EndDateTime><RetailTransaction>
            {Lines(line => $"""
                <LineItem><SequenceNumber>{line}</SequenceNumber><Sale ItemType="Stock"><ItemID>SKU-{line}</ItemID><Quantity>1</Quantity></Sale></LineItem>
                """)}</RetailTransaction></Transaction>
            """, "</POSLog>"),
        ("square", "", number => Lines(line => $$"""
            { "type":"ADJUSTMENT","adjustment":{"id":"{{number}}-{{line}}","from_state":"IN_STOCK","to_state":"SOLD","quantity":"1","catalog_object_id":"SKU-{{line}}","location_id":"L1",
              "occurred_at":"2026-11-03T10:00:00Z" } }

            """), ""),
        ("sap", "<MBGMCR03>", number => $"""
            <IDOC><EDI_DC40><IDOCTYP>MBGMCR03</IDOCTYP><MESTYP>MBGMCR</MESTYP><SNDPRN>WMSEAST</SNDPRN></EDI_DC40><E1MBGMCR><E1BP2017_GM_HEAD_01>
            <PSTNG_DATE>20261103</PSTNG_DATE><REF_DOC_NO>{number}</REF_DOC_NO></E1BP2017_GM_HEAD_01>
            {Lines(line => $"""
                <E1BP2017_GM_ITEM_CREATE><MATERIAL>{line:D18}</MATERIAL><PLANT>1710</PLANT><STGE_LOC>171A</STGE_LOC><MOVE_TYPE>101</MOVE_TYPE>
                <ENTRY_QNT>10.000</ENTRY_QNT><ENTRY_UOM>ST</ENTRY_UOM><PO_NUMBER>4500001234</PO_NUMBER></E1BP2017_GM_ITEM_CREATE>
                """)}</E1MBGMCR></IDOC>
            """, "</MBGMCR03>"),
        ("gs1-xml", "<lir:logisticsInventoryReportMessage xmlns:lir=\"urn:gs1:ecom:logistics_inventory_report:xsd:3\">", number => $"""
            <logisticsInventoryReport><creationDateTime>2026-11-03T10:00:00Z</creationDateTime><documentStatusCode>ORIGINAL</documentStatusCode>
            <logisticsInventoryReportIdentification><entityIdentification>{number}</entityIdentification></logisticsInventoryReportIdentification>
            <logisticsInventoryReportInventoryLocation><inventoryLocation><gln>4012345000009</gln></inventoryLocation>
            {Lines(line => $"""
                <tradeItemInventoryEvent><transactionalTradeItem><gtin>04012345123456</gtin></transactionalTradeItem>
                <tradeItemQuantity>{line}</tradeItemQuantity><eventDateTime>2026-11-03T10:00:{line:D2}Z</eventDateTime>
                <inventoryDispositionCode>sellable_accessible</inventoryDispositionCode>
                <inventoryMovementTypeCode>INCREASE</inventoryMovementTypeCode>
                <inventoryEventReasonCode>PHYSICAL_COUNT</inventoryEventReasonCode></tradeItemInventoryEvent>
                """)}</logisticsInventoryReportInventoryLocation></logisticsInventoryReport>
            """, "</lir:logisticsInventoryReportMessage>"),
        ("epcis", "<e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:2\"><EPCISBody><EventList>", number => Lines(line => $"""
            <ObjectEvent><eventTime>2026-11-03T10:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset><eventID>urn:x:{number}-{line}</eventID>
            <epcList/><action>OBSERVE</action><bizStep>receiving</bizStep><bizLocation><id>urn:epc:id:sgln:0614141.00888.0</id></bizLocation>
            <quantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.012345.1</epcClass><quantity>10</quantity></quantityElement></quantityList>
            </ObjectEvent>
            """), "</EventList></EPCISBody></e:EPCISDocument>"),
        ("odoo", "", number => $$"""{ "result": [ {{Items(line => $$"""
            { "id": {{(number * 100) + line}}, "reference": "WH/OUT/{{number}}", "origin": "S{{number}}", "product_id": [{{line}}, "[SKU-{{line}}] Chair"],
              "product_uom": [1, "Units"], "quantity": 2.0, "location_id": [8, "WH/Stock"], "location_usage": "internal", "location_dest_id": [5, "Customers"],
              "location_dest_usage": "customer", "state": "done", "date": "2026-11-03 10:00:00" }
            """)}} ] }""", ""),
        ("erpnext", "", number => $$"""
            { "data": { "doctype": "Stock Entry", "name": "MAT-{{number}}", "docstatus": 1, "purpose": "Material Receipt", "posting_date": "2026-11-03",
              "posting_time": "10:00:00", "items": [ {{Items(line => $$"""
                { "name": "d{{line}}", "item_code": "SKU-{{line}}", "t_warehouse": "Stores", "qty": 2, "uom": "Nos", "transfer_qty": 2, "stock_uom": "Nos" }
                """)}} ] } }

            """, ""),
        ("d365", "", number => Lines(line => $$"""
            { "id": "{{number}}-{{line}}", "organizationId": "usmf", "productId": "SKU-{{line}}", "dimensions": { "siteId": "1", "locationId": "11" },
              "quantities": { "pos": { "outbound": 3 } } }

            """), ""),
        ("shopify", "", number => $$"""
            { "id": {{number}}, "order_id": {{number}}, "created_at": "2026-11-03T10:00:00Z", "refund_line_items": [ {{Items(line => $$"""
                { "id": {{line}}, "quantity": 1, "restock_type": "return", "location_id": 487838322, "line_item": { "sku": "SKU-{{line}}" } }
                """)}} ] }

            """, ""),
        ("lightspeed", "", number => $$"""
            { "id": "s{{number}}", "outlet_id": "0624", "sale_date": "2026-11-03T10:00:00Z", "status": "CLOSED", "version": 1,
              "register_sale_products": [ {{Items(line => $$"""
                { "id": "{{line}}", "product_id": "SKU-{{line}}", "quantity": 2, "status": "CONFIRMED" }
                """)}} ] }

            """, ""),
    ];

    public static async Task Run(string[] arguments)
    {
        var place = Array.IndexOf(arguments, "--megabytes");
        var bytes = (place < 0 ? 64 : long.Parse(arguments[place + 1], System.Globalization.CultureInfo.InvariantCulture)) * 1024 * 1024;
        foreach (var (format, before, document, after) in Files.Where(file => arguments.Length == 0 || place >= 0 && arguments.Length == 2
            || arguments.Contains(file.Format)))
        {
            var reader = DocumentFormats.Find(format)!;
            await Read(reader, new RepeatedText(before, document, after, 4 * 1024 * 1024));
            GC.Collect();
            var started = Stopwatch.GetTimestamp();
            var (lines, bad) = await Read(reader, new RepeatedText(before, document, after, bytes));
            var took = Stopwatch.GetElapsedTime(started);
            var peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024;
            started = Stopwatch.GetTimestamp();
            using var plain = new StreamReader(new RepeatedText(before, document, after, bytes));
            var plainLines = 0L;
            while (await plain.ReadLineAsync() is not null)
            {
                plainLines++;
            }

            var baseline = Stopwatch.GetElapsedTime(started);
            Console.WriteLine(FormattableString.Invariant(
                $"{format,-10} {lines / took.TotalSeconds,10:N0} lines/s, {bytes / took.TotalSeconds / 1e6,6:N1} MB/s, {baseline / took:N2} of a plain reader of lines; ")
                + FormattableString.Invariant($"{lines:N0} lines, {bad:N0} bad; peak of the process {peak:N0} MB"));
        }
    }

    private static async Task<(long Lines, long Bad)> Read(IDocumentFormat reader, Stream content)
    {
        var (lines, bad) = (0L, 0L);
        await foreach (var document in reader.Read(content, ReadSettings.None, CancellationToken.None))
        {
            lines += document.Lines.Count;
            bad += document.Lines.Count(line => line.Outcome is Rejected) + (document.Fault is null ? 0 : 1);
        }

        return (lines, bad);
    }

    private static string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(1, LinesOfOne).Select(line));

    private static string Items(Func<int, string> line) => string.Join(',', Enumerable.Range(1, LinesOfOne).Select(line));

    /// <summary>A file of so many bytes or a little more, made while it is read.</summary>
    private sealed class RepeatedText(string before, Func<int, string> document, string after, long length) : Stream
    {
        private byte[] _piece = Encoding.UTF8.GetBytes(before);
        private int _read;
        private int _number;
        private long _made = before.Length;
        private bool _isEnding;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            while (_read == _piece.Length)
            {
                if (_isEnding)
                {
                    return 0;
                }

                _isEnding = _made >= length;
                _piece = Encoding.UTF8.GetBytes(_isEnding ? after : document(++_number));
                (_read, _made) = (0, _made + _piece.Length);
            }

            var count = Math.Min(buffer.Length, _piece.Length - _read);
            _piece.AsSpan(_read, count).CopyTo(buffer);
            _read += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
