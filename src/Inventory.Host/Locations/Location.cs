using JasperFx;

namespace RetailSync.Inventory.Host.Locations;

/// <summary>A registered store or warehouse. Stock at an unregistered location counts too.</summary>
public sealed class Location : IRevisioned
{
    public required string Id { get; init; }

    /// <summary>store or warehouse.</summary>
    public required string Type { get; init; }

    /// <summary>The TZDB zone whose days are its days.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Names that rules can address several locations by.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>True takes it out of every channel's availability. (The other way round from the contract, since a stored false is left out.)</summary>
    public bool Disabled { get; init; }

    /// <summary>Who wrote this version: a stored <see cref="Security.Actor"/>; null for what is older than this record.</summary>
    public string? By { get; init; }

    public int Version { get; set; }
}
