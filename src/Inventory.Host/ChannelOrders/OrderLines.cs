using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Quantity">Above 0; 0 in a change for what is no longer wanted.</param>
/// <param name="Location">Where it is wanted, ships from or comes back to; as the message says when left out.</param>
/// <param name="Status">Of a return that cannot be sold again as it is; as the message says when left out.</param>
/// <param name="Unit">The UN/ECE code of the unit; pieces when left out.</param>
public sealed record OrderLineBody(string Sku, decimal Quantity, string? Location, string? Status, string? Unit);

/// <summary>The <c>lines</c> of a message about an order, read strictly: what is wrong is named as <c>lines[3].quantity</c>.</summary>
internal static class OrderLines
{
    public const string Name = "lines";
    public const int Most = 1_000;

    /// <summary>UN/ECE codes for pieces, the default unit of a SKU.</summary>
    private static readonly string[] Pieces = ["EA", "C62", "H87"];

    /// <param name="body">What they are a field of, with what counts for all of them; takes the refusals.</param>
    /// <param name="required">Whether they may not be left out.</param>
    /// <param name="mayBeNothing">Whether there may be none, and a quantity may be 0.</param>
    /// <param name="location">Of lines that name none.</param>
    /// <returns>The lines, null when they are left out or refused; and the unit that is not pieces, if any.</returns>
    public static (IReadOnlyList<OrderLine>? Lines, string? ForeignUnit) Read(Fields body, bool required, bool mayBeNothing, LocationId? location)
    {
        var (status, unit) = (Status(body), body.OptionalIdentifier("unit"));
        if (body.Nested(Name, '[') is not { } json)
        {
            if (required && !body.Has(Name))
            {
                body.Refuse(Name, "is missing");
            }

            return (null, null);
        }

        var (lines, foreign) = (new List<OrderLine>(), (string?)null);
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == Most)
            {
                body.Refuse(Name, $"must be at most {Most}");
                return (null, null);
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var fields = new Fields("sku", "quantity", "location", "status", "unit");
            var isObject = fields.ReadJson(bytes.AsSpan(start..(int)reader.BytesConsumed));
            if (isObject && fields.Refusals.Count == 0)
            {
                var (line, its) = Read(fields, mayBeNothing);
                lines.Add(line with { Location = line.Location ?? location, Status = line.Status ?? status });
                foreign ??= (its ?? unit) is { } named && !Pieces.Contains(named) ? named : null;
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

        return (lines, foreign);
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
