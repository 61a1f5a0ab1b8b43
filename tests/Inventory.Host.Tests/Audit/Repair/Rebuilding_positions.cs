using Npgsql;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.Repair;

public class Rebuilding_positions(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Differing_rows_are_repaired_and_later_writes_build_on_them()
    {
        var sku = NewSku();
        await Stock(sku);
        await host.Sql($"update inventory.position set on_hand = 99, reserved = 5, detail = null where sku = '{sku}'");
        var events = await host.Sql("select count(*) from inventory.mt_events");

        var rebuilt = (await host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}&location=S001", key: "dev-ops")).Ok();

        Assert.Equal((1, 1), (rebuilt.Number("positionsChecked"), rebuilt.Number("positionsRebuilt")));
        Assert.Equal([$"{sku}@S001"], rebuilt.Items("first").Select(item => item.GetString()));
        var position = await host.Position(sku);
        Assert.Equal((9, 0, 2), (position.Number("onHand"), position.Number("reserved"), position.GetProperty("unsellable").Number("damaged")));
        Assert.Equal(events, await host.Sql("select count(*) from inventory.mt_events"));
        await host.RecordAccepted(Line("sale", 1, sku, at: "09:40"));
        Assert.Equal(8, await host.OnHand(sku));
        Assert.Equal(0, (await host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}")).Ok().Number("positionsRebuilt"));
    }

    [Fact]
    public async Task Rebuilding_all_restores_missing_rows_and_deletes_orphans()
    {
        var before = await Differences();
        var (first, second) = (NewSku(), NewSku());
        await Stock(first);
        await Stock(second);
        await host.Sql($"delete from inventory.position where sku = '{first}'");
        await host.Sql($"insert into inventory.position select '{second}', 'nowhere', version, on_hand, unsellable, reserved, in_transit, counted_at, "
            + $"newest_movement_at, newest_status_at, newest_document_at, recorded_at, detail from inventory.position where sku = '{second}'");
        Assert.True(await Differences() > before);

        Assert.Equal(2, (await host.Send(HttpMethod.Post, "/v1/audit/rebuild")).Ok().Number("positionsRebuilt"));

        Assert.Equal(9, await host.OnHand(first));
        (await host.Get($"/v1/positions/{second}/nowhere")).Refused(404, "unknown-position");
        Assert.Equal(before, await Differences());

        // Those that other tests have left, by writing on rows that they had changed.
        async Task<decimal> Differences() => (await host.Get("/v1/audit/verify")).Ok().Number("differences");
    }

    /// <summary>It has decided by the row as it was, and waits to commit while the row is repaired.</summary>
    [Fact]
    public async Task A_rebuild_is_not_undone_by_a_lane_that_is_deciding()
    {
        var sku = NewSku();
        await Stock(sku);
        await host.Sql($"update inventory.position set on_hand = 99 where sku = '{sku}'");
        await host.Restart();
        await host.RecordAccepted(Line("sale", 1, sku, at: "09:40"));
        Assert.Equal(98, await host.OnHand(sku));
        await using var hold = new NpgsqlConnection(host.ConnectionString + ";Pooling=false");
        await hold.OpenAsync();
        await using (var command = new NpgsqlCommand($"begin; select from inventory.mt_streams where id = '{sku}@S001' for update", hold))
        {
            await command.ExecuteNonQueryAsync();
        }

        var selling = host.RecordAccepted(Line("sale", 1, sku, at: "09:41"));
        await Waiting.Until(async () => await host.Sql("select count(*) from pg_locks where not granted") is > 0L);
        Assert.Equal(1, (await host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}")).Ok().Number("positionsRebuilt"));
        Assert.Equal(8, await host.OnHand(sku));
        await hold.CloseAsync();
        await selling;

        Assert.Equal(7, await host.OnHand(sku));
        Assert.Equal(7m, await host.Sql($"select on_hand from inventory.position where sku = '{sku}'"));
    }

    [Fact]
    public async Task A_rebuild_longer_than_its_request_goes_on_and_has_a_status()
    {
        var sku = NewSku();
        await Stock(sku);
        await host.Sql($"update inventory.position set on_hand = 99 where sku = '{sku}'");
        await using var hold = new NpgsqlConnection(host.ConnectionString + ";Pooling=false");
        await hold.OpenAsync();
        await using (var command = new NpgsqlCommand($"begin; select from inventory.position where sku = '{sku}' for update", hold))
        {
            await command.ExecuteNonQueryAsync();
        }

        var first = await Rebuild("wait=1");
        await Waiting.Until(async () => await host.Sql($"select count(started_at) from inventory.audit_rebuild where sku = '{sku}'") is 1L);
        var (second, third) = (await Rebuild("respond-async, wait=0"), await Rebuild("respond-async, wait=0"));
        var place = first.Headers["Location"];
        Assert.Equal(("running", sku), ((await host.Get(place)).Ok().Text("state"), second.Ok(202).Text("sku")));
        Assert.Equal($"/v1/audit/rebuilds/{first.Ok(202).Text("id")}", place);
        // The first may have read already what the second is asked to repair; the third finds the second waiting.
        Assert.NotEqual(place, second.Headers["Location"]);
        Assert.Equal(second.Headers["Location"], third.Headers["Location"]);
        await hold.CloseAsync();

        await Waiting.Until(async () => (await host.Get(second.Headers["Location"])).Ok().Text("state") == "done");
        Assert.Equal(1, (await host.Get(place)).Ok().GetProperty("result").Number("positionsRebuilt"));
        Assert.Equal(9, await host.OnHand(sku));
        Assert.Equal(0, (await Rebuild("respond-async, wait=20")).Ok().Number("positionsRebuilt"));
        (await host.Get($"/v1/audit/rebuilds/{Guid.NewGuid()}")).Refused(404, "unknown-rebuild");
        (await host.Get("/v1/audit/rebuilds/none")).Refused(404, "unknown-rebuild");

        Task<Answer> Rebuild(string prefer) => host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}", headers: ("Prefer", prefer));
    }

    [Fact]
    public async Task A_rebuild_that_cannot_be_stored_fails_with_the_reason()
    {
        var sku = NewSku();
        await Stock(sku);
        await host.Sql($"update inventory.position set on_hand = 99 where sku = '{sku}'");
        await host.Sql($"alter table inventory.position add constraint refuses check (sku <> '{sku}' or on_hand = 99) not valid");

        var failed = (await host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}")).Ok(202);

        Assert.Equal("failed", failed.Text("state"));
        Assert.Contains("\"refuses\"", failed.Text("error"), StringComparison.Ordinal);
        await host.Sql("alter table inventory.position drop constraint refuses");
        Assert.Equal(1, (await host.Send(HttpMethod.Post, $"/v1/audit/rebuild?sku={sku}")).Ok().Number("positionsRebuilt"));
    }

    [Fact]
    public async Task Rebuilding_is_for_ops_only()
    {
        (await host.Send(HttpMethod.Post, "/v1/audit/rebuild", key: "dev-finance")).Refused(403, "forbidden");
        (await host.Send(HttpMethod.Post, "/v1/audit/rebuild?location=no place")).Refused(400, "invalid-request");
    }

    private async Task Stock(string sku) => await host.RecordAccepted(
        Line("receipt", 10, sku, at: "08:00"), Line("sale", 3, sku, at: "08:30"), Line("return", 2, sku, at: "09:00", more: ("status", "damaged")));
}
