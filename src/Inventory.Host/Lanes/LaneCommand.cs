using NodaTime;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// Something to decide in a lane. It says what it has to read, decides against what was read together with its neighbours, and knows
/// its answer once their shared commit is made. It may be decided several times (a lost race is decided anew), so it keeps nothing
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

    /// <summary>True once the caller of a request has hung up: it is then not decided at all. Facts are recorded all the same.</summary>
    public virtual bool IsAbandoned => false;

    /// <summary>Names what must be read before <see cref="Decide"/>.</summary>
    public abstract void DeclareReads(ReadSet question);

    /// <summary>Names what more must be read, now that what <see cref="DeclareReads"/> named is there: the positions of a reservation, say.</summary>
    public virtual void DeclareDependentReads(ReadSet question, LaneBatch read)
    {
    }

    /// <summary>Appends what follows, if anything, and remembers the answer. Throws without having appended anything when it cannot be decided.</summary>
    /// <returns>False when the answer is a no that rests on memory: it is decided again once everything it asked for was read anew.</returns>
    public abstract ValueTask<bool> Decide(LaneBatch batch, Instant now);

    /// <summary>The events that were appended have their place in the store.</summary>
    /// <param name="sequence">Of the last of them.</param>
    public abstract void Committed(long sequence);

    /// <summary>It cannot be recorded, whatever is tried; its neighbours can.</summary>
    public virtual void Poisoned(Exception cause) => Failure = cause;

    /// <summary>The commit could not be made; the caller may come back.</summary>
    public void Unavailable(LaneUnavailableException failure) => Failure = failure;

    /// <summary>Answers without deciding.</summary>
    public void Fail(Exception failure)
    {
        Failure = failure;
        Answered?.Invoke();
    }
}
