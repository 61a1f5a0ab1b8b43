using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using RetailSync.Inventory.Host.Tests.Walks;
using RetailSync.Testing;
using Waits = RetailSync.Inventory.Host.Tests.Waiting;

namespace RetailSync.Inventory.Host.Tests.Audit.Repair;

/// <summary>
/// Two processes on one database whose rows are all wrong. The one that rebuilds is killed when most are right; the other one answers all the while, and
/// finishes what the first was asked for.
/// </summary>
public sealed class A_rebuild_that_is_killed : IAsyncLifetime
{
    private const int Skus = 2_500;
    private const int RowsOfOneCommit = 1_000;
    private const string First = "sku-0000";
    private const string Last = "sku-2499";

    private TestDatabase? _database;

    public async Task InitializeAsync() => _database = await PostgresForTests.CreateDatabase();

    public Task DisposeAsync() => _database!.DisposeAsync().AsTask();

    [Fact]
    public async Task Leaves_each_position_old_or_right_and_another_host_finishes()
    {
        await using var rebuilding = await HostProcess.Start(_database!.ConnectionString);
        await Receive5OfEach(rebuilding.Http);
        await _database!.Sql("update inventory.position set on_hand = 99");
        await using var other = await HostProcess.Start(_database.ConnectionString);
        var events = await _database!.Sql("select count(*) from inventory.mt_events");

        // A transaction locks the last position, so the rebuild waits before its last commit.
        await using var busy = new NpgsqlConnection(_database.ConnectionString);
        await busy.OpenAsync();
        await using (var locked = new NpgsqlCommand($"begin; select from inventory.position where sku = '{Last}' for update", busy))
        {
            await locked.ExecuteNonQueryAsync();
        }

        using var ask = new HttpRequestMessage(HttpMethod.Post, "/v1/audit/rebuild") { Headers = { { "Prefer", "respond-async" } } };
        using var asked = await rebuilding.Http.SendAsync(ask);
        await Waits.Until(async () => await Wrong() == Skus - (2 * RowsOfOneCommit));
        await Waits.Until(async () => await OnHand(other, First) == 5);
        Assert.Equal((Skus, 99), (await PositionsSeen(other), await OnHand(other, Last)));

        await rebuilding.Kill();

        // What it was about to write goes with its connection.
        await _database!.Sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        Assert.Equal((Skus, 5, 99, (long)Skus - (2 * RowsOfOneCommit)),
            (await PositionsSeen(other), await OnHand(other, First), await OnHand(other, Last), await Wrong()));

        await busy.CloseAsync();
        await Waits.Until(async () => (await Run()).Text("state") == "done");
        Assert.Equal(Skus - (2 * RowsOfOneCommit), (await Run()).GetProperty("result").Number("positionsRebuilt"));
        Assert.Equal((0L, 5), (await Wrong(), await OnHand(other, Last)));
        Assert.Equal(events, await _database!.Sql("select count(*) from inventory.mt_events"));
        Assert.True((await other.Http.GetFromJsonAsync<JsonElement>("/v1/audit/verify")).GetProperty("ok").GetBoolean());

        Task<JsonElement> Run() => other.Http.GetFromJsonAsync<JsonElement>(asked.Headers.Location);
    }

    private static async Task Receive5OfEach(HttpClient http)
    {
        var movements = Enumerable.Range(0, Skus).Select(
            sku => new { id = $"in-{sku}", type = "receipt", sku = $"sku-{sku:0000}", location = "S001", quantity = 5, occurredAt = "2026-11-01T09:00:00Z" });
        using var answer = await http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements });
        Assert.Equal(Skus, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Number("accepted"));
    }

    private static async Task<decimal> OnHand(HostProcess host, string sku) =>
        (await host.Http.GetFromJsonAsync<JsonElement>($"/v1/positions/{sku}/S001")).Number("onHand");

    private static async Task<int> PositionsSeen(HostProcess host)
    {
        var (seen, after) = (0, "");
        do
        {
            var page = await host.Http.GetFromJsonAsync<JsonElement>($"/v1/positions?limit=1000{after}");
            seen += page.Items().Length;
            after = page.Text("next") is { } next ? $"&after={Uri.EscapeDataString(next)}" : null;
        }
        while (after is not null);
        return seen;
    }

    private async Task<long> Wrong() => (long)(await _database!.Sql("select count(*) from inventory.position where on_hand = 99"))!;
}
