using NodaTime;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>The bounds of the lanes; section <c>Lanes</c> of the configuration.</summary>
[Section("Lanes")]
public sealed class LaneOptions
{
    /// <summary>Lanes, each with a connection of its own while it commits. More than cores, since some wait for the disk.</summary>
    [Setting("lanes", 1, 1_000)]
    public int Count { get; init; } = 4;

    /// <summary>Commands that may wait in one lane; the next call is answered 429.</summary>
    [Setting("commands", 1, 10_000_000)]
    public int QueueLength { get; init; } = 20_000;

    /// <summary>Commands that share a commit at the most.</summary>
    [Setting("commands", 1, 100_000)]
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Positions that all lanes together keep in memory, at about a kilobyte each.</summary>
    [Setting("positions", 0, 100_000_000)]
    public int CachedPositions { get; init; } = 200_000;

    /// <summary>Batches that look movement ids up first after one was met that had been recorded before; see <see cref="Lane"/>.</summary>
    [Setting("batches", 0, 1_000_000)]
    public int LookUpsAfterRepeat { get; init; } = 100;

    /// <summary>
    /// Batches of a lane that lock their positions before they decide, after one lost a race against another host. Counted anew whenever one of them finds that
    /// another host has written its positions meanwhile, so that hosts which write the same positions wait for each other in turn, and a host that is alone is
    /// optimistic again.
    /// </summary>
    [Setting("batches", 0, 1_000_000)]
    public int LocksAfterRace { get; init; } = 20;

    /// <summary>How often a batch that lost a race is decided again before its callers are told to come back.</summary>
    [Setting("attempts", 1, 1_000_000)]
    public int RaceAttempts { get; init; } = 50;

    /// <summary>The pause before a batch that lost a race is decided again.</summary>
    [Setting(min: 0, max: 60_000)]
    public Duration RacePause { get; init; } = Duration.FromMilliseconds(1);

    /// <summary>The pause before a database that is away is tried again.</summary>
    [Setting(min: 1, max: 60_000)]
    public Duration AwayPause { get; init; } = Duration.FromMilliseconds(20);

    /// <summary>How long a batch waits for a database that is away before its callers are told to come back.</summary>
    [Setting(min: 1, max: 3_600_000)]
    public Duration Patience { get; init; } = Duration.FromSeconds(5);

    /// <summary>
    /// How long a caller waits for its answer before it is told to come back: longer than a full queue takes. What it asked for may be committed
    /// later all the same, and is known by its id when it comes back. Nothing is tried again once its batch has had it for so long.
    /// </summary>
    [Setting(min: 1, max: 3_600_000)]
    public Duration AnswerWithin { get; init; } = Duration.FromSeconds(15);

    /// <summary>
    /// How long a batch may take before the host says that it is not ready: longer than statements that time out and what is tried after them.
    /// </summary>
    [Setting(min: 1, max: 86_400_000)]
    public Duration StandsStillAfter { get; init; } = Duration.FromMinutes(2);
}
