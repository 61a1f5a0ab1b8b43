using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Audit.Verify;

/// <summary>
/// Attacks by somebody who owns the database, and what verify says of each: without anything from outside, and with the copies of an auditor.
/// </summary>
public sealed class Tampering_by_an_insider(SigningHost host) : IClassFixture<SigningHost>, IAsyncLifetime
{
    private const string Changed = "event-changed";
    private const string Missing = "event-missing";
    private const string NotLinked = "event-not-linked";
    private const string Checkpoint = "checkpoint";
    private const string Copy = "checkpoint-copy";

    /// <summary>Each with the first difference that is found without copies and with them; null where nothing in the database can show it.</summary>
    private static readonly Dictionary<string, (string? Without, string With, Func<Insider, Task> Attack)> Attacks = new()
    {
        ["changes an event and its position"] = (Changed, Changed, insider => insider.StealFrom("A")),
        ["changes an event, its position and its chain"] = (Checkpoint, Checkpoint, async insider =>
        {
            await insider.StealFrom("A");
            await insider.Relink("A");
        }
        ),
        ["takes a whole position away"] = (Checkpoint, Checkpoint, insider => insider.Do(
            """
            delete from inventory.recorded_movement where sequence in (select seq_id from inventory.mt_events where stream_id = 'A@S001');
            delete from inventory.mt_events where stream_id = 'A@S001'; delete from inventory.mt_streams where id = 'A@S001';
            delete from inventory.position where sku = 'A';
            delete from inventory.event_chain where stream = 'A@S001';
            """)),
        ["takes the newest event of a position away"] = (Missing, Missing, insider => insider.Do(
            """
            delete from inventory.recorded_movement where sequence in (select seq_id from inventory.mt_events where stream_id = 'B@S001' and version = 3);
            delete from inventory.mt_events where stream_id = 'B@S001' and version = 3; update inventory.mt_streams set version = 2 where id = 'B@S001';
            update inventory.position set on_hand = 20, version = 2 where sku = 'B';
            """)),
        ["puts an event among the old ones"] = (NotLinked, NotLinked, insider => insider.Do(
            """
            insert into inventory.mt_streams (id, version, timestamp, created, tenant_id, is_archived)
              select 'Z@S001', 1, timestamp, created, tenant_id, is_archived from inventory.mt_streams where id = 'A@S001';
            insert into inventory.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, correlation_id, is_archived)

                select 0, gen_random_uuid(), 'Z@S001', 1, data, type, timestamp, tenant_id, correlation_id, is_archived
              from inventory.mt_events where stream_id = 'A@S001';
            """)),
        ["takes links away"] = (NotLinked, NotLinked, insider => insider.Do("delete from inventory.event_chain where stream = 'C@S001'")),
        ["gives links another round"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.event_chain set round = round + 1 where stream = 'A@S001'")),
        ["keeps the chains' rounds back, so that nothing new is signed"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.event_chain_progress set round = 1")),
        ["changes a statement: when"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.audit_checkpoint set at = at + interval '1 microsecond' where number = 2")),
        ["changes a statement: how many events"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.audit_checkpoint set events = events + 1 where number = 2")),
        ["changes a statement: the root"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.audit_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = 2")),
        ["changes a signature"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.audit_checkpoint set signature = set_byte(signature, 0, get_byte(signature, 0) # 1) where number = 2")),
        ["cuts a signature off"] = (Checkpoint, Checkpoint, insider => insider.Do("update inventory.audit_checkpoint set signature = '' where number = 5")),
        ["empties a column"] = (Checkpoint, Checkpoint, insider => insider.Do(
            """
            alter table inventory.audit_checkpoint alter root drop not null;
            update inventory.audit_checkpoint set root = null where number = 5;
            """)),
        ["names another key"] = (Checkpoint, Checkpoint, insider => insider.Do(
            "update inventory.audit_checkpoint set key = '0123456789abcdef' where number = 1")),
        ["takes the first checkpoints away"] = (Checkpoint, Checkpoint, insider => insider.Do("delete from inventory.audit_checkpoint where number <= 2")),
        ["takes one in the middle away"] = (Checkpoint, Checkpoint, insider => insider.Do("delete from inventory.audit_checkpoint where number = 3")),
        ["takes one in the middle away and closes the gap"] = (Checkpoint, Checkpoint, insider => insider.Do(
            """
            delete from inventory.audit_checkpoint where number = 3;
            update inventory.audit_checkpoint set number = 3 where number = 4;
            update inventory.audit_checkpoint set number = 4 where number = 5;
            """)),
        ["takes the newest away while the host runs"] = (Copy, Copy, insider => insider.Do("delete from inventory.audit_checkpoint where number = 5")),
        ["takes the newest away and starts the host again"] = (null, Copy, async insider =>
        {
            await insider.Do("delete from inventory.audit_checkpoint where number = 5");
            await insider.RestartAndSign();
        }
        ),
        ["changes an old event and its chain, takes later checkpoints away and has the host sign"] = (Checkpoint, Checkpoint, async insider =>
        {
            await insider.StealFrom("A");
            await insider.Relink("A");
            await insider.Do("delete from inventory.audit_checkpoint where number > 1");
            await insider.RestartAndSign();
        }
        ),
        ["changes what only the newest states, and has the host sign that anew"] = (null, Copy, async insider =>
        {
            await insider.StealFrom("C");
            await insider.Relink("C");
            await insider.Do("delete from inventory.audit_checkpoint where number = 5");
            await insider.RestartAndSign();
        }
        ),
        ["signs everything with a key of his own"] = (Checkpoint, Checkpoint, async insider =>
        {
            await insider.StealFrom("A");
            await insider.Relink("A");
            await insider.SignAnew(1, 5);
        }
        ),
        ["signs everything under the name of our key"] = (Checkpoint, Checkpoint, async insider =>
        {
            await insider.StealFrom("A");
            await insider.Relink("A");
            await insider.SignAnew(1, 5, name: await insider.NameOfOurKey());
        }
        ),
        ["signs the newest under an unknown name"] = (Checkpoint, Checkpoint, async insider =>
        {
            await insider.StealFrom("C");
            await insider.Relink("C");
            await insider.SignAnew(5, 5, name: "unknown");
        }
        ),
        ["adds a checkpoint of his own"] = (Checkpoint, Checkpoint, insider => insider.SignAnew(6, 6)),
        ["changes history, takes all proof away and has the host sign anew"] = (null, Copy, async insider =>
        {
            await insider.StealFrom("A");
            await insider.LetTheHostBeginAnew();
        }
        ),
        ["takes all proof away while the host runs"] = (NotLinked, NotLinked, insider => insider.Do(
            """
            delete from inventory.audit_checkpoint;
            delete from inventory.event_chain;
            delete from inventory.event_chain_progress;
            """)),
        ["takes everything away"] = (null, Copy, async insider =>
        {
            await insider.Do(
                """
                delete from inventory.mt_events;
                delete from inventory.mt_streams;
                delete from inventory.position;
                delete from inventory.recorded_movement;
                """);
            await insider.LetTheHostBeginAnew();
        }
        ),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    public Task InitializeAsync() => host.PutBack();

    public Task DisposeAsync() =>
        host.Sql("update inventory.audit_checkpoint set root = '' where root is null; alter table inventory.audit_checkpoint alter root set not null");

    [Fact]
    public async Task Nothing_done_means_no_differences()
    {
        var verified = await host.VerifyWithCopies();

        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.Equal((SigningHost.Checkpoints, SigningHost.Checkpoints), ((int)verified.Number("checkpointsChecked"), (int)verified.Number("copiesChecked")));
        Assert.Equal(0, (await host.Verify()).Number("copiesChecked"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_kind_of_tampering_is_found_and_named(string name)
    {
        var (without, with, attack) = Attacks[name];

        await attack(new Insider(host));

        Assert.Equal((without, with), (First(await host.Verify()), First(await host.VerifyWithCopies())));
    }

    private static string? First(JsonElement verified)
    {
        var first = verified.GetProperty("firstDifference");
        Assert.Equal(first.ValueKind == JsonValueKind.Null, verified.GetProperty("ok").GetBoolean());
        return first.ValueKind == JsonValueKind.Null ? null : first.Text("what");
    }
}
