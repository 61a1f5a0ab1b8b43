namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>The outcome of a movement.</summary>
public enum Outcome
{
    /// <summary>Recorded.</summary>
    Accepted,

    /// <summary>Recorded; on-hand stays as a later count has it.</summary>
    Absorbed,

    /// <summary>Recorded before, with the same content.</summary>
    Duplicate,

    /// <summary>Not recorded.</summary>
    Rejected,
}

/// <param name="Outcome">The outcome of the movement.</param>
/// <param name="Code">Why it was rejected, in the contract's words; null otherwise.</param>
/// <param name="Detail">A sentence for a person; null when there is nothing to say.</param>
/// <param name="Sequence">The event's place in the store; 0 when nothing was recorded.</param>
public readonly record struct MovementOutcome(Outcome Outcome, string? Code, string? Detail, long Sequence);

/// <summary>The lane's queue is full: retry later.</summary>
public sealed class LaneFullException() : Exception("The lane is full.");

/// <summary>The commit failed, or its result is unknown; a retry is idempotent.</summary>
public sealed class LaneUnavailableException(Exception cause) : Exception("The commit could not be made.", cause);

/// <summary>Another host won the race: the batch is decided again.</summary>
internal sealed class LaneConflictException(string message) : Exception(message);
