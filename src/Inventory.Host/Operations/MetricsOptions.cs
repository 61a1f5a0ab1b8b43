using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>Where Prometheus reads; section <c>Metrics</c> of the configuration, in which .NET has keys of its own.</summary>
[Section("Metrics", ReadByDotNet = ["EnabledMetrics", "OpenTelemetry"])]
public sealed class MetricsOptions
{
    /// <summary>Addresses of <c>/metrics</c>, http only, several separated by <c>;</c>, so that a network can keep it apart from what callers reach.</summary>
    [Setting(Default = "/metrics beside everything else")]
    public string? Urls { get; init; }
}
