using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;
using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// What tills of Shopify POS report: orders that were fulfilled at a location, refunds, inventory levels, in the shapes of the Admin API and its webhooks.
/// Orders of the web shop are the work of the channel's adapter. Described in <c>docs/sources/shopify.md</c>.
/// </summary>
public sealed class ShopifyPosDocuments : IDocumentFormat
{
    public string Name => "shopify";

    public IReadOnlyList<string> MediaTypes => ["application/json"];

    public WebhookSignature Signature => new(ShopifyOrders.SignatureHeader, HmacSha256.FromBase64);

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        beginning.IndexOf("\"inventory_item_id\""u8) >= 0 ? "names inventory items of Shopify"
        : beginning.IndexOf("\"refund_line_items\""u8) >= 0 || beginning.IndexOf("gid://shopify/"u8) >= 0 ? "names objects of Shopify"
        : beginning.IndexOf("\"fulfillments\""u8) >= 0 && beginning.IndexOf("\"source_name\""u8) >= 0 ? "has fulfillments of Shopify" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in JsonRecords.Read(content, formField: null, cancellation))
        {
            if (record.Fault is not null)
            {
                yield return record.AsUnreadable(Name);
                continue;
            }

            foreach (var document in Documents(record.Root, record.Position))
            {
                yield return document;
            }
        }
    }

    private static IEnumerable<SourceDocument> Documents(JsonElement root, string position)
    {
        // The Admin API wraps what a webhook sends bare.
        foreach (var name in (string[])["inventory_level", "refund", "fulfillment", "order"])
        {
            if (root.Object(name) is { } wrapped)
            {
                return Documents(wrapped, position);
            }
        }

        foreach (var name in (string[])["refunds", "fulfillments", "orders"])
        {
            if (root.Has(name) && !root.Has("id"))
            {
                return root.Objects(name).SelectMany(item => Documents(item, position));
            }
        }

        return root.Has("inventory_levels") ? [ShopifyPosTable.Levels(root.Objects("inventory_levels"), position)]
            : root.Has("inventory_item_id") ? [ShopifyPosTable.Levels([root], position)]
            : root.Has("refund_line_items") ? [ShopifyPosTable.Refund(root, position)]
            : root.Has("order_id") && root.Has("line_items") ? [ShopifyPosTable.Fulfillment(root, position)]
            : root.Has("line_items") ? ShopifyPosTable.Order(root, position)
            : [ShopifyPosTable.Nothing(root, position)];
    }
}
