using System.Collections.Concurrent;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Detection;
using RetailSync.Inventory.Host.Publications.Ledger;
using Wolverine.Runtime;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host;

/// <summary>
/// What the cluster does, and where: one that follows stock, one that writes the chain, and a publisher for each channel. What runs stays where it
/// is, so a host that joins or leaves moves nothing of the others; what runs nowhere goes to the host that has least. Asked by Wolverine's leader
/// with each heartbeat.
/// </summary>
public sealed class ClusterAgents(
    AvailabilityChangeDetector follower, HashChainWriter chain, RegisteredChannels channels, IServiceProvider services) : IStaticAgentFamily
{
    private readonly ClusterAgent[] _single = [follower, chain];

    /// <summary>One for each channel: what is built again is what was built before.</summary>
    private readonly ConcurrentDictionary<Uri, ClusterAgent> _publishers = new();

    public string Scheme => ClusterAgent.Scheme;

    public async ValueTask<IReadOnlyList<Uri>> AllKnownAgentsAsync() =>
    [
        .. _single.Select(agent => agent.Uri),
        .. from channel in await channels.Read(CancellationToken.None) where channel.Adapter != Adapters.None select ChannelPublisher.UriOf(channel),
    ];

    /// <summary>By these the leader knows a host that can do any of it: one of an older build says nothing of them.</summary>
    public ValueTask<IReadOnlyList<Uri>> SupportedAgentsAsync() => new([.. _single.Select(agent => agent.Uri)]);

    public ValueTask<IAgent> BuildAgentAsync(Uri uri, IWolverineRuntime wolverineRuntime) =>
        new(Array.Find(_single, agent => agent.Uri == uri) ?? _publishers.GetOrAdd(uri, Publisher, wolverineRuntime));

    private ClusterAgent Publisher(Uri uri, IWolverineRuntime runtime) =>
        ActivatorUtilities.CreateInstance<ChannelPublisher>(services, runtime, ChannelPublisher.ChannelOf(uri));

    public async ValueTask EvaluateAssignmentsAsync(AssignmentGrid assignments) => Assign(assignments, (await AllKnownAgentsAsync()).ToHashSet());

    internal static void Assign(AssignmentGrid assignments, IReadOnlySet<Uri> known)
    {
        var able = assignments.Nodes.Where(node => node.Capabilities.Any(capability => capability.Scheme == ClusterAgent.Scheme)).ToList();
        foreach (var agent in assignments.AgentsForScheme(ClusterAgent.Scheme))
        {
            if (!known.Contains(agent.Uri))
            {
                agent.Detach();
            }
            else if (agent is { AssignedNode: null, IsPaused: false })
            {
                able.MinBy(node => (node.ForScheme(ClusterAgent.Scheme).Count(), node.AssignedId))?.Assign(agent);
            }
        }
    }
}
