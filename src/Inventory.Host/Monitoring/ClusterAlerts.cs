using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// Alerts on cluster agents that run on no host: there is no leader, the assignment was lost, or an operator has paused them. Every host may find it, and
/// one that has looked only for a short time leaves what others have raised as it is.
/// </summary>
public sealed class ClusterAlerts(
    [FromKeyedServices(ConnectionPools.Cluster)] NpgsqlDataSource database, IEnumerable<IAgentFamily> families, IWolverineRuntime runtime)
{
    /// <summary>Twice as long as a failover takes.</summary>
    public static readonly Duration RaisedAfter = Duration.FromTimeSpan(3 * ClusterSettings.StaleAfter);

    /// <summary>By hosts that are alive. Parameter: after which time without a heartbeat a host is not.</summary>
    private const string Assigned =
        $"""
         select assigned.id from {InventorySchema.Name}.wolverine_node_assignments as assigned
         join {InventorySchema.Name}.wolverine_nodes as host on host.id = assigned.node_id
         where assigned.id like '{ClusterAgent.Scheme}:%' and host.health_check > now() - $1
         """;

    private readonly IAgentFamily _agents = families.Single(family => family.Scheme == ClusterAgent.Scheme);
    private volatile IReadOnlyDictionary<Uri, Instant> _firstSeen = new Dictionary<Uri, Instant>();

    /// <param name="at">The instant of the look.</param>
    public async Task Update(Instant at, CancellationToken cancellation)
    {
        if (runtime.Options.Durability.Mode != DurabilityMode.Balanced)
        {
            return; // in no cluster
        }

        var known = _firstSeen;
        var assigned = await Read(cancellation);
        var missing = (await _agents.AllKnownAgentsAsync()).Where(agent => !assigned.Contains(agent))
            .ToDictionary(agent => agent, agent => known.GetValueOrDefault(agent, at));
        _firstSeen = missing;
        var findings = missing.Where(agent => at - agent.Value >= RaisedAfter).Select(agent => Of(agent.Key)).ToList();
        await using var batch = database.CreateBatch();
        if (findings.Count > 0)
        {
            batch.BatchCommands.Add(AlertTable.RaiseWith(findings, at));
        }

        batch.BatchCommands.Add(AlertTable.ResolveAllBut(AlertKind.WorkNotAssigned, [.. missing.Keys.Select(Subject)], at));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<HashSet<Uri>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Assigned);
        command.Parameters.Add(new NpgsqlParameter { Value = ClusterSettings.StaleAfter, NpgsqlDbType = NpgsqlDbType.Interval });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var assigned = new HashSet<Uri>();
        while (await reader.ReadAsync(cancellation))
        {
            assigned.Add(new Uri(reader.GetString(0)));
        }

        return assigned;
    }

    private static string Subject(Uri agent) => agent.AbsolutePath[1..];

    private static Finding Of(Uri agent) => new(
        AlertKind.WorkNotAssigned, Subject(agent), $"No host does '{Subject(agent)}', which one of them should be assigned.",
        Channel: ChannelPublisher.IsPublisher(agent) ? ChannelPublisher.ChannelOf(agent) : null);
}
