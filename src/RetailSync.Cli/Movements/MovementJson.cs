using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.Movements;

/// <summary>Writes movements as the contract's <c>POST /v1/movements</c> takes them.</summary>
public static class MovementJson
{
    /// <summary>One body; every movement is of <paramref name="source"/>.</summary>
    public static void WriteBatch(IBufferWriter<byte> body, string source, IReadOnlyList<Movement> movements)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("source", source);
        json.WriteStartArray("movements");
        foreach (var movement in movements)
        {
            WriteLine(json, movement);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One line, without the source; in a unit other than the SKU's where one is named.</summary>
    internal static string Line(Movement movement, string? unit = null) => Text(json => WriteLine(json, movement, unit));

    /// <summary>
    /// A row that could not be understood, as a line that no server takes for a movement: it refuses it and keeps it in
    /// quarantine under the translator's code, where a person finds the row as it was and why it stayed out, and can replay it corrected under its id.
    /// </summary>
    internal static string Line(BadLine bad) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", bad.Id
            ?? FormattableString.Invariant($"row-{bad.Row:000000}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bad.Content)))[..12]}"));
        json.WriteString("problem", $"{bad.Code}: {bad.Detail}");
        json.WriteString("row", bad.Content);
        json.WriteEndObject();
    });

    private static string Text(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(text))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void WriteLine(Utf8JsonWriter json, Movement movement, string? unit = null)
    {
        json.WriteStartObject();
        json.WriteString("id", movement.Name.Id);
        json.WriteString("type", movement.Type);
        json.WriteString("sku", movement.Position.Sku.Value);
        json.WriteString("location", movement.Position.Location.Value);
        json.WriteString("occurredAt", InstantPattern.ExtendedIso.Format(movement.OccurredAt));
        WriteOptional(json, "document", movement.Document);
        WriteWhatTheTypeAdds(json, movement);
        WriteOptional(json, "unit", unit);
        json.WriteEndObject();
    }

    private static void WriteWhatTheTypeAdds(Utf8JsonWriter json, Movement movement)
    {
        switch (movement)
        {
            case Receipt receipt:
                WriteQuantity(json, receipt.Quantity);
                WriteOptional(json, "status", receipt.Status);
                break;
            case Sale sale:
                WriteQuantity(json, sale.Quantity);
                WriteOptional(json, "reservation", sale.Reservation);
                WriteOptional(json, "channel", sale.Channel?.Value);
                break;
            case Return returned:
                WriteQuantity(json, returned.Quantity);
                WriteOptional(json, "status", returned.Status);
                break;
            case Adjustment adjustment:
                WriteQuantity(json, adjustment.Quantity);
                WriteOptional(json, "reason", adjustment.Reason);
                break;
            case Count count:
                WriteQuantity(json, count.Quantity);
                WriteTrue(json, "part", count.Part);
                break;
            case StatusChange change:
                WriteQuantity(json, change.Quantity);
                json.WriteString("from", change.From ?? "sellable");
                json.WriteString("to", change.To ?? "sellable");
                WriteTrue(json, "orSellable", change.OrSellable);
                break;
            case Expected expected:
                WriteQuantity(json, expected.Quantity);
                WriteDay(json, expected.ExpectedOn);
                json.WriteString("kind", expected.Kind switch
                {
                    SupplyKind.PurchaseOrder => "purchase-order",
                    SupplyKind.Transfer => "transfer",
                    _ => throw new ArgumentOutOfRangeException(nameof(movement), expected.Kind, "Not a kind of supply."),
                });
                json.WriteNumber("confidence", Quantity.Canonical(expected.Confidence));
                break;
            case Transfer transfer:
                WriteQuantity(json, transfer.Quantity);
                json.WriteString("to", transfer.To.Value);
                WriteDay(json, transfer.ExpectedOn);
                break;
            case TransferCancelled cancelled:
                WriteQuantity(json, cancelled.Quantity);
                WriteOptional(json, "to", cancelled.To?.Value);
                break;
            case Correction correction:
                json.WriteString("corrects", correction.Corrects);
                json.WriteString("declaration", correction.Quantity is null ? "did-not-occur" : "incorrect");
                if (correction.Quantity is { } right)
                {
                    WriteQuantity(json, right);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(movement), movement.Type, "Not a type of the contract.");
        }
    }

    private static void WriteQuantity(Utf8JsonWriter json, decimal quantity) => json.WriteNumber("quantity", Quantity.Canonical(quantity));

    private static void WriteTrue(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static void WriteDay(Utf8JsonWriter json, LocalDate? day) =>
        WriteOptional(json, "expectedOn", day is { } known ? LocalDatePattern.Iso.Format(known) : null);

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
