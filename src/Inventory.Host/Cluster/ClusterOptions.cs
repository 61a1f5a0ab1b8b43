using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>Section <c>Cluster</c> of the configuration. The times of the cluster are in <see cref="ClusterSettings"/> and no settings.</summary>
[Section("Cluster")]
public sealed class ClusterOptions
{
    /// <summary>False for a host that is started for one command: it joins no cluster, and is assigned nothing.</summary>
    [Setting]
    public bool Join { get; init; } = true;
}
