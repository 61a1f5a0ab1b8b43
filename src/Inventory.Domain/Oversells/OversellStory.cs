using NodaTime;

namespace RetailSync.Inventory.Domain.Oversells;

/// <summary>What is known of an order that a channel took for more than there was, of one SKU.</summary>
/// <param name="PlacedAt">When the customer bought, by the channel's clock.</param>
/// <param name="Requested">Units ordered.</param>
/// <param name="Held">Of these; the rest is missing.</param>
public sealed record OversellStory(Instant PlacedAt, decimal Requested, decimal Held)
{
    /// <summary>The quantity that the channel had acknowledged last when the order came; null when it had acknowledged none.</summary>
    public decimal? Acknowledged { get; init; }

    /// <summary>Whether the SKU has no mapping at the channel, so that its quantity cannot be published.</summary>
    public bool HasNoName { get; init; }

    /// <summary>The quantity of the last read-back, where it differed from the acknowledged one.</summary>
    public decimal? Shows { get; init; }

    /// <summary>Whether there ever was a quantity to publish that is enough for the order.</summary>
    public bool WasEnough { get; init; }

    /// <summary>Whether the quantities to publish of that time are no longer kept.</summary>
    public bool HasAgedOut { get; init; }

    /// <summary>How the number came below what was ordered; null when it had not, by the time the order came.</summary>
    public NumberFell? Fell { get; init; }

    /// <summary>What took the units; null when nothing did.</summary>
    public UnitsTaken? Taken { get; init; }

    /// <summary>Units that were there and free, and still not for this order.</summary>
    public decimal Free { get; init; }

    /// <summary>A change should be with the channel within this time.</summary>
    public Duration Promise { get; init; } = Duration.FromMinutes(1);
}

/// <summary>The change to a number that was no longer enough.</summary>
/// <param name="At">When it was worked out.</param>
/// <param name="ByRule">Rules took it back, and no event of the stock did.</param>
/// <param name="AcknowledgedAt">When the channel had it at the latest; null when it did not have it.</param>
public sealed record NumberFell(Instant At, bool ByRule, Instant? AcknowledgedAt);
