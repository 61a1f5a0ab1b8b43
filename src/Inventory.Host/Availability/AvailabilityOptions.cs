using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>What is answered from memory; section <c>Availability</c> of the configuration.</summary>
[Section("Availability")]
public sealed class AvailabilityOptions
{
    /// <summary>Positions that a host keeps in memory, at 0.7 KB each. Where there are more, availability is read from the database.</summary>
    [Setting("positions", 0)]
    public long PositionsInMemory { get; init; } = 5_000_000;

    /// <summary>How old an answer may be while the database does not answer; after that it is 503.</summary>
    [Setting("seconds", 0, 86_400)]
    public int LastKnownSeconds { get; init; } = 30;
}
