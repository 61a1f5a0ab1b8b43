using Wolverine;
using Wolverine.Postgresql.Transport;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// The hosts over one database are one cluster of Wolverine's: one of them leads, and assigns what one host does at a time. All times of that are here.
/// A host that was killed is noticed after <see cref="StaleAfter"/> and at most one <see cref="Heartbeat"/>; whoever takes its work over hears of it within
/// another second, at which Wolverine looks into the queue between hosts. A host that stops deletes itself, so that only the last two count.
/// </summary>
public static class ClusterSettings
{
    /// <summary>Configuration: <c>false</c> for a host that is started for one command. It joins no cluster, and is assigned nothing. Default <c>true</c>.</summary>
    public const string JoinSetting = "Cluster:Join";

    /// <summary>How often a host says that it is there, and the leader looks whether something is to be assigned: a few small statements each time.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A host is taken for dead when nothing was heard of it for so long: several heartbeats, so that a busy machine is not. It is judged by the clock of whoever
    /// looks and written by the database's, so what their clocks differ by comes off it.
    /// </summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OrphanSweep = TimeSpan.FromSeconds(2);

    public static bool Joins(IConfiguration configuration) => configuration.GetValue(JoinSetting, true);

    public static void JoinCluster(this WolverineOptions options)
    {
        var durability = options.Durability;
        durability.Mode = DurabilityMode.Balanced;
        durability.FirstHealthCheckExecution = Soon;
        durability.HealthCheckPollingTime = Heartbeat;
        durability.StaleNodeTimeout = StaleAfter;
        durability.CheckAssignmentPeriod = Heartbeat; // a start that was lost on its way is repeated after two of these
        durability.LeaderTakeoverHoldEvaluations = 0; // what then starts twice for a moment is guarded in the tables
        durability.NodeAssignmentHealthCheckTracingEnabled = false; // a trace each second, of nothing

        // Messages: those that are due, and those of hosts that are gone.
        durability.ScheduledJobFirstExecution = Soon;
        durability.ScheduledJobPollingTime = Heartbeat;
        durability.FirstNodeReassignmentExecution = Heartbeat;
        durability.NodeReassignmentPollingTime = Heartbeat;
        durability.OrphanedMessageSweepPollingTime = OrphanSweep;
        options.Transports.GetOrCreate<PostgresqlTransport>().EnableQueueNotifications = true; // polling alone hands on a batch every second or so
    }
}
