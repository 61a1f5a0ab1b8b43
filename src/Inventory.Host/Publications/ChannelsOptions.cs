using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>How channels are reached; section <c>Channels</c> of the configuration.</summary>
[Section("Channels")]
public sealed class ChannelsOptions
{
    /// <summary>Whether channels and other addresses of the configuration may be inside private networks.</summary>
    [Setting]
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>Whether channels may be reached without encryption everywhere, and not only inside private networks that are allowed.</summary>
    [Setting]
    public bool AllowHttp { get; init; }

    /// <summary>The folder for the files of channels with the adapter <c>log</c>.</summary>
    [Setting(Default = "channels under --data")]
    public string? LogDirectory { get; init; }
}
