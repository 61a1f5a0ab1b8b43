using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Intake;

/// <summary>Two processes on one database ask two systems each hour.</summary>
public sealed class Polling_systems_from_two_hosts : IAsyncLifetime
{
    private const string Inbox = "inventory.wolverine_incoming_envelopes";
    private const string Scheduled = $"(select id from {Inbox} where message_type = 'pull-counts' and status = 'Scheduled') as scheduled";
    private const string Waiting = $"(select from {Inbox} where message_type in ('pull-counts', 'compare-sheet', 'correct-drifts') and status = 'Incoming')";

    private static readonly string[] Systems = ["erp", "wms"];

    private readonly OtherSystem _system = new();
    private TestDatabase? _database;

    public async Task InitializeAsync() => _database = await PostgresForTests.CreateDatabase();

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _database!.DisposeAsync();
    }

    [Fact]
    public async Task Each_system_is_polled_once_at_the_start_and_once_an_hour()
    {
        _system.Answer = query => (200, Page(query["of"]!));
        await using (var before = await HostProcess.Start(_database!.ConnectionString))
        {
            var receipt = new { id = "1", type = "receipt", sku = "A", location = "S001", quantity = 10, occurredAt = "2026-11-01T00:00:00Z" };
            using var recorded = await before.Http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements = new[] { receipt } });
            Assert.Equal(1, (await recorded.Content.ReadFromJsonAsync<JsonElement>()).Number("accepted"));
            await before.Stop();
        }

        // Not while this runs: the next hour comes when the test says so.
        var minute = (TimeProvider.System.GetUtcNow().Minute + 30) % 60;
        string[] switches = [.. Systems.SelectMany(system => Settings(system, minute))];
        var hosts = await Task.WhenAll(HostProcess.Start(_database.ConnectionString, switches), HostProcess.Start(_database.ConnectionString, switches));
        await using var first = hosts[0];
        await using var second = hosts[1];

        await Until("select count(*) = 2 from inventory.reconciliation where state = 'done'");
        await Until($"select count(*) = 2 from {Scheduled}");
        await Texts($"update {Inbox} set execution_time = now() where id in (select id from {Scheduled}) returning ''");
        await Until("select count(*) = 4 from inventory.reconciliation where state = 'done'");
        await Until($"select not exists {Waiting}");

        Assert.Equal(["erp erp wms wms"], await Texts("select string_agg(system, ' ' order by system) from inventory.reconciliation"));
        Assert.Equal(["4"], await Texts("select count(distinct origin)::text from inventory.reconciliation"));
        Assert.Equal([.. Systems.SelectMany(system => Enumerable.Repeat($"?of={system}", 2))], _system.Asked.Order(StringComparer.Ordinal));
        Assert.Empty((await first.Http.GetFromJsonAsync<JsonElement>("/v1/messages/dead-letters")).Items());
    }

    private string[] Settings(string system, int minute) =>
        [$"--Reconciliation:Sources:{system}:Url={_system.Address}?of={system}", $"--Reconciliation:Sources:{system}:Minute={minute}"];

    private static string Page(string system) => new JsonObject
    {
        ["system"] = system,
        ["takenAt"] = "2026-11-02T00:00:00Z",
        ["counts"] = new JsonArray(Count("A", 10)),
        ["next"] = null,
    }.ToJsonString(new JsonSerializerOptions());

    private async Task Until(string isSo)
    {
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (await Texts($"select ({isSo})::text") is not ["true"])
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), giveUp.Token);
        }
    }

    private async Task<List<string>> Texts(string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
