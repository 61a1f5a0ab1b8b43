using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Runtime;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Compare;

/// <summary>A run is carried on, whatever happens to whoever began it, and never doubled.</summary>
public sealed class Resuming_a_run(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_run_whose_host_stopped_is_resumed()
    {
        await using var hold = await HoldUp();
        var (sku, run) = await Begin();

        await host.Restart();
        var inTheMiddle = (await host.Get($"/v1/reconciliations/{run}")).Ok();
        await hold.DisposeAsync();

        Assert.Equal(("running", 0), (inTheMiddle.Text("state"), inTheMiddle.Items("drifts").Length));
        await IsWholeAndOnce(sku, run);
        Assert.True(host.Services.GetRequiredService<IWolverineRuntime>().Endpoints.AgentForLocalQueue("compare-sheet").IsDurable);
    }

    [Fact]
    public async Task A_run_whose_connection_broke_is_resumed()
    {
        await using var hold = await HoldUp();
        var (sku, run) = await Begin();

        await host.Sql("select pg_terminate_backend(pid) from pg_locks where not granted and relation = 'inventory.reconciliation_drift'::regclass");
        await hold.DisposeAsync();
        await Until(async () => (await host.Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");

        await IsWholeAndOnce(sku, run);
    }

    [Fact]
    public async Task A_half_received_sheet_is_dropped_at_the_start_and_no_other()
    {
        await using var hold = await HoldUp();
        var (sku, run) = await Begin();
        await using var receiver = new NpgsqlConnection(host.ConnectionString + ";Pooling=false");
        await receiver.OpenAsync();
        var (dead, alive) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.Sql(ReconciliationTables.CreateFor(dead));
        await host.Sql(ReconciliationTables.CreateFor(alive));
        Assert.True(await SessionLock.TryTake(receiver, $"{alive}", CancellationToken.None));

        await host.Restart();
        await Until(async () => await Tables(dead) == 0);

        Assert.Equal(2, await Tables(alive));
        await host.Sql(ReconciliationTables.DropFor(alive));
        await hold.DisposeAsync();
        await IsWholeAndOnce(sku, run);
    }

    [Fact]
    public async Task A_failed_run_is_resumed_once_the_cause_is_repaired()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 10, sku, "S002"));
        string run;
        JsonElement failed, letter;
        await host.Sql("alter table inventory.reconciliation_place rename to away");
        try
        {
            run = (await host.Post("/v1/reconciliations", Sheet([Count(sku, 9), Count(sku, 8, "S002")]))).Ok(202).Text("id")!;
            await Until(async () =>
            {
                // Without waiting for the pauses in between.
                await host.Sql(
                    "update inventory.wolverine_incoming_envelopes set execution_time = now() where status = 'Scheduled' and message_type = 'compare-sheet'");
                return (await host.Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "failed";
            });
            failed = (await host.Get($"/v1/reconciliations/{run}")).Ok();
            await Until(async () => (await host.Get("/v1/messages/dead-letters?type=compare-sheet")).Ok().Items().Length == 1);
            letter = (await host.Get("/v1/messages/dead-letters?type=compare-sheet")).Ok().Items()[0];
        }
        finally
        {
            await host.Sql("alter table inventory.away rename to reconciliation_place");
        }

        (await host.Post($"/v1/messages/dead-letters/{letter.Text("id")}/replay", new { })).Ok();
        await Until(async () => (await host.Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");

        Assert.Contains("dead-letters", failed.Text("error"), StringComparison.Ordinal);
        Assert.Equal(("open", run), (letter.Text("state"), letter.GetProperty("message").Text("run")));
        Assert.Contains("reconciliation_place", letter.Text("error"), StringComparison.Ordinal);
        await IsWholeAndOnce(sku, run);
        Assert.Empty((await host.Get("/v1/messages/dead-letters?type=compare-sheet")).Ok().Items());
    }

    [Fact]
    public async Task A_run_is_stored_together_with_its_message()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await host.Sql("alter table inventory.wolverine_incoming_envelopes rename to away");
        Answer refused;
        try
        {
            refused = await host.Post("/v1/reconciliations", Sheet([Count(sku, 9)], system: "half"));
        }
        finally
        {
            await host.Sql("alter table inventory.away rename to wolverine_incoming_envelopes");
        }

        Assert.True(refused.Status >= 500, refused.Text);
        Assert.Empty((await host.Get("/v1/reconciliations?system=half")).Ok().Items());
        Assert.Equal(0L, await host.Sql("select count(*) from pg_tables where tablename like 'reconciliation\\_count\\_%'"));
    }

    private async Task<long> Tables(Guid run) => (long)(await host.Sql($"select count(*) from pg_tables where tablename like 'reconciliation\\_%\\_{run:N}'"))!;

    /// <summary>Whoever compares waits before it can store what it found.</summary>
    private async Task<NpgsqlConnection> HoldUp()
    {
        var connection = new NpgsqlConnection(host.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; lock table inventory.reconciliation_drift in exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<(string Sku, string Run)> Begin()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 10, sku, "S002"));
        var run = (await host.Post("/v1/reconciliations", Sheet([Count(sku, 9), Count(sku, 8, "S002")]))).Ok(202).Text("id")!;
        await Until(async () => await host.Sql(
            "select count(*) from pg_locks where not granted and relation = 'inventory.reconciliation_drift'::regclass") is > 0L);
        return (sku, run);
    }

    private async Task IsWholeAndOnce(string sku, string run)
    {
        var done = await host.Done(run);

        Assert.Equal([1m, 2m], done.Items("drifts").Select(drift => drift.Number("n")));
        Assert.Equal((2, 0), (done.Number("compared"), done.Number("matching")));
        Assert.Equal(2L, await host.Sql($"select count(*) from inventory.reconciliation_drift where sku = '{sku}'"));
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Timeout, "It took too long.");
        }
    }
}
