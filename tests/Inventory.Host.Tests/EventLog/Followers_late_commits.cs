using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.EventLog;

/// <summary>Everyone who follows the events: memory, publications and chains.</summary>
public sealed class Followers_late_commits(PublishingHost host) : IClassFixture<PublishingHost>
{
    /// <summary>More events than the chain links at once, with sequences below an event that it has linked already.</summary>
    [Fact]
    public async Task Late_events_of_another_host_reach_all_followers()
    {
        await host.Register("late-commits", "none");
        var (known, late) = (await Received(), NewSku() + "-");
        await using var other = await AnotherHost.Begin(host, known, late, 2_500);
        var newer = await Received();
        await Linked();
        await host.Publication("late-commits", newer, row => row.Number("quantity") == 5);

        await other.Commit();

        await Linked();
        Assert.Equal(2_500L, await host.Sql($"select count(*) from inventory.event_chain where stream like '{late}%'"));
        var published = $"select count(*) from inventory.publication where channel = 'late-commits' and sku like '{late}%' and quantity = 5";
        await PublishingHost.Eventually(async () => (long)(await host.Sql(published))!, count => count == 2_500);
        foreach (var sku in new[] { $"{late}1", $"{late}2500" })
        {
            Assert.Equal(5, (await host.Get($"/v1/availability/{sku}?channel=late-commits&minSequence={other.Sequences[^1]}")).Ok().Number("quantity"));
        }

        await VerifiesOk();
    }

    /// <summary>Seen so: baskets of 1,000 lines beside somebody who sets rules, which are appended by Marten.</summary>
    [Fact]
    public async Task Large_baskets_beside_a_planner_lose_nothing()
    {
        await host.Register("planned", "none");
        var skus = Enumerable.Range(0, 3_000).Select(_ => NewSku()).ToArray();
        Task<long> Send(int basket) => host.RecordAccepted([.. skus.Skip(basket % 3 * 1_000).Take(1_000).Select(sku => Line("receipt", 1, sku))]);
        var baskets = Task.WhenAll(Enumerable.Range(0, 6).Select(basket => Task.Run(() => Send(basket))));
        for (var rule = 0; rule < 20 || !baskets.IsCompleted; rule++)
        {
            var body = new { kind = "publish", channel = "planned", sku = skus[rule % 3_000], buffer = rule % 3, reason = "to be sure" };
            (await host.Put($"/v1/rules/planned-{rule % 20}", body)).Ok();
        }

        await baskets;
        await Linked();

        Assert.Equal(0L, await host.Sql("""
            select count(*) from inventory.mt_streams as s
            where version <> coalesce((select sum(length(hashes)) / 32 from inventory.event_chain where stream = s.id), 0)
            """));
        await VerifiesOk();
        var right = new Dictionary<string, decimal>();
        foreach (var page in skus.Chunk(1_000))
        {
            var answer = (await host.Post("/v1/availability/query", new { channel = "planned", skus = page })).Ok();
            answer.Items().ToList().ForEach(item => right.Add(item.Text("sku")!, item.Number("quantity")));
        }

        Assert.Equal(3_000, right.Count);
        var wrong = await PublishingHost.Eventually(
            async () =>
            {
                var published = await Published("planned");
                return right.Where(one => !published.TryGetValue(one.Key, out var number) || number != one.Value).ToList();
            },
            found => found.Count == 0);
        Assert.Empty(wrong);
        Assert.Equal(3_000, (await Published("planned")).Count(published => right.ContainsKey(published.Key)));
    }

