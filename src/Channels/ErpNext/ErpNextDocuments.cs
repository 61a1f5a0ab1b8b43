using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.ErpNext;

/// <summary>
/// What ERPNext answers and its webhooks send of its stock: rows of the ledger, vouchers, and <c>Bin</c> as stock figures, in any envelope. Described in
/// <c>docs/sources/erpnext.md</c>.
/// </summary>
public sealed class ErpNextDocuments : IDocumentFormat
{
    private const string Kind = "document";

    /// <summary>Rows of one voucher that are held until its last one.</summary>
    private const int MostRows = 10_000;

    /// <summary>Rows of one line of a voucher, two for each batch, among which the halves of transfers are looked for.</summary>
    private const int MostRowsOfLine = 64;

    public string Name => "erpnext";

    public IReadOnlyList<string> MediaTypes => ["application/json"];

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        beginning.IndexOf("\"actual_qty\""u8) >= 0 && beginning.IndexOf("\"item_code\""u8) >= 0 ? "stock ledger or bins of ERPNext"
        : beginning.IndexOf("\"doctype\""u8) >= 0 ? "documents of ERPNext"
        : beginning.IndexOf("\"item_code\""u8) >= 0 && beginning.IndexOf("warehouse\""u8) >= 0 ? "names items and warehouses of ERPNext" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var units = OptionPairs.Read(settings.OptionsOf(null).GetValueOrDefault(UnitNames.Option));
        List<(ErpNextRecord Row, string Position)> rows = [];
        await foreach (var record in JsonRecords.Read(content, formField: null, cancellation))
        {
            foreach (var body in record.Fault is null ? JsonBodies.Of(record, IsKnown).SelectMany(Expanded) : [])
            {
                var row = new ErpNextRecord(body.Element);
                if (rows.Count > 0 && (!IsOfLedger(body) || rows.Count == MostRows || rows[0].Row["voucher_no"] != row["voucher_no"]))
                {
                    foreach (var document in OfVoucher(rows, units))
                    {
                        yield return document;
                    }

                    rows.Clear();
                }

                if (IsOfLedger(body))
                {
                    rows.Add((row, body.Position));
                    continue;
                }

                foreach (var document in Documents(body, row, units))
                {
                    yield return document;
                }
            }

            if (record.Fault is not null)
            {
                foreach (var document in OfVoucher(rows, units).Append(record.AsUnreadable(Name)))
                {
                    yield return document;
                }

                rows.Clear();
            }
        }

        foreach (var document in OfVoucher(rows, units))
        {
            yield return document;
        }
    }

    /// <summary>Rows of the ledger that follow each other: two of one line of the voucher are a transfer.</summary>
    private static IEnumerable<SourceDocument> OfVoucher(List<(ErpNextRecord Row, string Position)> rows, IReadOnlyDictionary<string, string> units)
    {
        var lines = rows.ToLookup(one => one.Row["voucher_detail_no"] ?? "");
        return rows.Select(one =>
        {
            var beside = lines[one.Row["voucher_detail_no"] ?? ""];
            var halves = beside.Count() > MostRowsOfLine ? [] : beside.Where(other => StockLedgerEntries.AreHalves(one.Row, other.Row)).Take(2).ToList();
            return StockLedgerEntries.Read(one.Row, halves is [var half] ? half.Row : null, one.Position, units);
        });
    }

    private static IEnumerable<SourceDocument> Documents(JsonBody body, ErpNextRecord record, IReadOnlyDictionary<string, string> units) =>
        VoucherType(body.Element) is { } type ? Vouchers.Read(type, record, body.Position, units)
        : IsBin(body.Element) ? [Bin(record, body.Position, units)]
        : body.IsKnown && !record.Has("item_code") ? [Nothing(body, "other document")]
        : [body.AsUnknown(Kind, "It is nothing of ERPNext's stock, or a row without its voucher.")];

    private static bool IsOfLedger(JsonBody body) => body.IsKnown && body.Element.Has("voucher_type") && body.Element.Has("item_code");

    private static bool IsKnown(JsonElement element) =>
        element.Text("doctype") is not null || VoucherType(element) is not null || IsBin(element) || IsTable(element);

    private static bool IsBin(JsonElement element) => element.Has("item_code") && element.Has("warehouse") && element.Has("actual_qty");

    private static string? VoucherType(JsonElement element) =>
        element.Text("doctype") is { } type ? Vouchers.Types.Contains(type) ? type : null
        : element.Has("items") && (element.Has("purpose") || element.Has("stock_entry_type")) ? Vouchers.StockEntry : null;

    /// <summary>An answer of a list view: the names of columns, and rows without names.</summary>
    private static bool IsTable(JsonElement element) => element.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
        && element.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array;

    private static IEnumerable<JsonBody> Expanded(JsonBody body)
    {
        if (!body.IsKnown || !IsTable(body.Element))
        {
            return [body];
        }

        var keys = body.Element.GetProperty("keys").EnumerateArray().Select(key => key.ToString()).ToList();
        return body.Element.GetProperty("values").EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Array).Select((row, index) =>
        {
            var named = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var (key, value) in keys.Zip(row.EnumerateArray()))
            {
                named.TryAdd(key, value);
            }

            var element = JsonSerializer.SerializeToElement(named);
            return new JsonBody(FormattableString.Invariant($"{body.Position}, row {index + 1}"), body.Name, element, IsKnown(element));
        });
    }

    /// <summary>What there is of an item in a warehouse, of when it is received: when it was last written says nothing of that.</summary>
    private static SourceDocument Bin(ErpNextRecord bin, string position, IReadOnlyDictionary<string, string> units) => new("Bin", null)
    {
        Position = position,
        Lines =
        [
            new DocumentLine
            {
                Key = bin["name"] ?? $"{bin["item_code"]}@{bin["warehouse"]}",
                Position = position,
                Articles = bin.Articles(),
                Place = bin.Place("warehouse"),
                Unit = UnitNames.Code(bin["stock_uom"], units),
                Outcome = bin.Quantity("actual_qty") is { } quantity ? new Level(quantity)
                    : new Rejected("invalid-quantity", "actual_qty is no number of at most 4 decimals."),
            },
        ],
    };

    private static SourceDocument Nothing(JsonBody body, string reason) => new(Kind, null)
    {
        Position = body.Position,
        Lines = [new DocumentLine { Key = "1", Position = body.Position, Outcome = new NoStock(reason) }],
    };
}
