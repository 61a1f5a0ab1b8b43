using System.Diagnostics.Metrics;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>What the lanes do, as the meter <see cref="Name"/>.</summary>
public static class LaneMetrics
{
    public const string Name = "RetailSync.Lanes";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Commands = Meter.CreateCounter<long>("retailsync.lane.commands", description: "Commands answered");
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("retailsync.lane.events", description: "Events committed");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "retailsync.lane.batch", "s", "From the first read of a batch to its commit");

    internal static readonly Counter<long> Races = Meter.CreateCounter<long>(
        "retailsync.lane.races", description: "Batches decided again because another host was first");
    internal static readonly Counter<long> Splits = Meter.CreateCounter<long>(
        "retailsync.lane.splits", description: "Batches split to isolate a command that cannot be stored");
    internal static readonly Counter<long> Full = Meter.CreateCounter<long>("retailsync.lane.full", description: "Calls turned away because a lane was full");

    internal static void Committed(int commands, int events, TimeSpan duration)
    {
        Commands.Add(commands);
        Events.Add(events);
        Duration.Record(duration.TotalSeconds);
    }
}

/// <param name="Waiting">Commands that wait, those included that are about to be queued.</param>
/// <param name="Commits">Batches since the host started.</param>
/// <param name="Took">All of them together, from their first read to their commit.</param>
/// <param name="IsStalled"><see cref="Lane.IsStalled"/></param>
public readonly record struct LaneFigures(int Waiting, long Commits, TimeSpan Took, bool IsStalled);
