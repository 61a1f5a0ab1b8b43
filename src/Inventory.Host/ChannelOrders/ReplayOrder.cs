using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quarantine;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>Takes a message about an order out of quarantine, as it was sent or corrected. What waits for it follows.</summary>
public sealed class ReplayOrder(OrderBook book, TakeOrders orders)
{
    /// <summary>There is a SKU in it that nothing is known of.</summary>
    public const string UnknownSku = "unknown-sku";

    /// <summary>There is a unit in it that nobody can convert.</summary>
    public const string UnknownUnit = "unknown-unit";

    /// <summary>What a channel reports is kept in this name.</summary>
    public static string SourceOf(ChannelId channel) => MovementSources.OfChannel(channel);

    /// <summary>Whose order an entry is about; null when it is a movement.</summary>
    public static ChannelId? ChannelOf(QuarantineEntry entry) =>
        MovementSources.ChannelOf(entry.Source) is { } channel
        && entry.Line.ValueKind == System.Text.Json.JsonValueKind.Object && entry.Line.TryGetProperty("order", out _) && entry.Line.TryGetProperty("type", out _)
            ? channel
            : null;

    /// <returns>As a batch of one. Rejected again, nothing has happened.</returns>
    public async Task<BatchResult> Replay(ChannelId channel, QuarantineEntry entry, string? corrected, Provenance provenance, CancellationToken cancellation)
    {
        if (!entry.Line.TryGetProperty("order", out var order) || !entry.Line.TryGetProperty("id", out var id) || order.GetString() is not { } named || id.GetString() is not { } known
            || (await book.Read(channel, named, cancellation)).Messages.FirstOrDefault(one => one.Message.Id == known) is not { } kept)
        {
            return Rejected(null, "invalid-line", "It is not known any more which message this was: it has to be sent again.");
        }

        var message = kept.Message;
        if (corrected is not null)
        {
            try
            {
                var fields = OrderMessage.NewFields();
                fields.ReadJson(Encoding.UTF8.GetBytes(corrected));
                var read = OrderMessage.Read(channel, fields);

                // What only a vendor's document says is not in the body that people correct.
                message = read with { More = read.More with { IsTotal = message.More.IsTotal, Edits = message.More.Edits } };
            }
            catch (RequestRefused refused)
            {
                return Rejected(null, "invalid-line", refused.Message);
            }
        }
        else if (entry.Line.TryGetProperty("lines", out var lines) && lines.ValueKind == System.Text.Json.JsonValueKind.Array && ForeignUnit(lines) is { } unit)
        {
            message = message with { ForeignUnit = unit };
        }

        if (message.Order != kept.Message.Order || message.Id != kept.Message.Id || message.Type != kept.Message.Type)
        {
            return Rejected(message.Id, "invalid-line", "'type', 'order' and 'id' must be those of the message that is in quarantine.");
        }

        if (kept.State is not (null or OrderBook.Quarantined or OrderBook.Waiting))
        {
            // The channel sent it again meanwhile, and nobody missed it.
            return new BatchResult(0, 0, Duplicates: 1, 0, 0, [new LineResult(0, message.Id, "duplicate", null, null)]);
        }

        await book.Correct(message, cancellation);
        var answer = await orders.Do(message, provenance, cancellation);
        return answer.State == OrderBook.Quarantined || (answer.State == OrderBook.Waiting && message.Type == OrderMessageType.Edit)
            ? Rejected(message.Id, message.ForeignUnit is null ? UnknownSku : UnknownUnit, "There is still something in it that nobody knows.")
            : new BatchResult(Accepted: 1, 0, 0, 0, answer.Sequence ?? 0, []);
    }

    private static string? ForeignUnit(System.Text.Json.JsonElement lines) => lines.EnumerateArray()
        .Select(line => line.TryGetProperty("unit", out var unit) && unit.ValueKind == System.Text.Json.JsonValueKind.String ? unit.GetString() : null).FirstOrDefault(unit => unit is not null);

    private static BatchResult Rejected(string? id, string code, string detail) => new(0, 0, 0, Rejected: 1, 0, [new LineResult(0, id, "rejected", code, detail)]);
}
