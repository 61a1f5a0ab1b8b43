using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;
using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels.Lightspeed;

/// <summary>
/// The webhooks of Lightspeed Retail (X-Series, Vend): forms with a field <c>payload</c>, or the JSON in it. A sale is sent as a whole at every change.
/// Described in <c>docs/sources/lightspeed.md</c>.
/// </summary>
public sealed class LightspeedDocuments : IDocumentFormat
{
    public string Name => "lightspeed";

    public IReadOnlyList<string> MediaTypes => ["application/x-www-form-urlencoded", "application/json"];

    public WebhookSignature Signature => new("X-Signature", CodeIn);

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        beginning.IndexOf("\"register_sale_products\""u8) >= 0 || beginning.IndexOf("\"outlet_id\""u8) >= 0 ? "names outlets of Lightspeed"
        : beginning.IndexOf("payload=%7B"u8) >= 0 && beginning.IndexOf("outlet_id"u8) >= 0 ? "a form of Lightspeed" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in JsonRecords.Read(content, formField: "payload", cancellation))
        {
            if (record.Fault is not null)
            {
                yield return record.AsUnreadable(Name);
                continue;
            }

            // The API answers with lists of what a webhook sends one by one.
            foreach (var one in record.Root.Has("data") ? record.Root.Objects("data") : [record.Root])
            {
                yield return LinesOf(one) is not null ? Sale(one, record.Position)
                    : one.Has("count") && one.Has("product_id") ? Inventory(one, record.Position)
                    : Nothing(record.Position);
            }
        }
    }

    /// <summary>Of <c>signature={hex},algorithm=HMAC-SHA256</c>.</summary>
    private static byte[]? CodeIn(string header)
    {
        const string beginning = "signature=";
        var parts = header.Split(',', StringSplitOptions.TrimEntries);
        return parts.Contains("algorithm=HMAC-SHA256", StringComparer.OrdinalIgnoreCase)
            ? HmacSha256.FromHex(Array.Find(parts, part => part.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))?[beginning.Length..])
            : null;
    }

    /// <summary>What webhooks call the lines of a sale, and what version 2.0 of the API calls them; null where it is no sale.</summary>
    private static string? LinesOf(JsonElement sale) =>
        sale.Has("register_sale_products") ? "register_sale_products" : sale.Has("line_items") && sale.Has("sale_date") ? "line_items" : null;

    private static SourceDocument Sale(JsonElement sale, string position)
    {
        var state = sale.Text("status") switch
        {
            "CLOSED" or "LAYBY_CLOSED" or "ONACCOUNT_CLOSED" => null,
            "VOIDED" => new NoStock("voided"),
            _ => new NoStock("not closed"),
        };
        var lines = new DocumentLines();
        foreach (var product in sale.Objects(LinesOf(sale)!))
        {
            lines.Add(new DocumentLine
            {
                Key = product.Text("id") ?? "",
                Position = position,
                Articles = product.Text("product_id") is { } id ? [new ArticleNumber("product_id", id)] : [],
                Place = sale.Text("outlet_id") is { } outlet ? new PlaceName(outlet) : null,
                Time = sale.Time("sale_date"),
                Outcome = state ?? (product.Text("status") is null or "CONFIRMED" ? Goods(product, sale.Text("id")) : new NoStock("not confirmed")),
            });
        }

        // It says how the whole sale now is: lines that are gone, or all of one that is voided, did not occur.
        return new SourceDocument("sale", sale.Text("id"))
        {
            Function = DocumentFunction.Replace,
            Revision = long.TryParse(sale.Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null,
            Position = position,
            Lines = lines.Lines,
            Fault = lines.Fault,
        };
    }

    private static LineOutcome Goods(JsonElement product, string? sale) =>
        product.Quantity("quantity") is not { } quantity ? new Rejected("invalid-quantity", "quantity is no number of at most 4 decimals.")
        : quantity == 0 ? new NoStock("zero quantity")
        : new Moved(quantity > 0 ? StockMove.Sale(quantity, sale) : StockMove.Return(-quantity, sale));

    /// <summary>A level without a time of its own: it is of when it is received.</summary>
    private static SourceDocument Inventory(JsonElement level, string position) => new("inventory", null)
    {
        Position = position,
        Lines =
        [
            new DocumentLine
            {
                Key = string.Join(':', level.Text("product_id"), level.Text("outlet_id")),
                Position = position,
                Articles = [new ArticleNumber("product_id", level.Text("product_id") ?? "")],
                Place = level.Text("outlet_id") is { } outlet ? new PlaceName(outlet) : null,
                Outcome = level.Quantity("count") is { } count ? new Level(count)
                    : new Rejected("invalid-quantity", "count is no number of at most 4 decimals."),
            },
        ],
    };

    private static SourceDocument Nothing(string position) => new("other", null)
    {
        Position = position,
        Lines = [new DocumentLine { Key = "1", Position = position, Outcome = new NoStock("other event") }],
    };
}
