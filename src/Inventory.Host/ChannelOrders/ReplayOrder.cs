using System.Text;
using System.Text.Json;
using Marten;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.ChannelOrders.Webhooks;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>
/// Replays a quarantined message about an order, as it was sent or corrected, with the channel's current mappings. Messages that wait for it are processed
/// after it. A vendor's document that could not be read needs a line in its place.
/// </summary>
public sealed class ReplayOrder(
    ChannelOrderInbox book, ChannelOrderProcessor orders, IDocumentStore store, ChannelMappings mappings, ChannelLocations locations)
{
    /// <summary>It has an unknown SKU.</summary>
    public const string UnknownSku = "unknown-sku";

    /// <summary>The source name under which a channel's reports are quarantined.</summary>
    public static string SourceOf(ChannelId channel) => MovementSources.OfChannel(channel);

    /// <summary>The channel whose order an entry is about; null when it is a movement, also one that another source sent under a channel's name.</summary>
    public static ChannelId? ChannelOf(QuarantineEntry entry) => entry.Code == RecordMovements.ForbiddenSource ? null : MovementSources.ChannelOf(entry.Source);

    /// <returns>As a batch of one. Rejected again, nothing has happened.</returns>
    public async Task<BatchResult> Replay(ChannelId channel, QuarantineEntry entry, string? corrected, Provenance provenance, CancellationToken cancellation)
    {
        if (entry.Line.ValueKind != JsonValueKind.Object || Text(entry.Line, "order") is not { } named || Text(entry.Line, "id") is not { } known
            || (await book.Read(channel, named, cancellation)).Messages.FirstOrDefault(one => one.Message.Id == known) is not { } kept)
        {
            return await ReplayUnkept(channel, entry, corrected, provenance, cancellation);
        }

        var message = kept.Message;
        if (corrected is not null)
        {
            var (read, refusal) = Read(channel, corrected);
            if (read is null)
            {
                return Rejected(null, "invalid-line", refusal!);
            }

            // What only a vendor's document says is not in the body that people correct.
            message = read with { More = read.More with { IsTotal = message.More.IsTotal, Edits = message.More.Edits } };
        }
        else if (message.More.Unmapped is { } names)
        {
            var ours = await mappings.ReadOurs(channel, names, cancellation);
            message = message with
            {
                Lines = message.Lines?.Select(line => ours.TryGetValue(line.Sku.Value, out var sku) ? line with { Sku = sku } : line).ToList(),
                More = message.More with { Unmapped = names.Where(name => !ours.ContainsKey(name)).ToList() is { Count: > 0 } rest ? rest : null },
            };
        }

        if (message.Order != kept.Message.Order || message.Id != kept.Message.Id || message.Type != kept.Message.Type)
        {
            return Rejected(message.Id, "invalid-line", "'type', 'order' and 'id' must be those of the message that is in quarantine.");
        }

        if (kept.State is not (null or ChannelOrderInbox.Quarantined or ChannelOrderInbox.Waiting))
        {
            // The channel sent it again meanwhile, and it was processed.
            return new BatchResult(0, 0, Duplicates: 1, 0, 0, [new LineResult(0, message.Id, "duplicate", null, null)]);
        }

        message = await orders.InBase(message, cancellation);
        await book.Correct(message, cancellation);
        var answer = (await orders.Do([message], provenance, cancellation))[0];
        return answer.State == ChannelOrderInbox.Quarantined || (answer.State == ChannelOrderInbox.Waiting && message.Type == OrderMessageType.Edit)
            ? Rejected(message.Id, message.UnitRefusal?.Code ?? UnknownSku, message.UnitRefusal?.Detail ?? "It still has an unknown SKU.")
            : new BatchResult(Accepted: 1, 0, 0, 0, answer.Sequence ?? 0, []);
    }

    /// <summary>Of which no message was kept, since it could not be made one.</summary>
    private async Task<BatchResult> ReplayUnkept(
        ChannelId channel, QuarantineEntry entry, string? corrected, Provenance provenance, CancellationToken cancellation)
    {
        var reported = entry.Code == VendorReports.UnmappedLocation ? VendorReports.Parse(entry.Line.GetRawText()) : null;
        if (corrected is null && reported is null)
        {
            return Rejected(null, "invalid-line",
                "It cannot be read as a message about an order: replay it with a line that is one, as the channel's /orders takes it.");
        }

        if (corrected is null)
        {
            await using var session = store.QuerySession();
            var adapter = (await session.LoadAsync<SalesChannel>(channel.Value, cancellation))?.Adapter ?? "none";
            var reports = await VendorReports.Of(channel, adapter, [reported!], mappings, locations, cancellation);
            var (mapped, rejected) = reports.Read(reported!, entry.Line.GetRawText());
            return mapped is null ? Rejected(reported!.Id, rejected.Code, rejected.Detail) : await Take(mapped);
        }

        var (message, refusal) = Read(channel, corrected);
        return message is null ? Rejected(null, "invalid-line", refusal!)
            : reported is not null && (reported.Order, reported.Id, reported.Type) != (message.Order, message.Id, message.Word)
                ? Rejected(message.Id, "invalid-line", "'type', 'order' and 'id' must be those of the message that is in quarantine.")
            : await Take(message);

        async Task<BatchResult> Take(OrderMessage understood)
        {
            // With an unknown SKU the corrected message is quarantined under an entry of its own.
            var answer = await orders.Take(understood, provenance, cancellation);
            return new BatchResult(Accepted: 1, 0, 0, 0, answer.Sequence ?? 0, []);
        }
    }

    private static (OrderMessage? Message, string? Refusal) Read(ChannelId channel, string body)
    {
        try
        {
            var fields = OrderMessage.NewFields();
            fields.ReadJson(Encoding.UTF8.GetBytes(body));
            return (OrderMessage.Read(channel, fields), null);
        }
        catch (ApiProblemException refused)
        {
            return (null, refused.Message);
        }
    }

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static BatchResult Rejected(string? id, string code, string detail) =>
        new(0, 0, 0, Rejected: 1, 0, [new LineResult(0, id, "rejected", code, detail)]);
}
