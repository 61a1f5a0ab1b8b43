using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Walks;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Operations;

/// <summary>A paused terminal, <c>less</c>, or a log driver that is blocked: the pipe is full and stays so.</summary>
public sealed class Standard_error_that_nobody_reads
{
    private const int Batches = 140;
    private const int LinesOfOne = 400;
    private const int SkuLength = 120;

    /// <summary>What the kernel keeps of a pipe.</summary>
    private const int PipeLength = 65_536;

    [Fact]
    public async Task Delays_no_movement_and_no_stop_of_a_host()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await HostProcess.StartWithErrorUnread(database.ConnectionString);
        for (var batch = 0; batch < Batches; batch++)
        {
            using var answer = await host.Http.PostAsync("/v1/movements", Batch(batch));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(LinesOfOne, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32());
        }

        // The log has a line for each batch, which names its source and three SKUs, so the pipe has been full for a while.
        Assert.True(Batches * (Source(0).Length + (3 * SkuLength)) > PipeLength);
        Assert.Contains("retailsync_log_dropped_total", await host.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, await host.Stop());
    }

    private static string Source(int batch) => string.Create(CultureInfo.InvariantCulture, $"{batch:000}").PadRight(128, 'x');

    private static JsonContent Batch(int batch) => JsonContent.Create(new
    {
        source = Source(batch),
        movements = Enumerable.Range(0, LinesOfOne).Select(line => new
        {
            id = $"{line}",
            type = "receipt",
            sku = $"{line % 10}".PadRight(SkuLength, 'y'),
            location = "S001",
            quantity = 1,
            occurredAt = "2026-01-05T09:00:00Z",
        }),
    });
}
