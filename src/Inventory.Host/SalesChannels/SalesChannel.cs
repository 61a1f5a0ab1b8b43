using JasperFx;
using Marten.Schema;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>A registered channel: a marketplace or web shop that quantities are published to.</summary>
[DocumentAlias("channel")]
public sealed class SalesChannel : IRevisioned
{
    public required string Id { get; init; }

    /// <summary>The adapter that publishes to it; nothing is published with <c>none</c>.</summary>
    public required string Adapter { get; init; }

    /// <summary>What the adapter needs, as a JSON object. Holds secrets: it leaves only through <see cref="ChannelSettings.WithoutSecrets"/>.</summary>
    public required string Settings { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>Calls a second that the channel allows; null for the adapter's default.</summary>
    public decimal? RateLimit { get; init; }

    /// <summary>The shortest time between two publications of one SKU, ISO 8601; null for the adapter's default.</summary>
    public string? MinimumInterval { get; init; }

    /// <summary>Who wrote this version: a stored <see cref="Security.Actor"/>; null for what is older than this record.</summary>
    public string? By { get; init; }

    public int Version { get; set; }
}
