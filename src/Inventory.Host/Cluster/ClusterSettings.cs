using Npgsql;
using RetailSync.Inventory.Host.Configuration;
using Wolverine;
using Wolverine.Postgresql.Transport;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// The hosts over one database are one cluster of Wolverine's: one of them leads, and assigns what one host does at a time. All times of that are here.
/// A host that was killed is noticed after <see cref="StaleAfter"/> and at most one <see cref="Heartbeat"/>; the host that takes over learns that within
/// another second, at which Wolverine looks into the queue between hosts (<see cref="AwakeControlQueue"/>), and begins to look for its messages within
/// another. A host that stops deletes itself, so that only the last three count. One that hangs is as one that was killed, also where it leads
/// (<see cref="FrozenLeader"/>).
/// </summary>
public static class ClusterSettings
{
    /// <summary>
    /// How often a host writes its heartbeat, and the leader checks whether agents are to be assigned: a few small statements each time. With a
    /// second a stop took 2.3 s.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A host is taken for dead after this time without a heartbeat: many heartbeats, so that one on a busy machine is not. Heartbeats are stamped
    /// by the database's clock and compared with the reader's clock: see <see cref="HeartbeatClock"/>.
    /// </summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OrphanSweep = TimeSpan.FromSeconds(2);

    /// <summary>
    /// For connections that keep a lock (the leadership, a sheet that is compared): PostgreSQL ends those of a host that has fallen silent within six
    /// seconds. Of a host that died its machine says so at once, and then also the statement ends that it was at.
    /// </summary>
    public static string EndWithTheirHost(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        connection.Options =
            $"{connection.Options} -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c client_connection_check_interval=500".Trim();
        return connection.ConnectionString;
    }

    public static bool Joins(IConfiguration configuration) => configuration.Read<ClusterOptions>().Join;

    public static void JoinCluster(this WolverineOptions options)
    {
        var durability = options.Durability;
        durability.Mode = DurabilityMode.Balanced;
        durability.FirstHealthCheckExecution = Soon;
        durability.HealthCheckPollingTime = Heartbeat;
        durability.StaleNodeTimeout = StaleAfter;
        durability.StaleNodeEjectionThreshold = 1; // ten heartbeats have been missed by then
        durability.CheckAssignmentPeriod = Second; // a start that was lost on its way is repeated after two of these
        durability.LeaderTakeoverHoldEvaluations = 0; // what then starts twice for a moment is guarded in the tables
        durability.NodeAssignmentHealthCheckTracingEnabled = false; // a trace each second, of nothing

        // Messages: those that are due, and those of hosts that are gone, which Wolverine begins to look for up to a second after the first of these.
        durability.ScheduledJobFirstExecution = TimeSpan.Zero;
        durability.ScheduledJobPollingTime = Heartbeat;
        durability.FirstNodeReassignmentExecution = Second;
        durability.NodeReassignmentPollingTime = Second;
        durability.OrphanedMessageSweepPollingTime = OrphanSweep;
        options.Transports.GetOrCreate<PostgresqlTransport>().EnableQueueNotifications = true; // polling alone hands on a batch every second or so
    }
}
