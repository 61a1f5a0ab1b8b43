using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Quantity">Above 0; 0 in a change for what is no longer wanted.</param>
/// <param name="Location">Where it is wanted, ships from or comes back to; as the message says when left out.</param>
/// <param name="Status">Of a return that cannot be sold again as it is; as the message says when left out.</param>
/// <param name="Unit">Of the quantity: a UN/ECE code of the SKU's dimension, or one of its packs. The SKU's own when left out.</param>
public sealed record OrderLineBody(string Sku, decimal Quantity, string? Location, string? Status, string? Unit);

/// <summary>The <c>lines</c> of a message about an order, read strictly: what is wrong is named as <c>lines[3].quantity</c>.</summary>
internal static class OrderLines
{
    public const string Name = "lines";
    public const int Most = 1_000;

    /// <param name="body">What they are a field of, with what counts for all of them; takes the refusals.</param>
    /// <param name="required">Whether they may not be left out.</param>
    /// <param name="mayBeNothing">Whether there may be none, and a quantity may be 0.</param>
    /// <param name="location">Of lines that name none.</param>
    /// <returns>The lines as they are stated, null when they are left out or refused.</returns>
    public static IReadOnlyList<OrderLine>? Read(Fields body, bool required, bool mayBeNothing, LocationId? location)
    {
        var (status, unit) = (Status(body), body.OptionalIdentifier("unit"));
        if (body.Nested(Name, '[') is not { } json)
        {
            if (required && !body.Has(Name))
            {
                body.Refuse(Name, "is missing");
            }

            return null;
        }

        var lines = new List<OrderLine>();
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == Most)
            {
                body.Refuse(Name, $"must be at most {Most}");
                return null;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var fields = new Fields("sku", "quantity", "location", "status", "unit");
            var isObject = fields.ReadJson(bytes.AsSpan(start..(int)reader.BytesConsumed));
            if (isObject && fields.Refusals.Count == 0)
            {
                var (line, its) = Read(fields, mayBeNothing);
                lines.Add(line with
                {
                    Location = line.Location ?? location,
                    Status = line.Status ?? status,
                    AsStated = (its ?? unit) is { } named && line.Sku != default ? new AsStated(line.Sku.Value, line.Quantity, named) : null,
                });
            }

            foreach (var (field, why) in fields.Refusals)
            {
                body.Refuse(isObject ? $"{Name}[{index}].{field}" : $"{Name}[{index}]", why);
            }
        }

        if (lines.Count == 0 && !mayBeNothing)
        {
            body.Refuse(Name, "must have at least one line");
        }

        return lines;
    }

    private static (OrderLine Line, string? Unit) Read(Fields fields, bool mayBeNothing)
    {
        var (sku, quantity) = (fields.Sku("sku"), fields.Number("quantity", required: true));
        if (mayBeNothing ? quantity < 0 : quantity <= 0)
        {
            fields.Refuse("quantity", mayBeNothing ? "must be 0 or more" : "must be above 0");
        }

        var location = fields.OptionalName("location");
        return (
            new OrderLine(sku, quantity ?? 0) { Location = location is null ? null : LocationId.Parse(location), Status = Status(fields) },
            fields.OptionalIdentifier("unit"));
    }

    /// <summary>As of a movement: sellable is none.</summary>
    private static string? Status(Fields fields) => fields.OptionalIdentifier("status") is { } status
        && status != Movements.MovementParser.Sellable ? status : null;
}
