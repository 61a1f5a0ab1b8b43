using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Verify;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.Verify;

/// <summary>Each test mends what it broke: the others verify the same database.</summary>
public class Verifying_the_ledger(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task An_untouched_ledger_has_no_differences()
    {
        var sku = await Story();

        var verified = await Verify();

        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.Equal(JsonValueKind.Null, verified.GetProperty("firstDifference").ValueKind);
        Assert.Equal((long)(await host.Sql("select count(*) from inventory.mt_events"))!, (long)verified.Number("eventsChecked"));
        Assert.Equal((long)(await host.Sql("select count(*) from inventory.position"))!, (long)verified.Number("positionsChecked"));
        Assert.Equal(verified.Number("eventsChecked"), verified.Number("eventsLinked"));
        Assert.NotEmpty(sku);
    }

    /// <summary>One byte of what was stored, by somebody who may do everything in the database.</summary>
    [Theory]
    [InlineData("data = jsonb_set(data, '{document}', '\"receipt-2\"')")]
    [InlineData("data = jsonb_set(data, '{occurredAt}', '\"2026-11-23T08:00:01Z\"')")]
    [InlineData("data = jsonb_set(data, '{source}', '\"pot\"')")]
    [InlineData("timestamp = timestamp + interval '1 microsecond'")]
    [InlineData("correlation_id = 'x'")]
    [InlineData("type = 'stock_returned'")]
    public async Task A_changed_byte_names_the_event(string change)
    {
        var sku = await Story();
        await Linked();
        await host.Sql($"create table inventory.kept as select * from inventory.mt_events where stream_id = '{sku}@S001' and version = 1");

        await host.Sql($"update inventory.mt_events set {change} where stream_id = '{sku}@S001' and version = 1");

        try
        {
            var found = await FirstDifference();
            Assert.Equal(("event-changed", sku, "S001", 1), (found.Text("what"), found.Text("sku"), found.Text("location"), found.Number("version")));
        }
        finally
        {
            await host.Sql($"update inventory.mt_events e set data = k.data, timestamp = k.timestamp, correlation_id = k.correlation_id, type = k.type "
                + $"from inventory.kept k where k.seq_id = e.seq_id");
            await host.Sql("drop table inventory.kept");
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("update inventory.position set on_hand = on_hand + 1 where sku = '{0}'",
        "update inventory.position set on_hand = on_hand - 1 where sku = '{0}'", "position")]
    [InlineData(
        "update inventory.position set counted_at = null where sku = '{0}' and location = 'S001'",
        "update inventory.position set counted_at = '2026-11-23T09:00:00Z' where sku = '{0}' and location = 'S001'", "position")]
    [InlineData("update inventory.recorded_movement set id = id || 'x' where id = '{0}-1'", "update inventory.recorded_movement set id = '{0}-1' where id "
        + "= '{0}-1x'", "recorded-movement")]
    [InlineData(
        "update inventory.reservation set body = jsonb_set(body, '{{lines,0,allocations,0,quantity}}', '3') where id = 'order-{0}'",
        "update inventory.reservation set body = jsonb_set(body, '{{lines,0,allocations,0,quantity}}', '2') where id = 'order-{0}'", "reservations")]
    public async Task A_projection_that_differs_is_named(string broken, string mended, string what)
    {
        var sku = await Story();
        await host.Sql(string.Format(System.Globalization.CultureInfo.InvariantCulture, broken, sku));

        try
        {
            var found = await FirstDifference();
            Assert.Equal((what, sku), (found.Text("what"), found.Text("sku")));
        }
        finally
        {
            await host.Sql(string.Format(System.Globalization.CultureInfo.InvariantCulture, mended, sku));
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
    }

    /// <summary>
    /// The parts of the history that are read beside each other: their differences add up, and the first is the first in the order of streams.
    /// </summary>
    [Fact]
    public async Task The_first_of_several_differences_by_stream_is_named()
    {
        await Story();
        await Story();
        var first = (string)(await host.Sql("select sku from inventory.position order by sku || '@' || location limit 1"))!;
        await host.Sql("update inventory.position set on_hand = on_hand + 1");

        try
        {
            var verified = await Verify();
            Assert.Equal(("position", first), (verified.GetProperty("firstDifference").Text("what"), verified.GetProperty("firstDifference").Text("sku")));
            Assert.Equal((long)(await host.Sql("select count(*) from inventory.position"))!, (long)verified.Number("differences"));
        }
        finally
        {
            await host.Sql("update inventory.position set on_hand = on_hand - 1");
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("state = jsonb_set(state, '{onHand}', '11')", 16)]
    [InlineData("state = jsonb_set(state, '{reserved}', '1')", 16)]
    [InlineData("state = jsonb_set(state, '{holds}', '{}')", 16)]
    [InlineData("state = state - 'newestMovementAt'", 16)]
    [InlineData("state = jsonb_set(state, '{unsellable,damaged}', '1')", 16)]
    [InlineData("recorded_until = recorded_until - interval '1 microsecond'", 16)]
    [InlineData("occurred_until = occurred_until - interval '1 microsecond'", 16)]
    [InlineData("recorded_from = 'infinity'", 16)]
    [InlineData("counts_from = 'infinity'", 16)]
    [InlineData("next = 48", 16)]
    [InlineData("overtaken = not overtaken", 16)]
    [InlineData("version = 80", 80)]
    [InlineData("state = '[]'", 16)]
    [InlineData("state = 'null'", 16)]
    public async Task A_position_checkpoint_that_differs_is_named(string change, int version)
    {
        var sku = await Balanced();
        await host.Sql($"update inventory.position_balance set {change} where stream = '{sku}@S001' and version = 16");

        var found = await FirstDifference();

        Assert.Equal(("balance", sku, "S001"), (found.Text("what"), found.Text("sku"), found.Text("location")));
        Assert.Contains((int)found.Number("version"), new[] { version, 32 });
        await Rebuilt(sku);
        Assert.Equal(2L, await host.Sql($"select count(*) from inventory.position_balance where stream = '{sku}@S001'"));
    }

    [Fact]
    public async Task Position_checkpoints_may_be_missing_except_between_two()
    {
        var sku = await Balanced();

        await host.Sql($"delete from inventory.position_balance where stream = '{sku}@S001' and version = 16");
        Assert.Equal(("balance", 32), (await FirstDifference() is var found ? found.Text("what") : null, found.Number("version")));
        await host.Sql($"delete from inventory.position_balance where stream = '{sku}@S001'");
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        await host.Sql("insert into inventory.position_balance (stream, version, state, after, next, recorded_until, occurred_until, recorded_from, "
            + "counts_from) values ('nothing@S001', 16, '{}', 0, 32, now(), now(), now(), now())");
        Assert.Equal(("balance", "nothing"), (await FirstDifference() is var other ? other.Text("what") : null, other.Text("sku")));
        (await host.Post("/v1/audit/rebuild", new { })).Ok();

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        Assert.Equal(2L, await host.Sql($"select count(*) from inventory.position_balance where stream = '{sku}@S001'"));
    }

    [Fact]
    public async Task Events_are_linked_where_no_position_checkpoint_can_be_made()
    {
        await host.Sql("alter table inventory.position_balance add constraint none check (false) not valid");
        var sku = NewSku();
        try
        {
            await Receive(sku, 20);
            Assert.Equal(20L, await host.Sql($"select max(version) from inventory.event_chain where stream = '{sku}@S001'"));
        }
        finally
        {
            await host.Sql("alter table inventory.position_balance drop constraint none");
        }

        // Those that are due are made the next time.
        await Receive(sku, 20);
        Assert.Equal("16 32", await host.Sql(
            $"select string_agg(version::text, ' ' order by version) from inventory.position_balance where stream = '{sku}@S001'"));
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());

        async Task Receive(string sku, int count)
        {
            for (var number = 0; number < count; number++)
            {
                await host.RecordAccepted(Line("receipt", 1, sku));
            }

            await Linked();
        }
    }

    [Fact]
    public async Task Ring_fence_use_equals_what_holds_keep_and_have_shipped()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/rules/fence-{sku}", new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 8 })).Ok();
        foreach (var (name, quantity) in new[] { ("ships", 3), ("is-released", 2), ("stays", 1) })
        {
            (await host.Post("/v1/reservations", new { id = $"{name}-{sku}", channel = "web", lines = new[] { new { sku, quantity } } })).Ok(201);
        }

        (await host.Post($"/v1/reservations/ships-{sku}/fulfil", new { })).Ok();
        (await host.Post($"/v1/reservations/is-released-{sku}/release", new { })).Ok();
        Assert.Equal(4m, await host.Sql($"select sum(used.units::numeric) from inventory.fenced_use as f, jsonb_each_text(f.units) as used(rule, units) "
            + $"where sku = '{sku}'"));
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        await Add(1);

        try
        {
            var found = await FirstDifference();
            Assert.Equal(("ring-fence", sku), (found.Text("what"), found.Text("sku")));
            Assert.Contains("5 are used up", found.Text("detail"), StringComparison.Ordinal);
        }
        finally
        {
            await Add(-1);
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());

        Task Add(int units) => host.Sql(
            $"update inventory.fenced_use set units = (select jsonb_object_agg(key, value::numeric + {units}) from jsonb_each_text(units)) where sku = '{sku}'");
    }

    [Fact]
    public async Task An_event_that_was_deleted_names_its_sequence()
    {
        var sku = await Story();
        await Linked();
        await host.Sql($"create table inventory.taken as select * from inventory.mt_events where stream_id = '{sku}@S001' and version = 2");

        await host.Sql($"delete from inventory.mt_events where stream_id = '{sku}@S001' and version = 2");

        try
        {
            var found = await FirstDifference();
            Assert.Equal(("event-missing", sku, 2), (found.Text("what"), found.Text("sku"), found.Number("version")));
        }
        finally
        {
            await host.Sql("insert into inventory.mt_events select * from inventory.taken");
            await host.Sql("drop table inventory.taken");
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_recomputed_chain_differs_from_the_signed_checkpoint()
    {
        var sku = await Story();
        await Linked();
        var checkpoint = await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        Assert.NotNull(checkpoint);
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        await host.Sql($"create table inventory.links as select * from inventory.event_chain where stream = '{sku}@S001'");

        await host.Sql($"update inventory.event_chain set hashes = set_byte(hashes, 31, get_byte(hashes, 31) # 1) where stream = '{sku}@S001'");

        try
        {
            Assert.Equal("event-changed", (await FirstDifference()).Text("what"));
            await host.Sql($"update inventory.audit_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = {checkpoint.Number}");
            Assert.True((await Verify()).Number("differences") >= 3);
        }
        finally
        {
            await host.Sql($"update inventory.event_chain l set hashes = k.hashes from inventory.links k where k.stream = l.stream and k.version = l.version");
            await host.Sql($"update inventory.audit_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = {checkpoint.Number}");
            await host.Sql("drop table inventory.links");
        }

        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_checkpoint_can_be_exported_and_checked_by_anybody()
    {
        await Story();
        await Linked();
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);

        var answer = (await host.Get("/v1/audit/checkpoints?limit=1000", key: "dev-finance")).Ok();

        var newest = answer.Items()[^1];
        using var key = ECDsa.Create();
        key.ImportFromPem(answer.Text("publicKey"));
        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes(newest.Text("statement")!), newest.GetProperty("signature").GetBytesFromBase64(), HashAlgorithmName.SHA256));
        Assert.Contains($"root {newest.Text("root")}\n", newest.Text("statement"), StringComparison.Ordinal);
        (await host.Get("/v1/audit/checkpoints", key: "dev-planner")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task Progress_is_reported_and_verifying_is_for_finance()
    {
        await Story();
        var lines = (await host.Get("/v1/audit/verify", key: "dev-finance", headers: ("Accept", "application/x-ndjson"))).Text.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(JsonDocument.Parse(lines[^1]).RootElement.GetProperty("ok").GetBoolean());
        (await host.Get("/v1/audit/verify", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/verify?fast=true")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_failed_sample_is_an_alert_that_a_clean_one_resolves()
    {
        var sku = await Story();
        var nightly = host.Services.GetRequiredService<VerifySampleHandler>();
        await host.Sql($"update inventory.position set reserved = reserved + 1 where sku = '{sku}' and location = 'S001'");

        try
        {
            Assert.False((await nightly.Run(CancellationToken.None)).Ok);
            Assert.Contains("history-differs", (await host.Get("/v1/alerts?limit=1000")).Ok().Items().Texts("kind"));
        }
        finally
        {
            await host.Sql($"update inventory.position set reserved = reserved - 1 where sku = '{sku}' and location = 'S001'");
        }

        var clean = await nightly.Run(CancellationToken.None);
        Assert.True(clean is { Ok: true, EventsChecked: > 0, PositionsChecked: > 0 }, $"{clean}");
        Assert.DoesNotContain("history-differs", (await host.Get("/v1/alerts?limit=1000")).Ok().Items().Texts("kind"));
    }

    private async Task<string> Story()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, id: $"{sku}-1", at: "08:00", more: ("document", "receipt-1")), Line("sale", 3, sku, id: $"{sku}-2", at: "08:30"),
            Line("count", 6, sku, at: "09:00"),
            Line("return", 2, sku, at: "09:10", more: ("status", "damaged")), Line(
                "transfer", 1, sku, at: "09:20", more: [("to", "S002"), ("document", $"t-{sku}")]));
        await host.Record(Line("sale", 1, sku, at: "08:45"), Line("correction", 2, sku, more: [("corrects", $"{sku}-2"), ("declaration", "incorrect")]));
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Post("/v1/reservations",
            new { id = $"order-{sku}", channel = "web", holdFor = "P1D", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(201);
        return sku;
    }

    /// <summary>With two balances: a hold in both, and a late fact that overtakes the first.</summary>
    private async Task<string> Balanced()
    {
        var sku = await Story();
        for (var number = 0; number < 30; number++)
        {
            await host.RecordAccepted(Line("receipt", 1, sku, at: number == 20 ? "09:15" : $"09:{number + 21}"));
        }

        await Linked();
        Assert.Equal("1,0", await host.Sql(
            $"select string_agg(overtaken::int::text, ',' order by version) from inventory.position_balance where stream = '{sku}@S001'"));
        Assert.True((await Verify()).GetProperty("ok").GetBoolean());
        return sku;
    }

    private async Task Rebuilt(string sku)
    {
        (await host.Post($"/v1/audit/rebuild?sku={sku}", new { })).Ok();
        var verified = await Verify();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
    }

    private Task Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    private async Task<JsonElement> Verify() => (await host.Get("/v1/audit/verify", key: "dev-finance")).Ok();

    private async Task<JsonElement> FirstDifference()
    {
        var verified = await Verify();
        Assert.False(verified.GetProperty("ok").GetBoolean());
        return verified.GetProperty("firstDifference");
    }
}
