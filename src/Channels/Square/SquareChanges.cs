using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.Square;

/// <summary>The table of Square's inventory changes.</summary>
internal static class SquareChanges
{
    public static readonly IReadOnlyList<string> Kinds = ["adjustment", "physical_count", "transfer"];

    public static readonly Rejected InvalidQuantity = new("invalid-quantity", "The quantity is no number above 0 of at most 4 decimals.");

    /// <summary>A change is named by its kind too: ids repeat between kinds.</summary>
    public static SourceDocument Read(string kind, JsonElement change, string position)
    {
        var id = change.Text("id");
        var name = kind == "physical_count" ? "count" : kind;
        return new SourceDocument(name, id)
        {
            Position = position,
            Lines =
            [
                new DocumentLine
                {
                    Key = "1",
                    OwnIdentity = id is null ? null : $"{name}:{id}",
                    Position = position,
                    Articles = Articles(change),
                    Place = PlaceOf(change, kind == "transfer" ? "from_location_id" : "location_id"),
                    Time = change.Time("occurred_at"),
                    Outcome = id is null ? new Rejected("invalid-line", "It has no id: it asks Square for a change, and does not report one.")
                        : change.Time("occurred_at") is null ? new Rejected("invalid-line", "occurred_at is no time.")
                        : change.Quantity("quantity") is not ({ } quantity and >= 0) ? InvalidQuantity
                        : Outcome(kind, change, quantity, id),
                },
            ],
        };
    }

    public static IReadOnlyList<ArticleNumber> Articles(JsonElement item) =>
        item.Text("catalog_object_id") is { } id ? [new ArticleNumber("catalog_object_id", id)] : [];

    public static PlaceName? PlaceOf(JsonElement item, string field) => item.Text(field) is { } location ? new PlaceName(location) : null;

    private static LineOutcome Outcome(string kind, JsonElement change, decimal quantity, string id) => kind switch
    {
        "physical_count" => change.Text("state") == "IN_STOCK" ? new Moved(StockMove.Count(quantity)) : new NoStock("other state"),
        _ when quantity == 0 => new NoStock("zero quantity"),
        "transfer" => PlaceOf(change, "to_location_id") is { } to ? Transfer(quantity, PlaceOf(change, "from_location_id"), to, id)
            : new Rejected("invalid-line", "A transfer does not say where to."),
        _ => Adjustment(change.Text("from_state"), change.Text("to_state"), quantity),
    };

    /// <summary>Square takes it off the one place and adds it to the other at once, and reports no arrival.</summary>
    private static Moved Transfer(decimal quantity, PlaceName? from, PlaceName to, string id) => new(
    [
        StockMove.Transfer(quantity, to, id),
        StockMove.Receipt(quantity, id) with { Part = "arrival", Place = to, Origin = from },
    ]);

    private static LineOutcome Adjustment(string? from, string? to, decimal quantity) => (from, to) switch
    {
        (_, "RETURNED_BY_CUSTOMER") => new NoStock("returned, not in stock"),
        ("IN_STOCK", "IN_STOCK") => new NoStock("other state"),
        ("IN_STOCK", "SOLD") => new Moved(StockMove.Sale(quantity)),
        ("IN_STOCK", "WASTE") => new Moved(StockMove.Adjustment(-quantity, "WASTE")),
        ("NONE" or "RECEIVED_FROM_VENDOR", "IN_STOCK") => new Moved(StockMove.Receipt(quantity)),
        ("RETURNED_BY_CUSTOMER" or "UNLINKED_RETURN" or "SOLD", "IN_STOCK") => new Moved(StockMove.Return(quantity)),
        (not null and not "IN_STOCK", not null and not "IN_STOCK") => new NoStock("other state"),
        _ => new Rejected("unknown-reason", $"From '{Shown(from)}' to '{Shown(to)}' is no change that is known."),
    };

    private static string? Shown(string? state) => state is { Length: > 64 } ? state[..64] : state;
}
