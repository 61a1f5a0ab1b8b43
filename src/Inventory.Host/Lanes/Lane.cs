using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>The one way to write: commands wait here together, are decided in order, and share a commit.</summary>
public sealed class Lane
{
    /// <summary>
    /// Records movements in their order; the answer has one outcome for each, in the same order, once they are committed.
    /// All movements of one call share a commit.
    /// </summary>
    /// <exception cref="LaneFullException">The queue is at its bound: try again later.</exception>
    /// <exception cref="LaneUnavailableException">The commit could not be made (the database is away): nothing of this call was recorded, or it is unknown; sending it again is safe.</exception>
    public Task<MovementOutcome[]> Record(IReadOnlyList<Movement> movements, string correlationId, CancellationToken cancellation) =>
        throw new NotSupportedException($"{movements.Count} {correlationId} {cancellation}");
}

public enum Outcome
{
    Accepted,
    Absorbed,
    Duplicate,
    Rejected,
}

/// <param name="Outcome">What became of the movement.</param>
/// <param name="Code">Why it was rejected, in the contract's words (<c>movement-id-reused</c>, ...); null otherwise.</param>
/// <param name="Detail">A sentence for a person; null when there is nothing to say.</param>
/// <param name="Sequence">The event's place in the store; 0 when nothing was recorded.</param>
public readonly record struct MovementOutcome(Outcome Outcome, string? Code, string? Detail, long Sequence);

public sealed class LaneFullException() : Exception("The lane is full.");

public sealed class LaneUnavailableException(Exception cause) : Exception("The commit could not be made.", cause);
