using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>A channel whose quantities are calculated.</summary>
/// <param name="DeductsOpenOrders">Whether it deducts its own open orders from what is published.</param>
/// <param name="Locations">Its ids of our locations; null where it gets one quantity for all locations.</param>
public sealed record PublishedChannel(ChannelId Id, bool DeductsOpenOrders, IReadOnlyDictionary<LocationId, string>? Locations = null);

/// <summary>The channels as the detector and the ledger know them. Not thread-safe: the detector's own.</summary>
public sealed class PublishedChannels(RegisteredChannels registered, ChannelLocations locations, PublicationLedgerWriter ledger)
{
    private IReadOnlyList<SalesChannel>? _registered;

    /// <summary>As of the last <see cref="Refresh"/>.</summary>
    public IReadOnlyList<PublishedChannel> All { get; private set; } = [];

    /// <summary>Whether a channel is registered.</summary>
    public async ValueTask<bool> Any(CancellationToken cancellation) => (await registered.Read(cancellation)).Count > 0;

    /// <summary>Makes the next <see cref="Refresh"/> register every channel again: another host may have written the ledger meanwhile.</summary>
    public void Invalidate() => _registered = null;

    /// <summary>Reads the registered channels and their location mappings, and makes sure that each has a sequence in the ledger.</summary>
    /// <returns>Whether a channel was new or has other location mappings than before, so that all its quantities have to be calculated.</returns>
    public async Task<bool> Refresh(CancellationToken cancellation)
    {
        var channels = await registered.Read(cancellation);
        if (ReferenceEquals(channels, _registered))
        {
            return false;
        }

        var isNew = await ledger.Register([.. channels.Select(channel => (ChannelId.Parse(channel.Id), channel.Adapter))], cancellation);

        // Read after registering: a change in between makes Register report a difference the next time.
        var mapped = await locations.Read(cancellation);
        All = [.. from channel in channels
                  let id = ChannelId.Parse(channel.Id)
                  select new PublishedChannel(id, Adapters.SubtractingOrders.Contains(channel.Adapter), mapped.GetValueOrDefault(id))];
        _registered = channels;
        return isNew;
    }
}
