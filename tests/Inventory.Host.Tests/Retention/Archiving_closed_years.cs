using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Retention;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Retention;

/// <summary>What goes into the archive, when, and that it gets there once and whole.</summary>
public sealed class Archiving_closed_years : IAsyncLifetime
{
    private static readonly Instant Before = Instant.FromUtc(2027, 1, 1, 0, 0);

    private readonly ArchivingHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_year_is_closed_a_year_after_its_end_by_recording_time()
    {
        var sku = NewSku();
        await _host.RecordAccepted(Line("receipt", 5, sku));
        _host.Clock.Reset(Before - Duration.FromMilliseconds(100));
        await _host.RecordAccepted(Line("sale", 1, sku));
        _host.Clock.Reset(Before);
        await _host.RecordAccepted(Line("sale", 1, sku), Line("sale", 1, sku));
        await _host.Linked();

        // To the microsecond: the clock of the tests has moved on a little.
        await _host.Sql("update inventory.mt_events set timestamp = '2027-01-01T00:00:00Z' where version = 3");

        _host.Clock.Reset(Instant.FromUtc(2027, 12, 31, 23, 59));
        Assert.Equal(0, await _host.ApplyRetention());
        _host.Clock.Reset(Instant.FromUtc(2028, 1, 1, 0, 0));
        Assert.Equal(2, await _host.Archive());

        Assert.Equal("{1,2}", await _host.Sql(
            "select string_agg(array(select version + n - 1 from generate_subscripts(sequences, 1) as n)::text, ' ') from inventory.event_archive"));
        Assert.Equal(0, await _host.ApplyRetention());
    }

    [Fact]
    public async Task The_newest_event_of_each_position_and_every_rule_stay()
    {
        var (busy, quiet) = (NewSku(), NewSku());
        await _host.RecordAccepted(Line("receipt", 5, quiet), Line("receipt", 5, busy), Line("sale", 1, busy));
        (await _host.Put("/v1/rules/keep-two", new { kind = "safety-stock", sku = busy, quantity = 2 })).Ok();
        (await _host.Put("/v1/rules/keep-two", new { kind = "safety-stock", sku = busy, quantity = 3 })).Ok();
        _host.Clock.Reset(ArchivingHost.YearAfter);
        await _host.RecordNow();
        var newest = (await _host.Position(busy)).Number("asOfSequence");

        Assert.Equal(1, await _host.Archive());

        Assert.Equal(newest, (await _host.Position(busy)).Number("asOfSequence"));
        Assert.Equal(2L, await _host.Sql("select count(*) from inventory.mt_events where stream_id like 'rule/%'"));
        Assert.Equal(1, (await _host.Position(busy)).Number("available"));

        // What was the newest then goes with a later year.
        await _host.RecordAccepted(Line("sale", 1, busy, more: ("occurredAt", "2028-02-01T08:00:00Z")));
        _host.Clock.Reset(Instant.FromUtc(2030, 1, 1, 0, 0));
        Assert.Equal(1, await _host.Archive());
        Assert.Equal(2L, await _host.Sql($"select count(*) from inventory.event_archive where stream = '{busy}@S001'"));
        await AllIsWell(events: 8);
    }

    [Fact]
    public async Task The_hash_chain_comes_first()
    {
        await _host.Story(NewSku());
        await _host.Linked();
        await using (var stopped = new NpgsqlConnection(_host.ConnectionString))
        {
            // The lock that lets one host at a time link events.
            await stopped.OpenAsync();
            await using var taken = await stopped.BeginTransactionAsync();
            await using var take = new NpgsqlCommand("select pg_advisory_xact_lock(7238461950271)", stopped, taken);
            await take.ExecuteNonQueryAsync();
            await _host.Sql("update inventory.event_chain_progress set settled = 3");

            Assert.Equal(0, await _host.ApplyRetention());
            Assert.Equal(0, await _host.Archived());
        }

        Assert.Equal(9, await _host.Archive());
        await AllIsWell(events: 12);
    }

    [Fact]
    public async Task No_further_stream_is_taken_once_there_are_enough_events()
    {
        await _host.Story(NewSku(), NewSku(), NewSku());
        await _host.Linked();

        Assert.Equal(18, await Years.Go(Before, streams: 300, events: 10, CancellationToken.None));
        Assert.Equal(9, await Years.Go(Before, streams: 300, events: 10, CancellationToken.None));
        Assert.Null(await Years.Go(Before, CancellationToken.None));
    }

