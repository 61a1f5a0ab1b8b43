using System.Text;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Sku">Or another name of it.</param>
/// <param name="Quantity">Above 0.</param>
/// <param name="Location">Where from; left out, it is sourced over the locations that the channel may sell from.</param>
/// <param name="AllowBackorder">Whether it may be held beyond stock as far as a rule allows.</param>
/// <param name="Unit">Of the quantity: a UN/ECE code of the SKU's dimension, or one of its packs. The SKU's own when left out.</param>
/// <param name="By">A day in the channel's time zone, from today to 180 days ahead: what stock does not cover is held against supply that is expected by
/// then. Not together with a backorder; only where units are to be held.</param>
public sealed record LineBody(string Sku, decimal Quantity, string? Location, bool? AllowBackorder, string? Unit = null, LocalDate? By = null);

/// <summary>The <c>lines</c> of a request, read strictly: what is wrong is named as <c>lines[3].quantity</c>.</summary>
internal static class ReservationLines
{
    public const string Name = "lines";
    public const int Most = 1_000;

    [ThreadStatic]
    private static Fields? _line;

    /// <summary>Null when they are left out or refused.</summary>
    /// <param name="body">What they are a field of; takes the refusals.</param>
    /// <param name="required">Whether they may not be left out.</param>
    /// <param name="mayBackorder">Whether they ask for units to be held, and not only for some that are.</param>
    public static IReadOnlyList<RequestedLine>? Read(Fields body, bool required, bool mayBackorder)
    {
        if (body.Nested(Name, '[') is not { } json)
        {
            if (required && !body.Has(Name))
            {
                body.Refuse(Name, "is missing");
            }

            return null;
        }

        var lines = new List<RequestedLine>();
        var line = _line ??= new Fields("sku", "quantity", "location", "allowBackorder", "unit", "by");
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (lines.Count == Most)
            {
                body.Refuse(Name, $"must be at most {Most}");
                return null;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            lines.Add(Read(line, bytes.AsSpan(start..(int)reader.BytesConsumed), body, lines.Count, mayBackorder));
        }

        if (lines.Count == 0)
        {
            body.Refuse(Name, "must have at least one line");
        }

        return lines;
    }

    /// <summary>The lines as ones of SKUs, in their units.</summary>
    /// <exception cref="ApiProblemException">400 <c>unknown-unit</c>, <c>fractional-unit</c>, <c>invalid-quantity</c>.</exception>
    public static async ValueTask<IReadOnlyList<RequestedLine>> InBase(
        IReadOnlyList<RequestedLine> lines, BaseQuantities quantities, CancellationToken cancellation)
    {
        var all = await quantities.Of([.. lines.Select(line => line.AsStated ?? new AsStated(line.Sku.Value, line.Quantity, null))], cancellation);
        for (var index = 0; index < all.Count; index++)
        {
            if (all[index].Refusal is { } refusal)
            {
                throw new ApiProblemException(StatusCodes.Status400BadRequest, refusal.Code, $"{Name}[{index}]: {refusal.Detail}");
            }
        }

        return [.. lines.Zip(all, (line, one) => line with { Sku = one.Sku, Quantity = one.Quantity, AsStated = one.AsStated })];
    }

    private static RequestedLine Read(Fields line, ReadOnlySpan<byte> json, Fields body, int index, bool mayBackorder)
    {
        var isObject = line.ReadJson(json);
        var read = isObject && line.Refusals.Count == 0 ? Read(line, mayBackorder) : new RequestedLine(default, 0, null, false);
        foreach (var (field, why) in line.Refusals)
        {
            body.Refuse(isObject ? $"{Name}[{index}].{field}" : $"{Name}[{index}]", why);
        }

        return read;
    }

    private static RequestedLine Read(Fields line, bool mayBackorder)
    {
        var sku = line.Sku("sku");
        var quantity = line.Number("quantity", required: true);
        if (quantity <= 0)
        {
            line.Refuse("quantity", "must be above 0");
        }

        if (!mayBackorder && line.Has("allowBackorder"))
        {
            line.Refuse("allowBackorder", "is not a field here");
        }

        var by = line.Day("by");
        if (line.Has("by") && (!mayBackorder || line.Boolean("allowBackorder") == true))
        {
            line.Refuse("by", mayBackorder ? "cannot be combined with allowBackorder" : "is not a field here");
        }

        var location = line.OptionalName("location");
        var unit = line.OptionalIdentifier("unit");
        return new RequestedLine(sku, quantity ?? 0, location is null ? null : LocationId.Parse(location), line.Boolean("allowBackorder") == true)
        {
            By = by,
            AsStated = unit is null || sku == default ? null : new AsStated(sku.Value, quantity ?? 0, unit),
        };
    }
}
