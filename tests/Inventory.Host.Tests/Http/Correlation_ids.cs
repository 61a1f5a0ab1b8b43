using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Http;

public class Correlation_ids(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("reconciliation/0a1b/1")]
    [InlineData("Reconciliation/0A1B/1")]
    [InlineData(" reconciliation/file/counts.csv ")]
    [InlineData("expiry-01939d6e00007000800000000000aaaa")]
    [InlineData("channel/web/1001")]
    [InlineData("product/anything")]
    public async Task One_in_the_products_own_form_is_replaced(string sent)
    {
        var sku = NewSku();
        var answer = await host.Post(
            "/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 1, sku) } }, headers: ("X-Correlation-Id", sent));

        answer.Ok();
        Assert.Matches("^[0-9a-f]{32}$", answer.Headers["X-Correlation-Id"]);
        Assert.Equal(answer.Headers["X-Correlation-Id"], (await host.Events(sku))[0].Text("correlationId"));
        Assert.DoesNotContain(sent.Trim(), (await host.Get("/v1/availability/x?channel=none", headers: ("X-Correlation-Id", sent))).Headers["X-Correlation-Id"],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reconciliations/1")]
    [InlineData("channel-7")]
    [InlineData("order/reconciliation/1")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task One_in_another_form_is_kept(string sent) =>
        Assert.Equal(sent, (await host.Get("/v1/locations", headers: ("X-Correlation-Id", sent))).Headers["X-Correlation-Id"]);
}
