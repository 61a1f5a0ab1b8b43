using System.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Movements;

public class Recording_movements(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task moves_a_position_and_says_so_only_where_it_is_asked()
    {
        var sku = NewSku();

        var answer = (await host.Post("/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 10, sku), Line("sale", 2, sku) } })).Ok();

        Assert.Equal(2, answer.Number("accepted"));
        Assert.True(answer.Number("sequence") >= 2);
        Assert.Empty(answer.Items("results"));
        Assert.Equal(8, await host.OnHand(sku));
    }
}
