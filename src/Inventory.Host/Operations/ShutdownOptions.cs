using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>How a host stops; section <c>Shutdown</c> of the configuration.</summary>
[Section("Shutdown")]
public sealed class ShutdownOptions
{
    /// <summary>
    /// How long a host continues to answer after it was asked to stop: longer than a load balancer takes that probes every two seconds and acts on the third
    /// failure.
    /// </summary>
    [Setting("seconds", 0, 300, Default = "10; in Development 0")]
    public decimal? DrainSeconds { get; init; }
}
