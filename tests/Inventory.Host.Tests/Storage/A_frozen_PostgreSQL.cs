using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>Every process of PostgreSQL is stopped: it takes questions and gives no answers.</summary>
public sealed class A_frozen_PostgreSQL
{
    /// <summary>Longer than any of the limits on a busy machine, and shorter than a statement's or a connection's own.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);

    private const int Callers = 16;

    [Fact]
    public async Task Delays_nobody_for_long_and_loses_nothing()
    {
        await using var host = await Walks.ServedHost.Start("--Availability:LastKnownSeconds=8");
        await Put(host, "/v1/channels/web", new { adapter = "none" });
        Assert.Equal(HttpStatusCode.OK, (await Send(host, Movement("before", 10))).StatusCode);
        await Waiting.Until(async () => (await Ask(host)).Headers.Age is null && await Quantity(await Ask(host)) == 10);

        host.FreezePostgres();
        try
        {
            var (movement, hold) = (Send(host, Movement("during", 5)), Send(host, Hold));

            // As it was last known, with its age, and later not at all.
            HttpResponseMessage old;
            do
            {
                old = await Ask(host);
                Assert.Equal(10, await Quantity(old));
            }
            while (old.Headers.Age is null);
            var body = await Body(old);
            Assert.True(XmlConvert.ToTimeSpan(body.GetProperty("sourceAge").GetString()!) > old.Headers.Age - TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Get(host, "/health/ready")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await Get(host, "/health/live")).StatusCode);

            // Every question has an answer, also those that are asked or written just when the database is given up.
            await Task.WhenAll(Enumerable.Range(0, Callers)
                .Select(_ => Waiting.Until(async () => (await Ask(host)).StatusCode == HttpStatusCode.ServiceUnavailable)));
            foreach (var answer in new[] { await Ask(host), await movement, await hold, await Send(host, Movement("during", 5)),
                await Get(host, "/v1/positions/cup/S001") })
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Assert.NotNull(answer.Headers.RetryAfter);
                Assert.Equal("unavailable", (await Body(answer)).GetProperty("code").GetString());
            }
        }
        finally
        {
            host.ThawPostgres();
        }

        // The same again is safe, whatever became of it the first time.
        await Waiting.Until(async () => (await Send(host, Movement("during", 5))).IsSuccessStatusCode && (await Send(host, Hold)).IsSuccessStatusCode);
        await Waiting.Until(async () => (await Get(host, "/health/ready")).IsSuccessStatusCode && (await Ask(host)).Headers.Age is null);
        var position = await Body(await Get(host, "/v1/positions/cup/S001"));
        Assert.Equal((15, 1), (position.GetProperty("onHand").GetDecimal(), position.GetProperty("reserved").GetDecimal()));
        Assert.Equal(14, await Quantity(await Ask(host)));
    }

    private static (string Path, object Body) Hold =>
        ("/v1/reservations", new { id = "order-1", channel = "web", lines = new[] { new { sku = "cup", quantity = 1 } } });

    private static (string Path, object Body) Movement(string id, int quantity) => ("/v1/movements", new
    {
        source = "wms",
        movements = new[] { new { id, type = "receipt", sku = "cup", location = "S001", quantity, occurredAt = "2026-01-05T09:00:00Z" } },
    });

    private static Task<HttpResponseMessage> Ask(Walks.ServedHost host) => Get(host, "/v1/availability/cup?channel=web");

    private static async Task<decimal> Quantity(HttpResponseMessage answer) => (await Body(answer)).GetProperty("quantity").GetDecimal();

    private static async Task<JsonElement> Body(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    private static Task<HttpResponseMessage> Get(Walks.ServedHost host, string path) => Answered(host, host.Http.GetAsync(path));

    private static Task<HttpResponseMessage> Send(Walks.ServedHost host, (string Path, object Body) call) =>
        Answered(host, host.Http.PostAsJsonAsync(call.Path, call.Body));

    private static async Task<HttpResponseMessage> Answered(Walks.ServedHost host, Task<HttpResponseMessage> call)
    {
        try
        {
            return await call.WaitAsync(Limit);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
        {
            throw new InvalidOperationException($"No answer; the host {(host.HasExited ? "has ended" : "runs")} and said last: {host.LastSaid}", failure);
        }
    }

    private static async Task Put(Walks.ServedHost host, string path, object body) =>
        Assert.True((await host.Http.PutAsJsonAsync(path, body)).IsSuccessStatusCode);
}
