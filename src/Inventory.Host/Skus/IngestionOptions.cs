using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>Which movements are taken in; section <c>Ingestion</c> of the configuration.</summary>
[Section("Ingestion")]
public sealed class IngestionOptions
{
    /// <summary>Whether movements of a SKU that was never registered go to quarantine.</summary>
    [Setting]
    public bool RequireKnownSkus { get; init; }
}
