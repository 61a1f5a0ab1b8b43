using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>Writes a line of movements in the names of the contract.</summary>
internal static class MovementJson
{
    private const string Sellable = "sellable";

    public static string Line(Movement movement) => Write(line =>
    {
        line.WriteString("id", movement.Name.Id);
        line.WriteString("type", movement.Type);
        line.WriteString("sku", movement.Position.Sku.Value);
        line.WriteString("location", movement.Position.Location.Value);
        line.WriteString("occurredAt", InstantPattern.ExtendedIso.Format(movement.OccurredAt));
        switch (movement)
        {
            case Receipt receipt:
                line.WriteNumber("quantity", receipt.Quantity);
                WriteIfAny(line, "status", receipt.Status);
                break;
            case Sale sale:
                line.WriteNumber("quantity", sale.Quantity);
                WriteIfAny(line, "reservation", sale.Reservation);
                break;
            case Return goodsBack:
                line.WriteNumber("quantity", goodsBack.Quantity);
                WriteIfAny(line, "status", goodsBack.Status);
                break;
            case Adjustment adjustment:
                line.WriteNumber("quantity", adjustment.Quantity);
                WriteIfAny(line, "reason", adjustment.Reason);
                break;
            case Count count:
                line.WriteNumber("quantity", count.Quantity);
                break;
            case StatusChange change:
                line.WriteNumber("quantity", change.Quantity);
                line.WriteString("from", change.From ?? Sellable);
                line.WriteString("to", change.To ?? Sellable);
                break;
            case Expected expected:
                line.WriteNumber("quantity", expected.Quantity);
                WriteDay(line, expected.ExpectedOn);
                line.WriteString("kind", expected.Kind == SupplyKind.PurchaseOrder ? "purchase-order" : "transfer");
                line.WriteNumber("confidence", expected.Confidence);
                break;
            case Transfer transfer:
                line.WriteNumber("quantity", transfer.Quantity);
                line.WriteString("to", transfer.To.Value);
                WriteDay(line, transfer.ExpectedOn);
                break;
            case Correction correction:
                line.WriteString("corrects", correction.Corrects);
                line.WriteString("declaration", correction.Quantity is null ? "did-not-occur" : "incorrect");
                if (correction.Quantity is { } right)
                {
                    line.WriteNumber("quantity", right);
                }

                break;
            default:
                throw new InvalidOperationException($"{movement.Type} has no line.");
        }

        WriteIfAny(line, "document", movement switch
        {
            Expected expected => expected.Document,
            Transfer transfer => transfer.Document,
            _ => movement.Document,
        });
    });

    /// <summary>
    /// A row that could not be understood, as a line that no server takes for a movement: it refuses it and keeps it in
    /// quarantine, where a person finds the row as it was and why it stayed out, and can replay it corrected.
    /// </summary>
    public static string Line(BadLine bad) => Write(line =>
    {
        line.WriteString("id", FormattableString.Invariant($"row-{bad.Row:000000}"));
        line.WriteString("problem", $"{bad.Code}: {bad.Detail}");
        line.WriteString("row", bad.Content);
    });

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        using var text = new MemoryStream();
        using (var line = new Utf8JsonWriter(text))
        {
            line.WriteStartObject();
            fields(line);
            line.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void WriteIfAny(Utf8JsonWriter line, string name, string? value)
    {
        if (value is not null)
        {
            line.WriteString(name, value);
        }
    }

    private static void WriteDay(Utf8JsonWriter line, LocalDate? day) => WriteIfAny(line, "expectedOn", day is { } known ? LocalDatePattern.Iso.Format(known) : null);
}
