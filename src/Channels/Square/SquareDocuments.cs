using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;
using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels.Square;

/// <summary>
/// What Square's Inventory API answers and its webhooks send: changes (adjustments, counts, transfers) are facts, counts are levels. Described in
/// <c>docs/sources/square.md</c>.
/// </summary>
public sealed class SquareDocuments : IDocumentFormat
{
    public string Name => "square";

    public IReadOnlyList<string> MediaTypes => ["application/json"];

    public WebhookSignature Signature => new("x-square-hmacsha256-signature", HmacSha256.FromBase64, CoversUrl: true);

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        beginning.IndexOf("\"catalog_object_id\""u8) >= 0 ? "names objects of Square's catalog" : null;

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in JsonRecords.Read(content, formField: null, cancellation))
        {
            if (record.Fault is not null)
            {
                yield return record.AsUnreadable(Name);
                continue;
            }

            foreach (var document in Documents(record))
            {
                yield return document;
            }
        }
    }

    private static IEnumerable<SourceDocument> Documents(JsonRecord record)
    {
        var root = record.Root;
        if (root.Has("changes"))
        {
            return root.Objects("changes").Select(change => Change(change, record.Position));
        }

        if (SquareChanges.Kinds.Any(kind => root.Object(kind) is not null))
        {
            return [Change(root, record.Position)];
        }

        var counts = root.Object("data")?.Object("object") is { } sent ? sent.Objects("inventory_counts") : root.Objects("counts");
        if (root.Has("counts") || root.Text("type") == "inventory.count.updated")
        {
            return [Levels(root, counts, record.Position)];
        }

        return [Nothing(root, record.Position)];
    }

    private static SourceDocument Change(JsonElement change, string position)
    {
        var kind = SquareChanges.Kinds.FirstOrDefault(kind => change.Object(kind) is not null);
        return kind is null
            ? SourceDocument.Unreadable("change", position, "It is no adjustment, no physical count and no transfer.")
            : SquareChanges.Read(kind, change.Object(kind)!.Value, position);
    }

    private static SourceDocument Levels(JsonElement root, IEnumerable<JsonElement> counts, string position)
    {
        var lines = new DocumentLines();
        foreach (var count in counts)
        {
            lines.Add(new DocumentLine
            {
                Key = string.Join(':', count.Text("catalog_object_id"), count.Text("location_id"), count.Text("state")),
                Position = position,
                Articles = SquareChanges.Articles(count),
                Place = SquareChanges.PlaceOf(count, "location_id"),
                Time = count.Time("calculated_at"),
                Outcome = count.Text("state") != "IN_STOCK" ? new NoStock("other state")
                    : count.Quantity("quantity") is { } quantity ? new Level(quantity) : SquareChanges.InvalidQuantity,
            });
        }

        return new SourceDocument("inventory.count", root.Text("event_id"))
        {
            Sender = root.Text("merchant_id"),
            Position = position,
            Lines = lines.Lines,
            Fault = lines.Fault,
        };
    }

    private static SourceDocument Nothing(JsonElement root, string position) => new("event", root.Text("event_id"))
    {
        Sender = root.Text("merchant_id"),
        Position = position,
        Lines =
        [
            new DocumentLine
            {
                Key = "1",
                Position = position,
                Outcome = root.Has("type") ? new NoStock("other event") : new Rejected("invalid-line", "It is nothing of Square's inventory."),
            },
        ],
    };
}
