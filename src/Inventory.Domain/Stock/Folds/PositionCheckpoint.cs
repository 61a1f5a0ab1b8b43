using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>
/// A position after the first events of its stream, so that a question about the past need not begin at the first of them; and what it
/// takes to see where it may be used. Its own events are those after the checkpoint before it.
/// </summary>
/// <remarks>Instants are whole microseconds, as PostgreSQL keeps them, rounded to the side on which a checkpoint is used less.</remarks>
public sealed record PositionCheckpoint
{
    /// <summary>The least number of events from one checkpoint to the next.</summary>
    public const int Events = 16;

    /// <summary>Where a stream begins.</summary>
    public static readonly PositionCheckpoint Beginning = new();

    /// <summary>The fold of all of its events.</summary>
    public StockPosition Position { get; init; } = StockPosition.Empty;

    /// <summary>
    /// What the clock may still end, by the text of the <see cref="Reservations.ReservationKey"/>; by the id alone where nothing says whose it is. Of supply
    /// that is kept, the document follows after a line break.
    /// </summary>
    public ImmutableDictionary<string, OpenHold> Holds { get; init; } = ImmutableDictionary.Create<string, OpenHold>(StringComparer.Ordinal);

    /// <summary>The version of the checkpoint before.</summary>
    public long After { get; init; }

    /// <summary>By then all events up to here had been recorded: what was known then, or later, can be folded from here.</summary>
    public Instant RecordedUntil { get; init; } = Instant.MinValue;

    /// <summary>
    /// By then all facts up to here had occurred. What is known now of that instant, or a later one, can be folded from here unless something later
    /// <see cref="IsOvertakenBy"/> it.
    /// </summary>
    public Instant OccurredUntil { get; init; } = Instant.MinValue;

    /// <summary>Before that, none of its own events had been recorded: who asks what was known earlier can leave them out.</summary>
    public Instant RecordedFrom { get; init; } = Instant.MaxValue;

    /// <summary>
    /// Before that, none of its own facts counts, and who asks what is known now of an earlier instant can leave them out; since ever when one of them
    /// corrects, which counts at the instant of what it corrects.
    /// </summary>
    public Instant CountsFrom { get; init; } = Instant.MaxValue;

    /// <summary>How many events it rests on.</summary>
    public long Version => Position.Version;

    /// <summary>
    /// Where the next one is due. Holds are kept in full, so a position with many of them has its checkpoints as many events apart: they take
    /// no more room, and no more work, than the events themselves.
    /// </summary>
    public long Next => Version + (Events * Math.Max(1, (Holds.Count + Events - 1) / Events));

    /// <summary>
    /// A fact that was recorded after it and belongs before the last of its facts, or changes one of them: what is known now can no longer be
    /// folded from here. Facts of one instant go by arrival, so one of the very instant comes after them; only parts of a count add up with those before.
    /// </summary>
    /// <param name="corrected">The version of what it corrects; null when it corrects nothing.</param>
    public bool IsOvertakenBy(StockFact later, long? corrected) => corrected is { } version ? version <= Version
        : later.OccurredAt < OccurredUntil || (later is StockCounted { Part: true } && later.OccurredAt == OccurredUntil);
}