    [Fact]
    public async Task A_session_that_holds_followers_back_is_named()
    {
        await host.Register("held", "none");
        var known = await Received();
        await using var stuck = await AnotherHost.Begin(host, known, NewSku() + "-", 1, "stuck-import");
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 3, sku));

        // Nobody waits for it.
        var changes = $"/v1/availability/changes?channel=held&minSequence={sequence}";
        await PublishingHost.Eventually(async () => (await host.Get(changes)).Status, status => status == 200);
        Assert.True((await host.Get(changes)).Ok().Number("asOfSequence") >= sequence);
        Assert.Equal(3, (await host.Get($"/v1/availability/{sku}?channel=held&minSequence={sequence}")).Ok().Number("quantity"));
        await Linked();
        await VerifiesOk();

        var alert = (await PublishingHost.Eventually(Alerts, alerts => alerts.Length == 1))[0];
        Assert.Contains($"session {stuck.ProcessId}", alert.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("'stuck-import'", alert.Text("detail"), StringComparison.Ordinal);
        var gauge = await PublishingHost.Eventually(Gauge, lines => lines.Contains("stuck-import", StringComparison.Ordinal));
        Assert.Contains($"pid=\"{stuck.ProcessId}\"", gauge, StringComparison.Ordinal);

        await stuck.RollBack();

        await PublishingHost.Eventually(Alerts, alerts => alerts.Length == 0);
        await PublishingHost.Eventually(Gauge, lines => !lines.Contains("stuck-import", StringComparison.Ordinal));

        async Task<JsonElement[]> Alerts() => (await host.Get("/v1/alerts?kind=followers-held-back")).Ok().Items();
    }

    /// <summary>
    /// Each host has a tail of its own and the chain's progress is one: whoever comes next goes on from what is settled, and links nothing twice.
    /// </summary>
    [Fact]
    public async Task Hosts_that_take_the_chain_over_from_each_other_link_all()
    {
        var (known, random, late) = (await Received(), new Random(20261129), new List<AnotherHost>());
        var keepers = Enumerable.Range(0, 3).Select(_ => Keeper()).ToArray();
        var prefix = NewSku();
        for (var step = 0; step < 60; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    late.Add(await AnotherHost.Begin(host, known, $"{prefix}-{step}-", random.Next(1, 700)));
                    break;
                case 1 when late.Count > 0:
                    var ends = late[random.Next(late.Count)];
                    await (random.Next(4) == 0 ? ends.RollBack() : ends.Commit());
                    late.Remove(ends);
                    await ends.DisposeAsync();
                    break;
                case 2:
                    await Received();
                    break;
                case 3:
                    keepers[random.Next(3)] = Keeper(); // killed, with what it had read
                    break;
                default:
                    await keepers[random.Next(3)].Extend(CancellationToken.None);
                    break;
            }
        }

        foreach (var open in late)
        {
            await open.Commit();
            await open.DisposeAsync();
        }

        await keepers[0].Extend(CancellationToken.None);
        Assert.Equal(0L, await host.Sql("""
            select count(*) from inventory.mt_streams as s
            where version <> coalesce((select sum(length(hashes)) / 32 from inventory.event_chain where stream = s.id), 0)
            """));
        await VerifiesOk();

        HashChainWriter Keeper() => ActivatorUtilities.CreateInstance<HashChainWriter>(host.Services);
    }

    /// <summary>A rule for all SKUs has all of them compared; one that comes meanwhile does not begin that anew.</summary>
    [Fact]
    public async Task Endless_rule_changes_leave_no_number_wrong()
    {
        await host.Register("ruled", "none");
        var skus = Enumerable.Range(0, 1_200).Select(number => $"{NewSku()}-ruled").ToArray();
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 5, sku))]);
        await PublishingHost.Eventually(() => Published("ruled"), published => skus.All(published.ContainsKey));
        await host.Sql("update inventory.publication set quantity = 77 where channel = 'ruled'");

        for (var rule = 0; await Wrong() > 0; rule++)
        {
            Assert.True(rule < 2_000, "Numbers stay wrong while rules are set.");
            (await host.Put("/v1/rules/ruled-all", new { kind = "publish", channel = "ruled", buffer = rule % 2, reason = "in two minds" })).Ok();
        }

        async Task<long> Wrong() => (long)(await host.Sql("select count(*) from inventory.publication where channel = 'ruled' and quantity = 77"))!;
    }

    /// <summary>Rules are appended by Marten's own function, which takes its sequence before it writes.</summary>
    [Fact]
    public async Task A_rule_that_waits_in_its_commit_is_linked_later()
    {
        var rule = new { kind = "publish", channel = "waiting-rule", sku = NewSku(), buffer = 1, reason = "to be sure" };
        (await host.Put("/v1/rules/waiting-rule", rule)).Ok();
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync();
        await using var held = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("select id from inventory.mt_streams where id like '%waiting-rule' for update", connection))
        {
            Assert.NotNull(await hold.ExecuteScalarAsync());
        }

        var put = host.Put("/v1/rules/waiting-rule", rule with { buffer = 2 });
        await PublishingHost.Eventually(async () => (long)(await host.Sql("select count(*) from pg_locks where not granted"))!, waiting => waiting > 0);
        await host.RecordAccepted(Line("receipt", 1, NewSku()));
        await Linked();
        await VerifiesOk();
        await held.RollbackAsync();

        (await put).Ok();
        await Linked();
        Assert.Equal(2L, await host.Sql("select sum(length(hashes)) / 32 from inventory.event_chain where stream like '%waiting-rule'"));
        await VerifiesOk();
    }

    /// <summary>What was returned counts as followed once memory has it.</summary>
    [Fact]
    public async Task The_cache_catches_up_after_a_failed_read()
    {
        var sku = await Received();
        await host.Register("slow-memory", "none");
        await PublishingHost.Eventually(async () => (await host.Get("/health/ready")).Text, text => text == "Healthy");
        await host.Sql("alter table inventory.fenced_use rename to fenced_use_away");
        try
        {
            await host.Sql(
                $"""
                 with one as (update inventory.mt_streams set version = 2 where id = '{sku}@S001')
                 insert into inventory.mt_events select (jsonb_populate_record(e, jsonb_build_object(
                   'seq_id', nextval('inventory.mt_events_sequence'), 'id', gen_random_uuid(), 'version', 2,
                   'data', e.data || jsonb_build_object('id', '{sku}-2', 'onHandAfter', 10, 'reservation', 'read-with-its-row')))).*
                 from inventory.mt_events as e where e.stream_id = '{sku}@S001';
                 update inventory.position set version = 2, on_hand = 10 where sku = '{sku}';
                 """);
            await PublishingHost.Eventually(async () => (await host.Get("/health/ready")).Text, text => text == "Degraded");
        }
        finally
        {
            await host.Sql("alter table inventory.fenced_use_away rename to fenced_use");
        }

        await PublishingHost.Eventually(async () => (await host.Get("/health/ready")).Text, text => text == "Healthy");
        Assert.Equal(10, (await host.Get($"/v1/availability/{sku}?channel=slow-memory")).Ok().Number("quantity"));
        await host.Sql(
            $"""
             insert into inventory.recorded_movement select m.source, '{sku}-2', second.seq_id from inventory.recorded_movement as m
             join inventory.mt_events as first on first.seq_id = m.sequence join inventory.mt_events as second on second.stream_id = first.stream_id
             where first.stream_id = '{sku}@S001' and first.version = 1 and second.version = 2
             """);
    }

    private async Task<string> Received()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        return sku;
    }

    private Task Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    private async Task VerifiesOk()
    {
        var verified = (await host.Get("/v1/audit/verify", key: "dev-finance")).Ok();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
    }

    private async Task<Dictionary<string, decimal>> Published(string channel)
    {
        await using var connection = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand($"select sku, quantity from inventory.publication where channel = '{channel}'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var published = new Dictionary<string, decimal>();
        while (await reader.ReadAsync())
        {
            published.Add(reader.GetString(0), reader.GetDecimal(1));
        }

        return published;
    }

    /// <summary>Of all hosts of this process.</summary>
    private async Task<string> Gauge() =>
        string.Join('\n', (await host.Get("/metrics")).Text.Split('\n')
            .Where(line => line.StartsWith("retailsync_followers_held_back_seconds", StringComparison.Ordinal)));
}
