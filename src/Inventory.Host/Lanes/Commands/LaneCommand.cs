using NodaTime;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>
/// Something to decide in a lane. It says what it has to read, decides against what was read together with its neighbours, and knows
/// its answer once their shared commit is made. It may be decided several times (after a lost race), so it keeps nothing
/// from one attempt to the next but what identifies it.
/// </summary>
internal abstract class LaneCommand(Provenance provenance)
{
    /// <summary>Stored with every event that follows from it.</summary>
    public Provenance Provenance { get; } = provenance;

    /// <summary>When a batch took it: a timestamp of the stopwatch.</summary>
    public long TakenAt { get; set; }

    /// <summary>Completes the caller's wait; called once, after the commit or when it is certain that there will be none.</summary>
    public Action? Answered { get; set; }

    /// <summary>Why there was no commit; null when the command was decided.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>True once the caller of a request has disconnected: the request is then not decided. Facts are recorded anyway.</summary>
    public virtual bool IsAbandoned => false;

    /// <summary>Names what must be read before <see cref="Decide"/>.</summary>
    public abstract void DeclareReads(ReadSet reads);

    /// <summary>Names what more must be read, now that what <see cref="DeclareReads"/> named is there: the positions of a reservation, say.</summary>
    public virtual void DeclareDependentReads(ReadSet reads, LaneBatch read)
    {
    }

    /// <summary>Appends the resulting events, if any, and keeps the answer. Throws without having appended anything when it cannot be decided.</summary>
    /// <returns>False when the answer is an unconfirmed refusal, based on cached positions: it is decided again after the declared reads.</returns>
    public abstract ValueTask<bool> Decide(LaneBatch batch, Instant now);

    /// <summary>Called after the commit with the sequence of the appended events.</summary>
    /// <param name="sequence">Of the last of them.</param>
    public abstract void Committed(long sequence);

    /// <summary>The command cannot be stored (a poison command); the rest of the batch can.</summary>
    public virtual void Poisoned(Exception cause) => Failure = cause;

    /// <summary>The commit failed; the caller may retry.</summary>
    public void Unavailable(LaneUnavailableException failure) => Failure = failure;

    /// <summary>Answers without deciding.</summary>
    public void Fail(Exception failure)
    {
        Failure = failure;
        Answered?.Invoke();
    }
}
