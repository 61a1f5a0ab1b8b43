using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Retention;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>What <c>docs/database-roles.md</c> promises of the two roles.</summary>
[Collection(LimitedHost.Roles)]
public sealed class A_restricted_database_role(LimitedHost host) : IClassFixture<LimitedHost>
{
    [Fact]
    public async Task Records_reserves_archives_signs_and_verifies()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "08:00"), Line("sale", 1, sku, at: "08:30"), Line("count", 8, sku),
            Line("transfer", 1, sku, at: "09:20", more: [("to", "S002"), ("document", $"t-{sku}")]));
        (await host.Put($"/v1/rules/keep-{sku}", new { kind = "safety-stock", sku, quantity = 1 })).Ok();
        var lines = new[] { new { sku, quantity = 2, location = "S001" } };
        (await host.Post("/v1/reservations", new { id = $"order-{sku}", channel = "web", lines })).Ok(201);
        await host.Record(Line("sale", -1, sku));
        host.Clock.Reset(Instant.FromUtc(2028, 2, 1, 9, 0));
        await host.RecordAccepted(Line("sale", 1, sku, more: ("occurredAt", "2028-02-01T08:00:00Z")));

        var archived = 0L;
        await Waiting.Until(async () =>
        {
            await Linked();
            archived += (await host.Services.GetRequiredService<RetentionJob>().Run(CancellationToken.None))[RetentionJob.ArchivedEvents];
            return archived >= 5;
        });
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);

        var verified = (await host.Get("/v1/audit/verify")).Ok();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.True(verified.Number("checkpointsChecked") >= 1);
        Assert.Equal((6, 200), (await host.OnHand(sku), (await host.Post("/v1/audit/rebuild", new { })).Status));
        Assert.True((await host.Services.GetRequiredService<VerifySampleHandler>().Run(CancellationToken.None)).Ok);
        Assert.Equal(200, (await host.Get("/health/ready")).Status);
    }

    [Theory]
    [InlineData("update inventory.mt_events set data = '{}'")]
    [InlineData("delete from inventory.mt_events")]
    [InlineData("truncate inventory.mt_events cascade")]
    [InlineData("delete from inventory.mt_streams")]
    [InlineData("truncate inventory.mt_streams cascade")]
    [InlineData("insert into inventory.event_archive select * from inventory.event_archive")]
    [InlineData("update inventory.event_archive set data = '{}'")]
    [InlineData("delete from inventory.event_archive")]
    [InlineData("truncate inventory.event_archive")]
    [InlineData("update inventory.event_archive_progress set stream = ''")]
    [InlineData("update inventory.event_chain set hashes = ''")]
    [InlineData("delete from inventory.event_chain")]
    [InlineData("truncate inventory.event_chain")]
    [InlineData("update inventory.audit_checkpoint set root = ''")]
    [InlineData("delete from inventory.audit_checkpoint")]
    [InlineData("update inventory.recorded_movement set id = 'x'")]
    [InlineData("delete from inventory.recorded_movement")]
    [InlineData("select * from inventory.audit_key")]
    [InlineData("alter table inventory.mt_events add column more text")]
    [InlineData("alter table inventory.mt_events disable trigger all")]
    [InlineData("create trigger t before insert on inventory.mt_events for each row execute function suppress_redundant_updates_trigger()")]
    [InlineData("create rule r as on insert to inventory.mt_events do instead nothing")]
    [InlineData("create table inventory.mine (id integer)")]
    [InlineData("drop function inventory.archive_closed_years")]
    [InlineData("set session_replication_role = replica")]
    [InlineData("set role retailsync_owner")]
    public async Task May_not_change_what_was_recorded(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Sql(host.Limited, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [InlineData("'2027-01-01T00:00:01Z', 10, 10")]
    [InlineData("'2027-01-01T01:00:00Z', 10, 10")]
    [InlineData("'2090-01-01T00:00:00Z', 10, 10")]
    [InlineData("'infinity', 10, 10")]
    [InlineData("null, 10, 10")]
    [InlineData("'2020-01-01T00:00:00Z', null, 10")]
    [InlineData("'2020-01-01T00:00:00Z', 10, 0")]
    public async Task Archives_nothing_but_closed_years(string arguments)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Sql(host.Limited, $"select inventory.archive_closed_years({arguments})"));

        Assert.Equal(Projections.ArchiveFunction.NotClosed, refused.SqlState);
    }

    [Fact]
    public async Task Deletes_no_event_that_differs_in_the_archive()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku), Line("receipt", 1, sku));
        await Linked();
        await host.Sql(
            """
            create function public.spoil() returns trigger language plpgsql as 'begin new.data[1] := ''{}''; return new; end';
            create trigger spoil before insert on inventory.event_archive for each row execute function public.spoil();
            """);
        var before = await host.Sql("select count(*) from inventory.mt_events");
        try
        {
            await host.Sql("delete from inventory.event_archive_progress");
            await Move("-");
            var refused = await Assert.ThrowsAsync<PostgresException>(
                () => TestDatabase.Sql(host.Limited, "select inventory.archive_closed_years('2002-01-01T00:00:00Z', 100000, 100000)"));
            Assert.Equal(Projections.ArchiveFunction.NotArchived, refused.SqlState);
        }
        finally
        {
            await host.Sql("drop trigger spoil on inventory.event_archive; drop function public.spoil");
            await Move("+");
        }

        Assert.Equal(before, await host.Sql("select count(*) from inventory.mt_events"));

        Task Move(string sign) => host.Sql(
            $"update inventory.mt_events set timestamp = timestamp {sign} interval '25 years' where version = 1 and stream_id = '{sku}@S001'");
    }

    [Fact]
    public async Task Finds_nothing_missing_after_migrate()
    {
        Assert.Contains("table inventory.event_chain\n", host.Migrated, StringComparison.Ordinal);
        Assert.Equal((0, "ok: nothing was missing."), await Migrate());
        await host.Revoke();
        Assert.Empty(await host.Services.GetRequiredService<DatabaseSchema>().Missing(CancellationToken.None));
        Assert.Empty(await host.Services.GetRequiredService<DatabaseSchema>().Newer(CancellationToken.None));
    }

    [Fact]
    public async Task Does_not_start_where_something_is_missing_and_names_it()
    {
        await host.Sql(
            """
            alter table inventory.alert drop column rule;
            drop table inventory.audit_checkpoint_acknowledged;
            create or replace function inventory.require_count(actual bigint, expected bigint) returns boolean language sql as 'select true';
            """);
        try
        {
            var refused = await Assert.ThrowsAsync<SchemaOutOfDateException>(host.Restart);
            Assert.Contains("column rule of inventory.alert", refused.Message, StringComparison.Ordinal);
            Assert.Contains("table inventory.audit_checkpoint_acknowledged", refused.Message, StringComparison.Ordinal);
            Assert.Contains("inventory.require_count", refused.Message, StringComparison.Ordinal);
            Assert.Contains("./run migrate", refused.Message, StringComparison.Ordinal);
            Assert.Equal(3, refused.Missing.Count);
        }
        finally
        {
            Assert.Equal((0, "ok: 3 added or changed."), await Migrate());
        }

        await host.Revoke();
        await host.Restart();
    }

    /// <summary>The rule for a version beside an older one: it adds, and what it adds need not be filled in.</summary>
    [Fact]
    public async Task Runs_on_a_newer_versions_schema_and_drops_nothing_of_it()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await TestDatabase.Sql(
            host.Owner,
            """
            alter table inventory.position add column newer text; create index newer_index on inventory.position (newer);
            alter table inventory.mt_events add column newer text not null default 'new'; create table inventory.newer (id integer primary key);
            """);
        try
        {
            await host.RecordAccepted(Line("sale", 1, sku));
            await host.Restart();
            await host.RecordAccepted(Line("sale", 1, sku));
            Assert.Equal(3, await host.OnHand(sku));

            Assert.Equal((0, "ok: nothing was missing."), await Migrate());
            Assert.Equal(3L, await host.Sql($"select count(*) from inventory.mt_events where stream_id = '{sku}@S001' and newer = 'new'"));
            Assert.Equal("newer", await host.Sql("select attname from pg_attribute where attrelid = 'inventory.position'::regclass and attname = 'newer'"));
            Assert.Equal("inventory.newer_index", await host.Sql("select to_regclass('inventory.newer_index')::text"));
        }
        finally
        {
            await TestDatabase.Sql(host.Owner,
                "drop table inventory.newer; alter table inventory.position drop column newer; alter table inventory.mt_events drop column newer");
        }
    }

    private async Task<(int Code, string Last)> Migrate()
    {
        var (code, output) = await host.Migrate();
        return (code, output.TrimEnd().Split(Environment.NewLine)[^1]);
    }

    private Task<int> Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
}
