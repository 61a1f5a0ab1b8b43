using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Odoo;

/// <summary>
/// What Odoo answers and its webhooks send of <c>stock.move</c>, <c>stock.move.line</c>, <c>stock.picking</c> and <c>stock.quant</c>, in any envelope, and
/// such records of data files in XML. Described in <c>docs/sources/odoo.md</c>.
/// </summary>
public sealed class OdooDocuments : IDocumentFormat
{
    private const string Kind = "record";
    private const string Figures = "quant";

    /// <summary>Moves of a picking, as it names them by version; of several the first that has any.</summary>
    private static readonly string[] MovesOfPicking = ["move_ids", "move_ids_without_package", "move_lines", "move_line_ids", "move_line_ids_without_package"];

    public string Name => "odoo";

    public IReadOnlyList<string> MediaTypes => ["application/json", "application/xml", "text/xml"];

    public string? Recognise(ReadOnlySpan<byte> beginning) =>
        beginning.IndexOf("\"location_dest_id\""u8) >= 0 || beginning.IndexOf("\"location_dest_usage\""u8) >= 0 ? "moves of Odoo"
        : beginning.IndexOf("\"stock.move"u8) >= 0 || beginning.IndexOf("\"stock.quant\""u8) >= 0
            || beginning.IndexOf("\"stock.picking\""u8) >= 0 ? "records of Odoo"
        : beginning.IndexOf("\"product_id\""u8) >= 0 && beginning.IndexOf("\"location_id\""u8) >= 0
            && (beginning.IndexOf("\"reserved_quantity\""u8) >= 0 || beginning.IndexOf("\"inventory_quantity"u8) >= 0) ? "stock figures of Odoo"
        : null;

    public IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, CancellationToken cancellation) =>
        SummedLevels.Join(Documents(content, settings, cancellation), Figures);

    private async IAsyncEnumerable<SourceDocument> Documents(
        Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var units = OptionPairs.Read(settings.OptionsOf(null).GetValueOrDefault(UnitNames.Option));
        var (isXml, whole) = await RejoinedStream.BeginsWith('<', content, cancellation);
        await using var rejoined = whole;
        await foreach (var record in isXml ? OdooXml.Read(whole, cancellation) : JsonRecords.Read(whole, formField: null, cancellation))
        {
            var documents = record.Fault is not null ? [record.AsUnreadable(Name)]
                : JsonBodies.Of(record, IsKnown).SelectMany(body => Documents(body, units));
            foreach (var document in documents)
            {
                yield return document;
            }
        }
    }

    private static bool IsKnown(JsonElement element) => element.Has("product_id") && element.Has("location_id") || IsPicking(element);

    private static bool IsPicking(JsonElement element) => element.Has("picking_type_id") || element.Text("_model") == "stock.picking";

    private static IEnumerable<SourceDocument> Documents(JsonBody body, IReadOnlyDictionary<string, string> units)
    {
        var record = new OdooRecord(body.Element);
        if (!body.IsKnown)
        {
            return [record["_model"] is { } model && !model.StartsWith("stock.", StringComparison.Ordinal) ? Nothing(body, "other record")
                : body.AsUnknown(Kind, "It is nothing of Odoo's stock: a move, a figure or a transfer.")];
        }

        if (IsPicking(body.Element) && !record.Has("product_id"))
        {
            var (field, moves) = MovesOfPicking.Select(field => (field, Moves: body.Element.Objects(field).Where(IsKnown).ToList()))
                .FirstOrDefault(found => found.Moves.Count > 0);
            return moves?.Select((move, index) =>
                Document(new OdooRecord(move), FormattableString.Invariant($"{body.Position}, move {index + 1}"), field, units))
                ?? [Nothing(body, "transfer without its moves")];
        }

        return [Document(record, body.Position, body.Name, units)];
    }

    private static SourceDocument Document(OdooRecord record, string position, string field, IReadOnlyDictionary<string, string> units) =>
        record.Has("location_dest_id") ? StockMoves.Read(record, position, field, units) : Figure(record, position, units);

    /// <summary>A <c>stock.quant</c>: of one lot, package and owner. Those of one product and location add up.</summary>
    private static SourceDocument Figure(OdooRecord quant, string position, IReadOnlyDictionary<string, string> units)
    {
        // What was entered at a count is 0 until somebody counts. A data file of a module sets what there is by it.
        var field = !quant.Has("quantity") && (quant.IsTrue("inventory_quantity_set") || quant[OdooXml.Source] is not null)
            ? "inventory_quantity" : "quantity";
        return new SourceDocument(Figures, null)
        {
            Position = position,
            Lines =
            [
                new DocumentLine
                {
                    Key = quant["id"] ?? quant["_id"] ?? "1",
                    Position = position,
                    Articles = quant.Articles(),
                    Place = quant.Place("location_id"),
                    Unit = quant.Unit(units),
                    Outcome = quant.IdOf("owner_id") is not null ? new NoStock("owned by others")
                        : LocationUsage.OfLocation(quant) is not (null or LocationUsage.Internal) ? new NoStock("outside of the warehouses")
                        : quant.Quantity(field) is { } quantity ? new Level(quantity)
                        : new Rejected("invalid-quantity", $"{field} is no number of at most 4 decimals."),
                },
            ],
        };
    }

    private static SourceDocument Nothing(JsonBody body, string reason) => new(Kind, null)
    {
        Position = body.Position,
        Lines = [new DocumentLine { Key = "1", Position = body.Position, Outcome = new NoStock(reason) }],
    };
}
