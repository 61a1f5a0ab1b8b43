using System.Text.Json;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <summary>Turns what a vendor reports into messages about orders in our names. Pure: what cannot be translated goes to quarantine, with the reason.</summary>
/// <param name="skus">Our SKUs by the channel's names of them, where it has names of its own; a name that is not there is taken as ours. Null where it has
/// none.</param>
/// <param name="locations">Our locations by the channel's names of them, as they are mapped. Empty: it names places that nobody mapped, and they say
/// nothing.</param>
public sealed class VendorReports(ChannelId channel, string adapter, IReadOnlyDictionary<string, Sku>? skus, ILookup<string, LocationId> locations)
{
    /// <summary>The code of a report, kept as <see cref="Parse"/> reads it, that names a place which was mapped to none of ours.</summary>
    public const string UnmappedLocation = "unmapped-location";

    /// <summary>With the names that the channel has for the SKUs of these reports, and for places, as they are mapped now.</summary>
    public static async Task<VendorReports> Of(
        ChannelId channel, string adapter, IReadOnlyList<ReportedOrder> reported, ChannelMappings mappings, ChannelLocations locations,
        CancellationToken cancellation)
    {
        var skus = Adapters.OrderWebhook(adapter) is { SpeaksInItsNames: true }
            ? await mappings.ReadOurs(channel, reported.SelectMany(one => one.Lines ?? []).Select(line => line.Sku), cancellation)
            : null;
        return new VendorReports(
            channel, adapter, skus,
            (await locations.List(channel, cancellation)).ToLookup(mapping => mapping.ExternalId, mapping => LocationId.Parse(mapping.Location)));
    }

    /// <summary>A report as it was kept; null where the text is none.</summary>
    public static ReportedOrder? Parse(string kept)
    {
        try
        {
            return JsonSerializer.Deserialize<ReportedOrder>(kept, ChannelOrderInbox.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>The message, or why it is quarantined.</returns>
    /// <param name="reported">What the vendor says.</param>
    /// <param name="text">The whole of what it sent.</param>
    public (OrderMessage? Message, RejectedLine Rejected) Read(ReportedOrder reported, string text)
    {
        if (reported.Unread is { } unread)
        {
            return Rejected(unread, "invalid-line", reported.Why ?? $"It is from {adapter}, should be about an order, and cannot be understood.");
        }

        if (!Identifier.TryParse(reported.Order, out var order) || Identifier.IsDotSegment(order) || !Identifier.TryParse(reported.Id, out var id)
            || (reported.Shipment is not null && !Identifier.TryParse(reported.Shipment, out _)))
        {
            return Rejected(text, "invalid-line", $"Order {reported.Order} has an id, a SKU or a quantity that cannot be kept.");
        }

        List<OrderLine>? lines = reported.Lines is null ? null : [];
        foreach (var line in reported.Lines ?? [])
        {
            if ((skus?.TryGetValue(line.Sku, out var sku) != true && !Sku.TryParse(line.Sku, out sku))
                || !Quantity.IsExact(Quantity.Canonical(line.Quantity)) || line.Quantity < 0)
            {
                return Rejected(text, "invalid-line", $"Order {reported.Order} has an id, a SKU or a quantity that cannot be kept.");
            }

            if (!TryMapLocation(line.Location ?? reported.Location, out var location))
            {
                // In our words for it and its names, so that it can be taken as soon as they are mapped.
                return Rejected(
                    JsonSerializer.Serialize(reported, ChannelOrderInbox.Options), UnmappedLocation,
                    $"Order {reported.Order} names the location {line.Location ?? reported.Location}, which is mapped to none of ours.");
            }

            lines!.Add(new OrderLine(sku, Quantity.Canonical(line.Quantity)) { Location = location, Reference = line.Reference, ComesBack = line.ComesBack });
        }

        return (
            new OrderMessage(channel, order, id, OrderMessage.TypeOf(reported.Type), reported.OccurredAt, null, lines)
            {
                MayVary = true,
                More = new OrderMore
                {
                    Revision = reported.Revision,
                    IsTotal = reported.IsTotal,
                    Shipment = reported.Shipment,
                    Edits = reported.Edits?.Select(edit => new LineEdit(edit.Reference, edit.Change)).ToList(),
                    Unmapped = (reported.Lines ?? []).Select(line => line.Sku).Where(name => skus?.ContainsKey(name) == false)
                    .Distinct().ToList() is { Count: > 0 } unmapped ? unmapped : null,
                },
            },
            default);
    }

    /// <summary>
    /// A place that stands for several of ours says nothing, as where the vendor's places are not mapped at all: the units are then those that the order holds.
    /// A place that is none of those that are mapped is not guessed at.
    /// </summary>
    private bool TryMapLocation(string? externalId, out LocationId? location)
    {
        location = null;
        if (externalId is null || locations.Count == 0)
        {
            return true;
        }

        var ours = locations[externalId].ToList();
        location = ours.Count == 1 ? ours[0] : null;
        return ours.Count > 0;
    }

    private static (OrderMessage?, RejectedLine) Rejected(string line, string code, string detail) => (null, new RejectedLine(0, line, code, detail));
}
