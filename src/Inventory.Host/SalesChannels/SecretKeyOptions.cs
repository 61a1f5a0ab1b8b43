using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>The keys that encrypt secrets of channels and sources; section <c>DataProtection</c> of the configuration.</summary>
[Section("DataProtection")]
public sealed class SecretKeyOptions
{
    /// <summary>The folder with the keys, on a disk that all hosts on one database share.</summary>
    [Setting(Default = "DefaultKeyDirectory")]
    public string? KeyDirectory { get; init; }

    /// <summary>That folder where nothing else is said: set by the command line, beside a PostgreSQL of the host's own.</summary>
    [Setting(Default = "keys under --data with a PostgreSQL of its own, else retailsync/keys among the account's data")]
    public string? DefaultKeyDirectory { get; init; }
}
