using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Http;

public sealed class HEAD_requests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Have_the_headers_of_GET_and_no_body()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 1, sku));
        foreach (var path in new[] { $"/v1/positions/{sku}/S001", $"/v1/availability/{sku}?channel=web", "/v1/positions", "/health/live" })
        {
            var (get, head) = (await host.Get(path), await host.Send(HttpMethod.Head, path));

            Assert.Equal((get.Status, get.MediaType, ""), (head.Status, head.MediaType, head.Text));
            Assert.Equal(get.Headers.GetValueOrDefault("ETag"), head.Headers.GetValueOrDefault("ETag"));
        }

        Assert.Equal((404, ""), await Head("/v1/positions/nothing/S001"));
        Assert.Equal((401, ""), await Head("/v1/positions", key: null));
        Assert.Equal((405, ""), await Head("/v1/reservations/nothing/confirm"));
    }

    private async Task<(int, string)> Head(string path, string? key = "dev-admin") =>
        await host.Send(HttpMethod.Head, path, key: key) is var answer ? (answer.Status, answer.Text) : default;
}
