using RetailSync.Inventory.Host.Cluster;

namespace RetailSync.Inventory.Host.Tests.Cluster;

public sealed class An_agent_that_is_restarted
{
    [Fact]
    public async Task Works_once()
    {
        using var agent = new Counting();
        await agent.StartAsync(default);
        await Waiting.Until(() => agent.Begun == 1);
        await agent.StartAsync(default);
        await Waiting.Until(() => agent.Begun == 2);

        Assert.Equal(1, agent.Working);

        await agent.StopAsync(default);
        Assert.Equal(0, agent.Working);
        Assert.False(agent.IsHere);
    }

    private sealed class Counting() : ClusterAgent("counting")
    {
        private int _begun;
        private int _working;

        public int Begun => _begun;

        public int Working => _working;

        protected override async Task Work(CancellationToken stopping)
        {
            Interlocked.Increment(ref _begun);
            Interlocked.Increment(ref _working);
            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _working);
        }
    }
}
