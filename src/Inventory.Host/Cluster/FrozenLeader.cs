using JasperFx.Core;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// A leader that hangs would hold its lock for ever, since its machine keeps the connection alive. It asks over that connection with each heartbeat
/// whether it still has the lock; one that has not asked for <see cref="ClusterSettings.StaleAfter"/> loses the connection, and with it the lead. Every host
/// looks. When it resumes it finds that it has lost the lock, and follows.
/// </summary>
internal sealed class FrozenLeader(
    [FromKeyedServices(ConnectionPools.Cluster)] NpgsqlDataSource database, TimeProvider time, ILogger<FrozenLeader> log) : BackgroundService
{
    /// <summary>Wolverine's name of the lock. Parameters: the lock, the time.</summary>
    private const string End =
        """
        select pg_terminate_backend(held.pid) from pg_locks as held join pg_stat_activity as session on session.pid = held.pid
        where held.locktype = 'advisory' and held.granted and held.objsubid = 1
          and held.database = (select oid from pg_database where datname = current_database())
          and (held.classid::bigint << 32 | held.objid::bigint) = $1 and session.state_change < clock_timestamp() - $2
        """;

    private static readonly long Lock = InventorySchema.Name.GetDeterministicHashCode();

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var command = database.CreateCommand(End);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Lock });
                command.Parameters.Add(new NpgsqlParameter { Value = ClusterSettings.StaleAfter, NpgsqlDbType = NpgsqlDbType.Interval });
                if (await command.ExecuteScalarAsync(stoppingToken) is true)
                {
                    log.LogWarning("The leader has not looked at its lock for {Seconds} s: its connection is ended, so that another leads",
                        ClusterSettings.StaleAfter.TotalSeconds);
                }
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogDebug(away, "Whether the leader hangs could not be checked");
            }
        }
    }
}
