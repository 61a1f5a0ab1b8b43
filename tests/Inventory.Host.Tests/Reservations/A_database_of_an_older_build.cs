using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Chain;
using Weasel.Core;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations;

/// <summary>
/// Its reservations have the id alone for a key, its events do not say whose reservation they are about, and its balances name holds by their ids.
/// </summary>
public sealed class A_database_of_an_older_build(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>What the definition of before made, and what was stored then.</summary>
    private const string AsBefore =
        """
        create table inventory.reservation_of_before (
          id text not null constraint pkey_reservation_id_of_before primary key, version bigint not null, state text not null,
            expires_at timestamptz not null, body jsonb not null);
        insert into inventory.reservation_of_before select id, version, state, expires_at, body from inventory.reservation;
        drop table inventory.reservation;
        alter table inventory.reservation_of_before rename to reservation;
        alter table inventory.reservation rename constraint pkey_reservation_id_of_before to pkey_reservation_id;
        create index reservation_confirmed on inventory.reservation (id) where (state = 'confirmed');
        create index reservation_due on inventory.reservation (expires_at) where (state = 'held');
        update inventory.mt_events set data = data - 'channel' where type <> 'stock_reserved';
        update inventory.position_balance set state = jsonb_set(state, array['holds'], (
          select jsonb_object_agg(split_part(key, '/', 2), value) from jsonb_each(state->'holds'))) where state ? 'holds';
        delete from inventory.event_chain;
        delete from inventory.event_chain_progress;
        delete from inventory.audit_checkpoint;
        """;

    [Fact]
    public async Task Keeps_every_reservation_and_what_was_recorded_of_it()
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 50, "OLD"), Line("receipt", 50, "OLD", "S002"));
        foreach (var number in Enumerable.Range(1, 40))
        {
            await Hold("web", $"old-{number}", number % 2 == 0 ? "S001" : "S002");
        }

        (await host.Post("/v1/reservations/old-2/confirm", new { })).Ok();
        (await host.Post("/v1/reservations/old-4/release", new { })).Ok();
        (await host.Post("/v1/reservations/old-6/fulfil", new { })).Ok();
        (await host.Put("/v1/reservations/old-1", new { lines = new[] { new { sku = "OLD", quantity = 1, location = "S001" } } })).Ok();
        await host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
        var before = await Everything();
        Assert.True((long)(await host.Sql("select count(*) from inventory.position_balance where state ? 'holds'"))! > 0);

        await host.Sql(AsBefore);
        await host.Restart();

        Assert.Equal(before, await Everything());
        Assert.Equal("pkey_reservation_id_channel",
            await host.Sql("select conname from pg_constraint where conrelid = 'inventory.reservation'::regclass and contype = 'p'"));
        var differences = await host.Services.GetRequiredService<IDocumentStore>().Storage.Database.CreateMigrationAsync();
        Assert.DoesNotContain(differences.Deltas, delta => delta.SchemaObject.Identifier.Name is "reservation" or "position_balance"
            && delta.Difference != SchemaPatchDifference.None);
        await Verified();

        // Another channel may use the ids now; what is recorded from here on is about one of the two.
        foreach (var number in new[] { 1, 2, 4 })
        {
            await Hold("shop", $"old-{number}", "S001");
        }

        (await host.Post("/v1/reservations/old-2/release?channel=web", new { })).Ok();
        (await host.Post("/v1/reservations/old-1/confirm?channel=web", new { })).Ok();
        host.Clock.Advance(Duration.FromMinutes(1));
        var at = host.Clock.GetCurrentInstant();
        host.Clock.Advance(Duration.FromMinutes(20));
        await Waiting.Until(async () => (await host.Position("OLD")).Number("reserved") == 1);
        Assert.Equal("confirmed", (await host.Get("/v1/reservations/old-1?channel=web")).Ok().Text("state"));
        Assert.Equal("expired", (await host.Get("/v1/reservations/old-1?channel=shop")).Ok().Text("state"));

        // At S001 the 17 of web from old-8 on and old-1, and three of shop.
        Assert.Equal(21, (await host.Get($"/v1/positions/OLD/S001?at={at}")).Ok().Number("reserved"));
        Assert.Equal(1, (await host.Get($"/v1/positions/OLD/S001?at={at + Duration.FromMinutes(19)}")).Ok().Number("reserved"));
        await Verified();
        await host.Restart();
        await Verified();
    }

    private async Task Hold(string channel, string id, string location) =>
        (await host.Post("/v1/reservations", new { id, channel, lines = new[] { new { sku = "OLD", quantity = 1, location } } })).Ok(201);

    private async Task Verified()
    {
        await host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
        var verified = (await host.Get("/v1/audit/verify")).Ok();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
    }

    /// <summary>All that callers can see of the reservations.</summary>
    private async Task<string> Everything()
    {
        var rows = await host.Sql(
            "select string_agg(concat_ws(' ', id, body->>'channel', version, state, expires_at, body), e'\\n' order by id) from inventory.reservation");
        var balances = await host.Sql(
            "select string_agg(concat_ws(' ', stream, version, state), e'\\n' order by stream, version) from inventory.position_balance");
        var positions = (await host.Get("/v1/positions?sku=OLD")).Ok().Items()
            .Select(position => $"{position.Text("location")} {position.Number("onHand")} {position.Number("reserved")}");
        var terms = (await host.Get("/v1/availability/OLD?channel=web&explain=true")).Ok().GetProperty("terms").EnumerateArray().Select(Summary);
        return string.Join('\n', [$"{rows}", $"{balances}", .. positions, .. terms]);
    }

    private static string Summary(JsonElement term) =>
        $"{term.Text("term")} {term.Text("location")} {term.Number("quantity")} {term.Text("reservation")} {term.GetProperty("events").GetRawText()}";
}
