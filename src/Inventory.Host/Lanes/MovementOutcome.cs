namespace RetailSync.Inventory.Host.Lanes;

/// <summary>What became of a movement.</summary>
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

/// <param name="Outcome">What became of the movement.</param>
/// <param name="Code">Why it was rejected, in the contract's words; null otherwise.</param>
/// <param name="Detail">A sentence for a person; null when there is nothing to say.</param>
/// <param name="Sequence">The event's place in the store; 0 when nothing was recorded.</param>
public readonly record struct MovementOutcome(Outcome Outcome, string? Code, string? Detail, long Sequence);

/// <summary>As many commands wait as may wait: try again later.</summary>
public sealed class LaneFullException() : Exception("The lane is full.");

/// <summary>The commit could not be made, or it is not known whether it was; sending the same again is safe.</summary>
public sealed class LaneUnavailableException(Exception cause) : Exception("The commit could not be made.", cause);

/// <summary>Another host was first: what was decided no longer holds and is decided again.</summary>
internal sealed class LaneConflictException(string message) : Exception(message);
