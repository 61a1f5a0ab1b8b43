namespace RetailSync.Benchmarks;

/// <summary>Host processes on one database with stock at every position of a load and the load's channel.</summary>
internal sealed class SeveralHosts : IAsyncDisposable
{
    private readonly FreshDatabase _database;
    private readonly List<HostProcess> _hosts = [];

    private SeveralHosts(FreshDatabase database) => _database = database;

    public IReadOnlyList<HostProcess> Hosts => _hosts;

    public static async Task<SeveralHosts> Start(Conditions conditions, EvenLoad load, int hosts)
    {
        SeveralHosts started;
        await using (var product = await Product.Start(conditions, load))
        {
            await product.RegisterChannel();
            started = new SeveralHosts(await product.StopAndKeep());
        }

        for (var host = 0; host < hosts; host++)
        {
            started._hosts.Add(await HostProcess.StartCompiled(started._database));
        }

        return started;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _database.DisposeAsync();
    }
}
