using Npgsql;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Publications.Delivery;

namespace RetailSync.Inventory.Host.Tests.Publications;

public class A_call_budget(PublishingHost host) : IClassFixture<PublishingHost>
{
    private static readonly CallRate OneInAWhile = new(0.01m, 1);

    [Fact]
    public async Task Is_shared_by_all_hosts_and_separate_for_each_channel()
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var (here, there) = (new CallBudget(database), new CallBudget(database));

        Assert.Equal(Duration.Zero, await here.Take("shared", OneInAWhile, default));
        Assert.True(await there.Take("shared", OneInAWhile, default) > Duration.FromSeconds(1));
        Assert.Equal(Duration.Zero, await there.Take("another", OneInAWhile, default));
    }

    [Fact]
    public async Task Limits_concurrent_calls()
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var budget = new CallBudget(database);
        var rate = OneInAWhile with { Burst = 3 };
        var taken = new List<bool>();
        for (var call = 0; call < 5; call++)
        {
            taken.Add(await budget.Take("bursting", rate, default) == Duration.Zero);
        }

        Assert.Equal([true, true, true, false, false], taken);
    }
}
