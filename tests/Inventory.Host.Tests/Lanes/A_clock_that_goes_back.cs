using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Lanes;

/// <summary>By an hour, between two facts about one position.</summary>
public sealed class A_clock_that_goes_back : IAsyncLifetime
{
    private readonly RunningHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_event_is_stamped_before_the_newest_recorded_one(bool afterARestart)
    {
        var sku = NewSku();
        await _host.RecordAccepted(Line("receipt", 5, sku));
        _host.Clock.Reset(RunningHost.Now - Duration.FromHours(1));
        if (afterARestart)
        {
            await _host.Restart();
        }

        await _host.RecordAccepted(Line("sale", 1, sku));
        await _host.RecordAccepted(Line("sale", 1, sku));

        var recorded = (await _host.Events(sku)).Select(happened => happened.GetProperty("recordedAt").GetString()).ToList();
        Assert.Equal(3, recorded.Count);
        Assert.Equal(recorded.Order(StringComparer.Ordinal), recorded);
    }
}
