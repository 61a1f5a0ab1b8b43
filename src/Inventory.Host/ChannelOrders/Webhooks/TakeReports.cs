using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <summary>Takes what a vendor reports of orders: the reports of an order together, and those that cannot be taken to quarantine.</summary>
public sealed class TakeReports(ChannelOrderProcessor orders, ChannelMappings mappings, ChannelLocations locations, QuarantineStore quarantine)
{
    /// <param name="reported">In the order in which it has happened.</param>
    /// <param name="text">The whole message, for people.</param>
    /// <param name="provenance">Stored with the events that follow.</param>
    /// <returns>The outcome of the last report; null where none was taken.</returns>
    public async Task<OrderAnswer?> Take(
        ChannelId channel, string adapter, IReadOnlyList<ReportedOrder> reported, string text, Provenance provenance, CancellationToken cancellation)
    {
        var reports = await VendorReports.Of(channel, adapter, reported, mappings, locations, cancellation);
        List<OrderMessage> understood = [];
        foreach (var one in reported)
        {
            var (read, rejected) = reports.Read(one, text);
            if (read is null)
            {
                // A retry of the vendor would be the same: the message is quarantined.
                await quarantine.Keep(ReplayOrder.SourceOf(channel), [rejected], provenance, cancellation);
                continue;
            }

            understood.Add(read);
        }

        OrderAnswer? answer = null;
        foreach (var order in understood.GroupBy(one => one.Order))
        {
            try
            {
                answer = (await orders.Take([.. order], provenance, cancellation))[^1];
            }
            catch (ApiProblemException refused) when (refused.Status is < 500 and not StatusCodes.Status429TooManyRequests)
            {
                // Some vendors never retry what was refused, and others retry without end.
                var lines = order.Select((one, index) => new RejectedLine(index, one.ToBody(), refused.Code, refused.Message));
                await quarantine.Keep(ReplayOrder.SourceOf(channel), [.. lines], provenance, cancellation);
            }
        }

        return answer;
    }
}
