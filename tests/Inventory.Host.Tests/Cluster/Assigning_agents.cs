using RetailSync.Inventory.Host.Cluster;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host.Tests.Cluster;

/// <summary>Which host does what, as the leader decides it with each heartbeat.</summary>
public sealed class Assigning_agents
{
    private static readonly Uri[] Work = [.. new[] { "stock-follower", "chain-writer", "publisher/app", "publisher/web" }.Select(ClusterAgent.UriOf)];

    [Fact]
    public void An_agent_goes_to_the_host_with_the_fewest()
    {
        var (first, second) = (Node(1), Node(2, Work[0]));

        var after = Assigned(Work, first, second);

        Assert.Equal([2, 1, 1, 2], Work.Select(work => after[work]));
    }

    [Fact]
    public void A_joining_host_moves_no_agent()
    {
        var after = Assigned(Work, Node(1, Work), Node(2));

        Assert.All(Work, work => Assert.Equal(1, after[work]));
    }

    [Fact]
    public void Only_agents_of_a_host_that_left_move()
    {
        var after = Assigned(Work, Node(2, Work[0], Work[1]), Node(3));

        Assert.Equal([2, 2, 3, 3], Work.Select(work => after[work]));
    }

    [Fact]
    public void Agents_that_no_longer_exist_are_stopped()
    {
        var after = Assigned(Work[..3], Node(1, Work));

        Assert.Null(after[Work[3]]);
        Assert.Equal(1, after[Work[2]]);
    }

    [Fact]
    public void A_host_whose_build_lacks_an_agent_is_left_out()
    {
        var older = new WolverineNode { AssignedNodeNumber = 1, NodeId = Guid.NewGuid() };

        var after = Assigned(Work, older, Node(2));

        Assert.All(Work, work => Assert.Equal(2, after[work]));
        Assert.All(Assigned(Work, older).Values, Assert.Null);
    }

    private static WolverineNode Node(int number, params Uri[] works)
    {
        var node = new WolverineNode { AssignedNodeNumber = number, NodeId = Guid.NewGuid() };
        node.Capabilities.AddRange(Work[..2]);
        node.AssignAgents(works);
        return node;
    }

    /// <summary>The number of the host that does each work afterwards.</summary>
    private static Dictionary<Uri, int?> Assigned(IReadOnlyList<Uri> known, params WolverineNode[] nodes)
    {
        var grid = new AssignmentGrid().WithAgents([.. known]);
        foreach (var node in nodes)
        {
            grid.WithNode(node);
        }

        ClusterAgents.Assign(grid, known.ToHashSet());
        return grid.AllAgents.ToDictionary(agent => agent.Uri, agent => agent.AssignedNode?.AssignedId);
    }
}
