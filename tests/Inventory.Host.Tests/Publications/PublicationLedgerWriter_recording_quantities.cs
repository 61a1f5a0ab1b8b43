using Microsoft.Extensions.DependencyInjection;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Publications.Ledger;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>What the statement writes. No channel is registered here, so that the host itself writes nothing to the ledger.</summary>
public sealed class PublicationLedgerWriter_recording_quantities(PublishingHost host) : IClassFixture<PublishingHost>
{
    private static readonly FollowerCheckpoint Checkpoint = new(7, "plan", "sku-5", Newest: 9, Missing: "{[8,9)}", Again: true);
    private static int s_channels;

    private readonly ChannelId _channel = ChannelId.Parse($"ledger-{Interlocked.Increment(ref s_channels)}");

    [Fact]
    public async Task A_first_quantity_is_due_with_its_causes()
    {
        var writer = await Writer();
        var cause = Guid.CreateVersion7();

        Assert.Equal(1, await writer.Record([Desired("a", 3, cause) with { Number = new(3, "low") }], Checkpoint, default));

        Assert.Equal($"1|3|low|[\"{cause}\"]|due|1|0", await Row("a"));
        Assert.Equal($"1 a 3 low [\"{cause}\"]", await Changes());
    }

    [Fact]
    public async Task The_checkpoint_moves_with_the_quantities()
    {
        var writer = await Writer();

        await writer.Record([], Checkpoint, default);

        Assert.Equal("plan|sku-5|9|{[8,9)}|t", await host.Sql(
            "select concat_ws('|', grounds, compared, newest, missing, again) from inventory.publication_cursor"));
        Assert.True((long)(await host.Sql("select settled from inventory.publication_cursor"))! >= 7);
    }

