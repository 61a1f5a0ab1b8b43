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

    /// <summary>The length of a lane's queue, in commands; a call beyond it is answered 429.</summary>
    [Setting("commands", 1, 10_000_000)]
    public int QueueLength { get; init; } = 20_000;

    /// <summary>The most commands that share a commit.</summary>
    [Setting("commands", 1, 100_000)]
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Positions that all lanes together keep in memory, at about a kilobyte each.</summary>
    [Setting("positions", 0, 100_000_000)]
    public int CachedPositions { get; init; } = 200_000;

    /// <summary>Batches that look movement ids up first after one was met that had been recorded before; see <see cref="Lane"/>.</summary>
    [Setting("batches", 0, 1_000_000)]
    public int LookUpsAfterRepeat { get; init; } = 100;

    /// <summary>
    /// Batches of a lane that lock their positions before they decide, after one lost a race against another host. The count restarts whenever one of them
    /// finds that another host has written its positions meanwhile, so that hosts which write the same positions wait for each other's locks, and a host
    /// without competitors returns to optimistic concurrency.
    /// </summary>
    [Setting("batches", 0, 1_000_000)]
    public int LocksAfterRace { get; init; } = 20;

    /// <summary>How often a batch that lost a race is retried before its callers are answered 503.</summary>
    [Setting("attempts", 1, 1_000_000)]
    public int RaceAttempts { get; init; } = 50;

    /// <summary>The pause before a batch that lost a race is retried.</summary>
    [Setting(min: 0, max: 60_000)]
    public Duration RacePause { get; init; } = Duration.FromMilliseconds(1);

    /// <summary>The pause before an unavailable database is retried.</summary>
    [Setting(min: 1, max: 60_000)]
    public Duration AwayPause { get; init; } = Duration.FromMilliseconds(20);

    /// <summary>How long a batch waits for an unavailable database before its callers are answered 503.</summary>
    [Setting(min: 1, max: 3_600_000)]
    public Duration Patience { get; init; } = Duration.FromSeconds(5);

    /// <summary>
    /// The timeout of a caller, which is then answered 503: longer than a full queue takes. Its command may still be committed later, and a retry is recognised
    /// by its id. A batch is not retried once it has taken this long.
    /// </summary>
    [Setting(min: 1, max: 3_600_000)]
    public Duration AnswerWithin { get; init; } = Duration.FromSeconds(15);

    /// <summary>
    /// How long a batch may take before the host reports that it is not ready: longer than statement timeouts and the retries after them.
    /// </summary>
    [Setting(min: 1, max: 86_400_000)]
    public Duration StandsStillAfter { get; init; } = Duration.FromMinutes(2);
}
