using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quarantine;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>Takes an order out of quarantine, as it was sent or corrected. What came after it, and waits for it, follows.</summary>
public sealed class ReplayOrder(OrderBook book, TakeOrders orders)
{
    /// <summary>Why orders are in quarantine.</summary>
    public const string Code = "unknown-sku";

    /// <summary>What a channel reports is kept in this name.</summary>
    public static string SourceOf(ChannelId channel) => MovementSources.OfChannel(channel);

    /// <summary>Whose order an entry is; null when it is a movement.</summary>
    public static ChannelId? ChannelOf(QuarantineEntry entry) =>
        entry.Code == Code && MovementSources.ChannelOf(entry.Source) is { } channel
        && entry.Line.ValueKind == System.Text.Json.JsonValueKind.Object && entry.Line.TryGetProperty("order", out _)
            ? channel
            : null;

    /// <returns>As a batch of one. Rejected again, nothing has happened.</returns>
    public async Task<BatchResult> Replay(ChannelId channel, QuarantineEntry entry, string? corrected, Provenance provenance, CancellationToken cancellation)
    {
        OrderMessage message;
        try
        {
            var fields = OrderMessage.NewFields();
            fields.ReadJson(Encoding.UTF8.GetBytes(corrected ?? entry.Line.GetRawText()));
            message = OrderMessage.Read(channel, fields);
        }
        catch (RequestRefused refused)
        {
            return Rejected(null, "invalid-line", refused.Message);
        }

        var kept = entry.Line.TryGetProperty("order", out var order) && order.ValueEquals(message.Order) && entry.Line.TryGetProperty("id", out var id) && id.ValueEquals(message.Id)
            ? await book.Find(channel, message.Order, message.Id, cancellation)
            : null;
        if (kept is not var (original, state) || message.Type != OrderMessageType.Order)
        {
            return Rejected(message.Id, "invalid-line", "'type', 'order' and 'id' must be those of the order that is in quarantine.");
        }

        if (state is not (null or TakeOrders.Quarantined))
        {
            // The channel sent it again meanwhile, and nobody missed it.
            return new BatchResult(0, 0, Duplicates: 1, 0, 0, [new LineResult(0, message.Id, "duplicate", null, null)]);
        }

        message = message with { IsStanding = original.IsStanding };
        await book.Correct(message, cancellation);
        var answer = await orders.Do(message, provenance, cancellation);
        return answer.State == TakeOrders.Quarantined
            ? Rejected(message.Id, Code, "There is still a SKU in it that nobody knows.")
            : new BatchResult(Accepted: 1, 0, 0, 0, answer.Sequence ?? 0, []);
    }

    private static BatchResult Rejected(string? id, string code, string detail) => new(0, 0, 0, Rejected: 1, 0, [new LineResult(0, id, "rejected", code, detail)]);
}
