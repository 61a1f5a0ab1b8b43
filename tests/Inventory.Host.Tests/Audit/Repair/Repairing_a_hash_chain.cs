using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.Repair;

/// <summary>Chains as followers have left them that skipped events, and numbers of channels that they did not work out.</summary>
public sealed class Repairing_a_hash_chain(PublishingHost host) : IClassFixture<PublishingHost>
{
    /// <summary>Rows of versions: what none has was skipped.</summary>
    [Theory]
    [InlineData("1 2|4 5", "3")]
    [InlineData("1 3 4 5", "2")]
    [InlineData("1 2 3", "4 5")]
    [InlineData("2 3|5", "1 4")]
    [InlineData("", "1 2 3 4 5")]
    [InlineData("1|3|5", "2 4")]
    public async Task Events_that_were_left_out_are_linked_late(string rows, string left)
    {
        var stream = $"{await Story()}@S001";
        await Hole(stream, rows);
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        var before = await Verify();
        Assert.Equal(("event-not-linked", stream), (before.GetProperty("firstDifference").Text("what"), before.GetProperty("firstDifference").Text("stream")));
        Assert.Equal(left.Split(' ').Length, before.Number("differences"));

        var repaired = (await host.Post("/v1/audit/repair", new { }, key: "dev-ops")).Ok();

        Assert.Equal((1, left.Split(' ').Length), (repaired.Number("streamsRepaired"), repaired.Number("eventsLinked")));
        Assert.Equal([stream], repaired.Items("first").Select(name => name.GetString()));
        var verified = await VerifiesOk();
        Assert.Equal(verified.Number("eventsChecked"), verified.Number("eventsLinked"));
        var log = (await host.Get("/v1/audit/repairs?limit=1000", key: "dev-finance")).Ok().Items();
        var repair = Assert.Single(log, one => one.Text("stream") == stream);
        Assert.Equal(("chain", "dev-ops", "ops"), (repair.Text("kind"), repair.Text("by"), repair.Text("role")));
        Assert.Equal(left, string.Join(' ', repair.Items("versions").Select(version => version.GetInt64())));
        Assert.Equal(log.Where(one => one.Text("kind") == "chain").Sum(one => one.Items("versions").Length), verified.Number("eventsLinkedLate"));

        // It goes on from there, is signed anew, and there is nothing more to repair.
        await host.RecordAccepted(Line("receipt", 1, stream[..^5]));
        await Linked();
        Assert.NotNull(await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None));
        await VerifiesOk();
        Assert.Equal(0, (await host.Post("/v1/audit/repair", new { }, key: "dev-ops")).Ok().Number("eventsLinked"));
    }

    [Fact]
    public async Task A_changed_event_beside_a_hole_is_left_to_be_found()
    {
        var stream = $"{await Story()}@S001";
        await Hole(stream, "1 2|4 5");
        await host.Sql($"create table inventory.kept_2 as select * from inventory.mt_events where stream_id = '{stream}' and version = 5");
        await host.Sql($"update inventory.mt_events set data = jsonb_set(data, '{{document}}', '\"other\"') where stream_id = '{stream}' and version = 5");

        var repaired = (await host.Post("/v1/audit/repair", new { })).Ok();

        Assert.Equal((0, stream), (repaired.Number("eventsLinked"), repaired.Items("streamsLeft").Single().GetString()));
        Assert.Equal(2, (await Verify()).Number("differences"));
        await host.Sql("update inventory.mt_events e set data = k.data from inventory.kept_2 k where k.seq_id = e.seq_id");
        Assert.Equal(1, (await host.Post("/v1/audit/repair", new { })).Ok().Number("eventsLinked"));
        await VerifiesOk();
    }

    /// <summary>A repair is no way to sign something else: what was linked before still has to be what is stored.</summary>
    [Fact]
    public async Task Links_made_before_a_repair_are_still_compared()
    {
        var stream = $"{await Story()}@S001";
        await Hole(stream, "1 2|4 5");
        (await host.Post("/v1/audit/repair", new { })).Ok();
        await VerifiesOk();
        const string Flip = "update inventory.event_chain_replaced set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where stream = '{0}'";

        await host.Sql(Flip.Replace("{0}", stream, StringComparison.Ordinal));

        var first = (await Verify()).GetProperty("firstDifference");
        Assert.Equal(("event-changed", stream), (first.Text("what"), first.Text("stream")));
        await host.Sql(Flip.Replace("{0}", stream, StringComparison.Ordinal));
        await VerifiesOk();
    }

    [Fact]
    public async Task Chains_that_were_not_signed_are_not_repaired()
    {
        await Story();
        await Linked();
        var made = await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        Assert.NotNull(made);
        await host.Sql($"update inventory.audit_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = {made.Number}");

        try
        {
            (await host.Post("/v1/audit/repair", new { })).Refused(409, "checkpoint-differs");
        }
        finally
        {
            await host.Sql($"update inventory.audit_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = {made.Number}");
        }

        await VerifiesOk();
    }

    [Fact]
    public async Task Wrong_event_counts_of_channels_are_corrected()
    {
        await host.Register("corrected", "log");
        var (wrong, right) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 5, wrong), Line("receipt", 5, right));
        await host.Acknowledged("corrected", wrong, 5);
        await host.Acknowledged("corrected", right, 5);
        await host.Sql($"update inventory.publication set quantity = 7 where channel = 'corrected' and sku = '{wrong}'");

        var repaired = (await host.Post("/v1/audit/repair", new { }, key: "dev-ops")).Ok();

        Assert.Equal(1, repaired.Number("publicationsCorrected"));
        await host.Acknowledged("corrected", wrong, 5);
        var repair = (await host.Get("/v1/audit/repairs?limit=1000")).Ok().Items()[^1];
        Assert.Equal(("publications", 1, "dev-ops"), (repair.Text("kind"), repair.Number("corrected"), repair.Text("by")));
    }

    [Fact]
    public async Task Repairing_is_for_ops_and_reading_repairs_for_finance()
    {
        foreach (var key in new[] { "dev-finance", "dev-planner", "dev-channel-web", "dev-store-S001" })
        {
            (await host.Post("/v1/audit/repair", new { }, key)).Refused(403, "forbidden");
        }

        (await host.Get("/v1/audit/repairs", key: "dev-planner")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/repairs?limit=0", key: "dev-finance")).Refused(400, "invalid-request");
        (await host.Post("/v1/audit/repair", new { everything = true })).Refused(400, "invalid-request");
        (await host.Post("/v1/audit/repair?sku=a", new { })).Refused(400, "invalid-request");
    }

    /// <summary>Five events, linked as they should be, and no checkpoint of that: the next is due in an hour.</summary>
    private async Task<string> Story()
    {
        await host.RecordAccepted(Line("receipt", 1, NewSku()));
        await Linked();
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        var sku = NewSku();
        foreach (var number in Enumerable.Range(1, 5))
        {
            await host.RecordAccepted(Line("receipt", number, sku, more: ("document", $"d-{number}")));
        }

        await Linked();
        await VerifiesOk();
        return sku;
    }

    /// <summary>Makes the chain of a stream what a follower made of it that skipped versions.</summary>
    private async Task Hole(string stream, string rows)
    {
        await using var database = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        var events = new List<ChainedEvent>();
        var ofStream = $"select {ChainedEvent.Columns} from inventory.mt_events where stream_id = '{stream}' order by version";
        await using (var select = database.CreateCommand(ofStream))
        {
            await using var reader = await select.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                events.Add(ChainedEvent.Read(reader, stream));
            }
        }

        await host.Sql($"delete from inventory.event_chain where stream = '{stream}'");
        var (hash, link) = (new ChainHash(), new byte[ChainHash.Length]);
        foreach (var row in rows.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var hashes = new List<byte>();
            foreach (var version in row.Split(' ').Select(int.Parse))
            {
                hash.Next(events[version - 1], link);
                hashes.AddRange(link);
            }

            var last = row.Split(' ')[^1];
            var bytes = Convert.ToHexStringLower([.. hashes]);
            await host.Sql($"insert into inventory.event_chain select '{stream}', {last}, round, '\\x{bytes}' from inventory.event_chain_progress");
        }

        // A checkpoint is made of what is newer than the last.
        await host.Sql("update inventory.event_chain_progress set round = round + 1");
    }

    private Task Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    private async Task<JsonElement> Verify() => (await host.Get("/v1/audit/verify", key: "dev-finance")).Ok();

    private async Task<JsonElement> VerifiesOk()
    {
        var verified = await Verify();
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        return verified;
    }
}
