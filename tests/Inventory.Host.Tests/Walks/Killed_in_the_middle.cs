using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Inventory.Projections.Reservations;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>A host in a process of its own, which is killed as <c>kill -9</c> does while it commits baskets.</summary>
public sealed class Killed_in_the_middle : IAsyncLifetime
{
    private static readonly string[] Skus = ["cup", "plate", "spoon"];

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(5) };
    private TestDatabase _database = null!;
    private Process? _host;
    private string _url = "";

    public async Task InitializeAsync() => _database = await PostgresForTests.CreateDatabase();

    public async Task DisposeAsync()
    {
        Kill();
        _client.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_answered_hold_is_there_and_none_is_half_there()
    {
        await Start();
        Assert.Equal(200, (await Send(HttpMethod.Put, "/v1/channels/web", new { adapter = "none" })).Status);
        var lines = Skus.Select(sku => new { id = sku, type = "receipt", sku, location = "S001", quantity = 100_000, occurredAt = "2026-01-05T09:00:00Z" });
        Assert.Equal(200, (await Send(HttpMethod.Post, "/v1/movements", new { source = "wms", movements = lines })).Status);

        var asked = new ConcurrentBag<string>();
        var answered = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(client => HoldUntilItFails(client, asked, answered)));
        Assert.True(answered.Count >= 100);

        await Start();
        foreach (var id in asked)
        {
            var (status, body) = await Send(HttpMethod.Get, $"/v1/reservations/{id}", null);
            Assert.True(status == 200 || (status == 404 && !answered.Contains(id)), $"{id} {status}");
            if (status == 200)
            {
                Assert.Equal(Skus, body.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("sku").GetString()));
                Assert.Equal(3, await Sql("select count(*) from inventory.mt_events where type = 'stock_reserved' and data->>'reservation' = $1", id));
            }
        }

        Assert.Equal(0, await Sql($"select count(*) from ({ReservationTable.SelectMismatches}) as differ"));
        Assert.Equal(0, await Sql("select count(*) from inventory.position p where reserved <> (select count(*) from inventory.reservation)"));
    }

    private async Task HoldUntilItFails(int client, ConcurrentBag<string> asked, ConcurrentBag<string> answered)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var id = $"{client}-{number}";
                asked.Add(id);
                var (status, _) = await Send(
                    HttpMethod.Post, "/v1/reservations", new { id, channel = "web", lines = Skus.Select(sku => new { sku, quantity = 1 }) });
                Assert.Equal(201, status);
                answered.Add(id);
                if (answered.Count == 100)
                {
                    Kill();
                }
            }
        }
        catch (HttpRequestException)
        {
            // It was killed: this one was not answered.
        }
    }

    private async Task Start()
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        string[] arguments = ["exec", Path.Combine(AppContext.BaseDirectory, "RetailSync.dll"), "serve", "--urls",
            "http://127.0.0.1:0", "--Serilog:MinimumLevel:Default=Warning"];
        var start = new ProcessStartInfo(dotnet, arguments) { RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__RetailSync"] = _database.ConnectionString;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        _host = Process.Start(start)!;
        var ready = await _host.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host did not start; see the lines above.");
        _url = ready["ready ".Length..];
    }

    private void Kill()
    {
        _host?.Kill();
        _host?.WaitForExit();
    }

    private async Task<(int Status, JsonElement Body)> Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, _url + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        using var answer = await _client.SendAsync(request);
        return ((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    private async Task<long> Sql(string sql, params object[] parameters) => (long)(await _database.Sql(sql, parameters))!;
}