    [Fact]
    public async Task A_host_that_is_archiving_is_left_alone()
    {
        await _host.Story(NewSku());
        await _host.Linked();
        Assert.Equal(9, await Years.Go(Before, streams: 1, events: 1_000, CancellationToken.None));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using (var other = new NpgsqlConnection(_host.ConnectionString))
        {
            await other.OpenAsync();
            await using var atIt = await other.BeginTransactionAsync();
            await using var take = new NpgsqlCommand("select from inventory.event_archive_progress for update", other, atIt);
            await take.ExecuteNonQueryAsync();

            Assert.Null(await Years.Go(Before, patience.Token));
        }

        Assert.Equal(0, await Years.Go(Before, patience.Token));
        Assert.Null(await Years.Go(Before, patience.Token));
    }

    [Fact]
    public async Task Archiving_resumes_where_it_was_killed()
    {
        string[] skus = [.. Enumerable.Range(0, 4).Select(_ => NewSku()).Order(StringComparer.Ordinal)];
        await _host.Story(skus);
        await _host.Linked();
        var third = $"{skus[2]}@S001";
        await _host.Sql($"alter table inventory.event_archive add constraint killed check (stream <> '{third}')");

        Assert.Equal("23514", (await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            while (await Years.Go(Before, streams: 1, events: 1_000, CancellationToken.None) is not null)
            {
            }
        })).SqlState);

        // Two streams of each SKU were done one by one, and of the third nothing is half done.
        Assert.Equal((18, 10), (await _host.Archived(), await _host.Recent($"stream_id = '{third}'")));
        Assert.Equal($"{skus[1]}@S002", await _host.Sql("select stream from inventory.event_archive_progress"));
        await AllIsWell(events: 48);
        await _host.Sql("alter table inventory.event_archive drop constraint killed");
        await _host.Restart();

        Assert.Equal(18, await _host.Archive());

        Assert.Equal((36, 8), (await _host.Archived(), await _host.Recent()));
        await AllIsWell(events: 48);
    }

    [Fact]
    public async Task Concurrent_hosts_archive_once_while_others_write()
    {
        string[] skus = [.. Enumerable.Range(0, 20).Select(_ => NewSku())];
        await _host.Story(skus);
        await _host.Linked();

        var hosts = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var moved = 0;
            while (await _host.Sql("select coalesce((select stream is not null from inventory.event_archive_progress), true)") is true)
            {
                moved += await Years.Go(Before, streams: 2, events: 1_000, CancellationToken.None) ?? 0;
            }

            return moved;
        })).ToArray();
        var sold = 0;
        while (!hosts.All(host => host.IsCompleted))
        {
            await _host.RecordAccepted([.. skus.Select(sku => Line("sale", 1, sku, more: ("occurredAt", "2028-02-01T08:00:00Z")))]);
            sold++;
        }

        Assert.Equal(180, (await Task.WhenAll(hosts)).Sum());
        Assert.Equal((180, 40 + (20 * sold)), (await _host.Archived(), await _host.Recent()));
        Assert.Equal(8 - sold, await _host.OnHand(skus[^1]));
        await AllIsWell(events: 240 + (20 * sold));
    }

    [Fact]
    public async Task Long_streams_and_years_are_archived_in_pieces()
    {
        var sku = NewSku();
        await _host.RecordAccepted(Line("receipt", 5_000, sku));
        await _host.RecordAccepted([.. Enumerable.Range(0, 2_499).Select(_ => Line("sale", 1, sku))]);
        _host.Clock.Reset(ArchivingHost.NextYear);
        await _host.RecordAccepted([.. Enumerable.Range(0, 100).Select(_ => Line("sale", 1, sku))]);
        _host.Clock.Reset(Instant.FromUtc(2029, 1, 1, 0, 0));
        await _host.RecordNow();
        await _host.Linked();
        var pieces = new List<int?>();
        do
        {
            pieces.Add(await Years.Go(Instant.FromUtc(2028, 1, 1, 0, 0), streams: 300, events: 1_500, CancellationToken.None));
        }
        while (pieces[^1] is not null);

        // 1,500 at once; rows end where a year does, where a thousand versions do, and where a piece does.
        Assert.Equal([1_500, 1_099, null], pieces);
        Assert.Equal("1+999 1000+501 1501+499 2000+501 2501+99",
            await _host.Sql("select string_agg(version || '+' || cardinality(data), ' ' order by version) from inventory.event_archive"));
        Assert.Equal(2_401, await _host.OnHand(sku));
        Assert.Equal([.. Enumerable.Range(995, 12)], (await _host.Get($"/v1/positions/{sku}/S001/events?after=994&limit=12")).Ok()
            .Items().Select(happened => (int)happened.Number("version")));
        Assert.Equal("accepted",
            (await _host.Record(Line(
                "correction", 4_000, sku, more: [("corrects", (await _host.Events(sku))[0].Text("id")!), ("declaration", "incorrect")]))).Items("results")
                .Single().Text("outcome"));
        Assert.Equal(1_401, await _host.OnHand(sku));
        Assert.True(await _host.Sql("select bool_or(pg_column_compression(data) is not null) and sum(pg_column_size(data)) * 3 < (select "
            + "sum(pg_column_size(e)) from inventory.event_archive a, unnest(a.data) as e) from inventory.event_archive") is true);
        await AllIsWell(events: 2_602);
    }

    [Theory]
    [InlineData("data[2] = jsonb_set(data[2], '{id}', '\"other\"')", "event-changed", 2)]
    [InlineData("data[2] = jsonb_set(data[2], '{quantity}', '1.50')", "event-changed", 2)]
    [InlineData("timestamps[3] = timestamps[3] + interval '1 microsecond'", "event-changed", 3)]
    [InlineData("sequences[4] = sequences[4] + 1", "event-changed", 4)]
    [InlineData("ids[1] = gen_random_uuid()", "event-changed", 1)]
    [InlineData("types[2] = 'stock_returned'", "event-changed", 2)]
    [InlineData("correlations[9] = null", "event-changed", 9)]
    [InlineData("data = data[1:8]", "event-changed", 9)]
    [InlineData("sequences = sequences[2:9], ids = ids[2:9], types = types[2:9], timestamps = timestamps[2:9], correlations = correlations[2:9], data = "
        + "data[2:9], version = 2", "event-missing", 1)]
    public async Task A_byte_changed_in_the_archive_names_the_event(string change, string what, int version)
    {
        var (untouched, sku) = (NewSku(), NewSku());
        await _host.Story(untouched, sku);
        await _host.Archive();
        await AllIsWell(events: 24);

        await _host.Sql($"update inventory.event_archive set {change} where stream = '{sku}@S001'");

        var verified = (await _host.Get("/v1/audit/verify")).Ok();
        Assert.False(verified.GetProperty("ok").GetBoolean());
        var found = verified.GetProperty("firstDifference");
        Assert.Equal((what, sku, "S001", version), (found.Text("what"), found.Text("sku"), found.Text("location"), found.Number("version")));
    }

    [Fact]
    public async Task An_event_deleted_before_is_missing_in_the_archive_too()
    {
        var sku = NewSku();
        await _host.Story(sku);
        await _host.Linked();
        await _host.Sql($"delete from inventory.mt_events where stream_id = '{sku}@S001' and version = 3");

        Assert.Equal(8, await _host.Archive());

        var found = (await _host.Get("/v1/audit/verify")).Ok().GetProperty("firstDifference");
        Assert.Equal(("event-missing", sku, 3), (found.Text("what"), found.Text("sku"), found.Number("version")));
        Assert.Equal([1, 2, 4, 5, 6, 7, 8, 9, 10], (await _host.Events(sku)).Select(happened => (int)happened.Number("version")));
    }

    [Fact]
    public async Task A_movement_that_differs_from_its_archived_event_is_named()
    {
        var sku = NewSku();
        await _host.Story(sku);
        await _host.Archive();
        await _host.Sql($"update inventory.recorded_movement set id = id || 'x' where id = '{sku}-return'");

        var found = (await _host.Get("/v1/audit/verify")).Ok().GetProperty("firstDifference");

        Assert.Equal(("recorded-movement", sku, 4), (found.Text("what"), found.Text("sku"), found.Number("version")));
    }

    private ArchiveYears Years => _host.Services.GetRequiredService<ArchiveYears>();

    private async Task AllIsWell(long events)
    {
        await _host.Linked();
        var verified = (await _host.Get("/v1/audit/verify")).Ok();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.Equal((events, events), ((long)verified.Number("eventsChecked"), (long)verified.Number("eventsLinked")));
        Assert.Equal(JsonValueKind.Null, verified.GetProperty("firstDifference").ValueKind);
        Assert.True((await _host.Services.GetRequiredService<VerifyEverything>().Sample(100, CancellationToken.None)).Ok);
    }
}