    [Fact]
    public async Task The_same_quantity_again_takes_no_sequence()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 3)], Checkpoint, default);

        Assert.Equal(0, await writer.Record([Desired("a", 3, Guid.CreateVersion7())], Checkpoint, default));

        Assert.Equal("1 a 3 []", await Changes());
    }

    [Fact]
    public async Task A_cause_of_the_quantity_before_is_not_named_again()
    {
        var writer = await Writer(adapter: "none");
        var (receipt, sale) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await writer.Record([Desired("a", 5, receipt)], Checkpoint, default);

        await writer.Record([Desired("a", 3, receipt, sale)], Checkpoint, default);
        await writer.Record([Desired("a", 2, sale)], Checkpoint, default); // a rule that changes it twice

        Assert.Equal($"1 a 5 [\"{receipt}\"], 2 a 3 [\"{sale}\"], 3 a 2 [\"{sale}\"]", await Changes());
    }

    [Fact]
    public async Task Sequences_are_per_channel_and_without_a_gap()
    {
        var writer = await Writer();
        var other = ChannelId.Parse($"{_channel}-other");
        await writer.Register([(other, "log")], default);
        await writer.Record([Desired("b", 1), Desired("a", 1) with { Channel = other }, Desired("a", 1)], Checkpoint, default);

        await writer.Record([Desired("b", 1), Desired("a", 2), Desired("c", 1)], Checkpoint, default);

        Assert.Equal("1 b 1 [], 2 a 1 [], 3 a 2 [], 4 c 1 []", await Changes());
        Assert.Equal(1L, await host.Sql($"select sequence from inventory.publication_head where channel = '{other}'"));
    }

    [Fact]
    public async Task A_channel_without_adapter_has_nothing_due()
    {
        var writer = await Writer(adapter: "none");

        await writer.Record([Desired("a", 3)], Checkpoint, default);

        Assert.Equal("1|3||[]|not due|1|0", await Row("a"));
        Assert.Equal("1 a 3 []", await Changes());
    }

    [Fact]
    public async Task To_and_from_zero_is_published_first()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 0), Desired("b", 5)], Checkpoint, default);
        Assert.Equal((0, 1), (await Rank("a"), await Rank("b")));
        await Sent(2);

        await writer.Record([Desired("a", 1), Desired("b", 0)], Checkpoint, default);
        Assert.Equal((0, 0), (await Rank("a"), await Rank("b")));

        await writer.Record([Desired("b", 4)], Checkpoint, default);
        Assert.Equal(1, await Rank("b")); // the channel still has 5: it never showed zero
    }

    [Fact]
    public async Task Back_to_what_was_acknowledged_is_not_due()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 5)], Checkpoint, default);
        await Acknowledge(await Sent(1));
        await writer.Record([Desired("a", 4)], Checkpoint, default);
        Assert.Equal("2|4||[]|due|1|0", await Row("a"));

        await writer.Record([Desired("a", 5)], Checkpoint, default);

        Assert.Equal("3|5||[]|not due|1|0", await Row("a"));
    }

    [Fact]
    public async Task Causes_gather_while_due_and_the_newest_twenty_stay()
    {
        var writer = await Writer();
        Guid[] causes = [.. Enumerable.Range(0, 25).Select(_ => Guid.CreateVersion7())];
        await writer.Record([Desired("a", 5, causes[..15])], Checkpoint, default);

        await writer.Record([Desired("a", 4, causes[10..])], Checkpoint, default);

        Assert.Equal(
            $"[{string.Join(", ", causes[5..].Select(cause => $"\"{cause}\""))}]",
            await host.Sql($"select causes::text from inventory.publication where channel = '{_channel}'"));
    }

    [Fact]
    public async Task A_location_no_longer_mapped_is_leaving()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 3) with { Locations = new LocationQuantities("""{"north":1,"south":2}""", null) }], Checkpoint, default);
        await Sent(1);

        await writer.Record([Desired("a", 1) with { Locations = new LocationQuantities("""{"north":1}""", """{"S002":2}""") }], Checkpoint, default);

        Assert.Equal("""{"north": 1}|{"S002": 2}|["south"]|0""", await host.Sql(
            $"select concat_ws('|', places, unmapped, leaving, rank) from inventory.publication where channel = '{_channel}'"));
    }

    [Fact]
    public async Task A_single_location_is_leaving_once_locations_are_mapped()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 3)], Checkpoint, default);
        await Sent(1);

        await writer.Record([Desired("a", 3) with { Locations = new LocationQuantities("""{"north":3}""", null) }], Checkpoint, default);

        Assert.Equal("""[""]""", await host.Sql($"select leaving::text from inventory.publication where channel = '{_channel}'"));
    }

    [Fact]
    public async Task More_units_in_open_orders_are_published_and_fewer_kept()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 3) with { OpenOrderUnits = """{"":1}""" }], Checkpoint, default);

        Assert.Equal(1, await writer.Record([Desired("a", 3) with { OpenOrderUnits = """{"":2}""" }], Checkpoint, default));
        Assert.Equal(0, await writer.Record([Desired("a", 3) with { OpenOrderUnits = """{"":0}""" }], Checkpoint, default));

        Assert.Equal("1 a 3 [], 2 a 3 []", await Changes());
        Assert.Equal("""{"": 0}""", await host.Sql($"select in_orders::text from inventory.publication where channel = '{_channel}'"));
    }

    [Fact]
    public async Task A_new_quantity_revives_a_dead_letter()
    {
        var writer = await Writer();
        await writer.Record([Desired("a", 5)], Checkpoint, default);
        var sent = await Sent(1);
        await Service<PublicationQueue>().Record(_channel, sent, Reply.Of(sent, Verdict.Refused, "No."), mayDie: true, default);
        Assert.Equal("No.", await host.Sql($"select error from inventory.publication where channel = '{_channel}' and dead_at is not null"));

        await writer.Record([Desired("a", 4)], Checkpoint, default);

        Assert.Equal("2|4||[]|due|1|0", await Row("a"));
        Assert.Equal(1L, await host.Sql(
            $"select count(*) from inventory.publication where channel = '{_channel}' and dead_at is null and error is null"));
    }

    [Fact]
    public async Task A_writer_of_an_earlier_epoch_writes_nothing()
    {
        var former = await Writer();
        var writer = await Writer();
        await writer.Record([Desired("a", 3)], Checkpoint, default);

        await Assert.ThrowsAsync<NotFollowingException>(() => former.Record(
            [Desired("a", 9) with { OpenOrderUnits = """{"":1}""" }, Desired("b", 9)], Checkpoint with { Fingerprint = "former" }, default));

        Assert.Equal("1 a 3 []", await Changes());
        Assert.Equal("plan", await host.Sql("select grounds from inventory.publication_cursor"));
    }

    private DesiredNumber Desired(string sku, decimal quantity, params Guid[] causes) => new(_channel, sku, new ChannelPromise(quantity, null), causes);

    private async Task<PublicationLedgerWriter> Writer(string adapter = "log")
    {
        var writer = ActivatorUtilities.CreateInstance<PublicationLedgerWriter>(host.Services);
        await writer.Begin(0, default);
        await writer.Register([(_channel, adapter)], default);
        return writer;
    }

    /// <summary>Takes what is due, as a publisher does before it calls the channel.</summary>
    private async Task<IReadOnlyList<Publication>> Sent(int publications)
    {
        var taken = await Service<PublicationQueue>().Take(_channel, Duration.Zero, 10, default);
        Assert.Equal(publications, taken.Count);
        return [.. taken.Select(one => one.Publication)];
    }

    private Task Acknowledge(IReadOnlyList<Publication> sent) =>
        Service<PublicationQueue>().Record(_channel, sent, Reply.Of(sent, Verdict.Accepted), mayDie: false, default);

    /// <summary>Sequence, quantity, level, causes, whether it is due, rank, attempts.</summary>
    private async Task<string> Row(string sku) => (string)(await host.Sql(
        $"""
        select format('%s|%s|%s|%s|%s|%s|%s', sequence, quantity, level, causes, case when dirty_since is null then 'not due' else 'due' end, rank, attempts)
        from inventory.publication where channel = '{_channel}' and sku = '{sku}'
        """))!;

    private async Task<int> Rank(string sku) =>
        (int)(await host.Sql($"select rank from inventory.publication where channel = '{_channel}' and sku = '{sku}'"))!;

    /// <summary>The channel's feed in order: sequence, SKU, quantity, level, causes.</summary>
    private async Task<string> Changes() => (string)(await host.Sql(
        $"""
        select string_agg(concat_ws(' ', sequence, sku, quantity, level, causes), ', ' order by sequence)
        from inventory.publication_change where channel = '{_channel}'
        """))!;

    private T Service<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
