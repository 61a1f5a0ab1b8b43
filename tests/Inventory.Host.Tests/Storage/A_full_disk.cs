using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Storage;

public sealed class A_full_disk
{
    private const int LinesOfOne = 400;

    [SmallDiskFact]
    public async Task Is_reported_loses_nothing_and_ends_once_there_is_room()
    {
        using var disk = new SmallDisk(megabytes: 256);
        await using var host = await Walks.ServedHost.Start(disk.Directory);
        var batch = 0;
        using (var first = await Send(host, batch))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        // Some still fit into what PostgreSQL has reserved.
        disk.Fill();
        for (var answered = HttpStatusCode.OK; answered == HttpStatusCode.OK;)
        {
            disk.Fill();
            using var answer = await Send(host, ++batch);
            answered = answer.StatusCode;
            Assert.True(answered == HttpStatusCode.OK
                || (answered == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null), $"{answered}");
        }

        disk.MakeRoom();
        for (var again = 0; again <= batch; again++)
        {
            await Waiting.Until(async () =>
            {
                using var answer = await Send(host, again);
                return answer.IsSuccessStatusCode;
            });
        }

        var position = JsonSerializer.Deserialize<JsonElement>(await host.Http.GetStringAsync("/v1/positions/cup/S001"));
        Assert.Equal((batch + 1) * LinesOfOne, position.GetProperty("onHand").GetDecimal());
    }

    private static Task<HttpResponseMessage> Send(Walks.ServedHost host, int batch) => host.Http.PostAsJsonAsync("/v1/movements", new
    {
        source = "wms",
        movements = Enumerable.Range(0, LinesOfOne).Select(line => new
        {
            id = $"{batch}-{line}",
            type = "receipt",
            sku = "cup",
            location = "S001",
            quantity = 1,
            occurredAt = "2026-01-05T09:00:00Z",
            document = new string('d', 100),
        }),
    });
}
