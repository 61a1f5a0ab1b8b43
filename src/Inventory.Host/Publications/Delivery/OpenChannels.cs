using System.Collections.Concurrent;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>The channels that this host publishes to, each as it is registered now.</summary>
public sealed class OpenChannels(RegisteredChannels registered, Adapters adapters, IClock clock)
{
    private readonly ConcurrentDictionary<string, OpenChannel> _open = new();

    /// <summary>Opened anew where it is registered in another version than it was.</summary>
    /// <returns>Null where there is no such channel, or it publishes nowhere.</returns>
    public async ValueTask<OpenChannel?> Get(string id, CancellationToken cancellation)
    {
        var channel = (await registered.Read(cancellation)).FirstOrDefault(channel => channel.Id == id && channel.Adapter != Adapters.None);
        if (_open.TryGetValue(id, out var known) && known.Channel.Version == channel?.Version)
        {
            return known;
        }

        Close(id);
        return channel is null ? null : _open[id] = new OpenChannel(channel, adapters, new VendorNotices(clock));
    }

    public void Close(string id)
    {
        if (_open.TryRemove(id, out var closed))
        {
            closed.Dispose();
        }
    }
}

/// <summary>A channel in one version, with what is remembered of it from one round of publishing to the next. Not for two threads.</summary>
public sealed class OpenChannel(SalesChannel channel, Adapters adapters, VendorNotices notices) : IDisposable
{
    private IChannel? _adapter;

    public SalesChannel Channel => channel;

    public ChannelId Id { get; } = ChannelId.Parse(channel.Id);

    public Duration MinimumInterval { get; } = channel.MinimumInterval is { } text && Durations.TryParse(text, out var interval) ? interval : Duration.Zero;

    public VendorNotices Notices => notices;

    /// <exception cref="ChannelNotReadyException">Its settings do not do.</exception>
    public IChannel Adapter => _adapter ??= adapters.Open(channel, notices);

    public bool HasBegun { get; set; }

    /// <summary>As it is set up nothing can be published: there is nothing to do before it is set up otherwise.</summary>
    public bool IsNotReady { get; set; }

    /// <summary>The last SKU of which it was asked what it shows; null where it begins with the first.</summary>
    public string? LookedAt { get; set; }

    public Instant? LookAgainAt { get; set; }

    public void Dispose() => _adapter?.Dispose();
}
