using NodaTime;
using RetailSync.Inventory.Domain.Availability;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>Units of a line that are to come by a document.</summary>
/// <param name="Location">Where they come to.</param>
/// <param name="Document">What they are expected by; where they are lost, what they were expected by.</param>
/// <param name="Quantity">Units, above 0.</param>
/// <param name="PromisedOn">The day for which they were promised: it stays what it was.</param>
public sealed record SupplyUnits(LocationId Location, string Document, decimal Quantity, LocalDate PromisedOn)
{
    /// <summary>The day on which they are expected now; null where they are lost, or where nobody says when.</summary>
    public LocalDate? ExpectedOn { get; init; }

    /// <summary>There is no supply for them: nothing is kept of the document.</summary>
    public bool IsLost { get; init; }

    /// <summary>Why the promise cannot be kept as things are; null while it can.</summary>
    public PromiseRisk? Risk { get; init; }

    internal static SupplyUnits Of(SupplyTaken taken) =>
        new(taken.Location, taken.Document, taken.Quantity, taken.ExpectedOn) { ExpectedOn = taken.ExpectedOn };

    internal bool IsLike(SupplyUnits other) => this with { Quantity = other.Quantity } == other;
}

/// <summary>Why units do not come when they were promised.</summary>
public enum PromiseRiskReason
{
    /// <summary>They are expected later, or their day has ended and they have not come.</summary>
    Late,

    /// <summary>Fewer are expected than were.</summary>
    Short,

    /// <summary>Nothing is expected by the document any more.</summary>
    Cancelled,
}

/// <param name="Document">What they were promised by.</param>
/// <param name="Since">When that was recorded.</param>
public sealed record PromiseRisk(PromiseRiskReason Reason, string Document, Instant Since);
