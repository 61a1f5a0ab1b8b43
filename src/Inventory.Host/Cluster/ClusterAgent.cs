using System.Diagnostics.Metrics;
using JasperFx;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// Work that one host of the cluster does at a time: the one that Wolverine's leader assigns it to. For a moment two may do it, where a host that was taken
/// for dead is not; so correctness relies on locks and versions in the tables, and never on the assignment.
/// </summary>
/// <param name="name">Of the work, and the path of its <see cref="Uri"/>.</param>
public abstract class ClusterAgent(string name) : BackgroundService, IAgent
{
    public const string Scheme = "retailsync";

    private static readonly Meter Meter = new("RetailSync.Cluster");
    private static readonly UpDownCounter<int> Running =
        Meter.CreateUpDownCounter<int>("retailsync.cluster.agents", description: "Cluster agents that run on this host; summed over all hosts each is 1");

    private readonly SemaphoreSlim _starting = new(1);

    public Uri Uri { get; } = UriOf(name);

    public AgentStatus Status => IsHere ? AgentStatus.Running : AgentStatus.Stopped;

    /// <summary>Whether this host is the one that does it.</summary>
    public bool IsHere => ExecuteTask is { IsCompleted: false };

    public static Uri UriOf(string name) => new($"{Scheme}:///{name}");

    /// <summary>Wolverine starts an agent again of which it has lost the note that it runs: then one works, not two.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (IsHere)
            {
                await StopAsync(CancellationToken.None);
            }

            await base.StartAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Works until it is assigned elsewhere or the host stops, and can be begun again after that.</summary>
    protected abstract Task Work(CancellationToken stopping);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Running.Add(1, new KeyValuePair<string, object?>("agent", name));
        try
        {
            await Work(stoppingToken);
        }
        finally
        {
            Running.Add(-1, new KeyValuePair<string, object?>("agent", name));
        }
    }
}
