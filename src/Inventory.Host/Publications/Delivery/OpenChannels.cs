using System.Collections.Concurrent;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>The channels that this host publishes to, each as it is registered now.</summary>
public sealed class OpenChannels(RegisteredChannels registered, Adapters adapters, IClock clock)
{
    private readonly ConcurrentDictionary<string, OpenChannel> _open = new();

    /// <summary>Reopened when it is registered in another version.</summary>
    /// <returns>Null where there is no such channel, or its adapter is <c>none</c>.</returns>
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

/// <summary>A channel in one version, with its state between rounds of publishing. Not thread-safe.</summary>
public sealed class OpenChannel(SalesChannel channel, Adapters adapters, VendorNotices notices) : IDisposable
{
    private IChannel? _adapter;

    public SalesChannel Channel => channel;

    public ChannelId Id { get; } = ChannelId.Parse(channel.Id);

    public Duration MinimumInterval { get; } = channel.MinimumInterval is { } text && Durations.TryParse(text, out var interval) ? interval : Duration.Zero;

    public VendorNotices Notices => notices;

    /// <exception cref="ChannelNotReadyException">A setting is missing or invalid.</exception>
    public IChannel Adapter => _adapter ??= adapters.Open(channel, notices);

    public bool HasBegun { get; set; }

    /// <summary>Nothing can be published with its settings; the publisher is idle until they change.</summary>
    public bool IsNotReady { get; set; }

    /// <summary>The last SKU of the read-back so far; null where it begins with the first.</summary>
    public string? ReadBackUpTo { get; set; }

    /// <summary>When the next page is to be read back; null until the first interval has begun.</summary>
    public Instant? ReadBackDueAt { get; set; }

    public void Dispose() => _adapter?.Dispose();
}
