using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Tests.EventLog;

/// <summary>One situation each; what all of them together make is <see cref="EventTail_interleaved"/>.</summary>
public sealed class EventTail_late_commits(EmptyLedger ledger) : IClassFixture<EmptyLedger>
{
    /// <summary>As it was seen: baskets of a thousand lines behind a short transaction, and reads that stop at their limit.</summary>
    [Fact]
    public async Task More_late_events_than_one_read_takes_all_come()
    {
        var tail = await AtRest();
        var basket = await (await (await ledger.Begin()).Take(1_000)).Record();
        await Committed(1);
        Assert.Single(await tail.Read(100, default));
        await basket.Commit();

        var returned = await ReadAll(tail, atMost: 100);

        Assert.Equal(basket.Taken, returned);
        Assert.Equal(tail.Newest, tail.CompleteUpTo);
    }

    /// <summary>A transaction has an id only once it writes; until then no snapshot includes it.</summary>
    [Fact]
    public async Task A_sequence_taken_before_a_transaction_id_is_waited_for()
    {
        var tail = await AtRest();
        var early = await (await ledger.Begin()).Take();
        Assert.False(await early.HasNumber());
        await Committed(3);

        Assert.Equal(3, (await ReadAll(tail)).Count);
        Assert.Empty(await tail.Read(100, default));
        Assert.Equal(early.Taken[0] - 1, tail.CompleteUpTo);
        await early.Record();
        await early.Commit();

        Assert.Equal(early.Taken, await ReadAll(tail));
    }

    [Theory]
    [InlineData("select txid_current()")]
    [InlineData("select count(*) from inventory.mt_events")]
    [InlineData("create table inventory.elsewhere_{0} (id integer)")]
    [InlineData("select last_value from inventory.mt_events_sequence")]
    [InlineData("lock table inventory.mt_streams in row exclusive mode")]
    public async Task A_transaction_that_records_nothing_holds_nothing_back(string sql)
    {
        var tail = await AtRest();
        await using var idle = await ledger.Database.OpenConnectionAsync();
        await using var open = await idle.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand(sql.Replace("{0}", Guid.NewGuid().ToString("n"), StringComparison.Ordinal), idle))
        {
            await command.ExecuteScalarAsync();
        }

        await (await (await ledger.Begin()).Take(2)).RollBack();
        await Committed(1);
        Assert.Single(await ReadAll(tail));

        Assert.Equal(tail.Newest, tail.CompleteUpTo);
    }

    /// <summary>Sequences that others took meanwhile, more than can be in flight of lanes and batches.</summary>
    [Fact]
    public async Task A_start_from_now_includes_open_transactions_however_old()
    {
        var settled = (await AtRest()).CompleteUpTo;
        var stalled = await (await ledger.Begin()).Take();
        await (await (await ledger.Begin()).Take(25_000)).RollBack();
        await Committed(1);

        var tail = await EventTail.FromNow(ledger.Database, settled, default);
        Assert.Empty(await tail.Read(100, default));
        await stalled.Record();
        await stalled.Commit();

        Assert.Equal(stalled.Taken, await ReadAll(tail));
        Assert.Equal(tail.Newest, tail.CompleteUpTo);
    }

    [Fact]
    public async Task A_long_open_writer_costs_ranges_and_not_events()
    {
        var tail = await AtRest(rangesAtOnce: 10);
        var stalled = await (await ledger.Begin()).Take();
        for (var round = 0; round < 100; round++)
        {
            await Committed(50);
            await (await (await ledger.Begin()).Take(3)).RollBack();
            Assert.Equal(50, (await tail.Read(1_000, default)).Count);
        }

        Assert.InRange(tail.Watermark.Missing.Count, 100, 101);
        await stalled.Record();
        await stalled.Commit();
        await Committed(1);

        Assert.Equal(2, (await ReadAll(tail)).Count);
        Assert.True(tail.Watermark.Covers(stalled.Taken[0]));
        Assert.Empty(await ReadAll(tail));
        Assert.Equal(tail.Newest, tail.CompleteUpTo);
    }

    /// <summary>The lock goes with the transaction, not with the part of it that took the sequence.</summary>
    [Fact]
    public async Task A_sequence_taken_in_a_rolled_back_savepoint_still_counts()
    {
        var tail = await AtRest();
        var writer = await ledger.Begin();
        await writer.GiveUp(1);
        await writer.Take();
        await Committed(1);
        Assert.Single(await ReadAll(tail));
        Assert.True(tail.CompleteUpTo < writer.Taken[0]);
        await writer.Record();
        await writer.Commit();

        Assert.Equal(writer.Taken, await ReadAll(tail));
    }

    [Fact]
    public async Task Events_that_the_caller_committed_itself_are_not_returned()
    {
        var tail = await AtRest();
        var other = await (await (await ledger.Begin()).Take(2)).Record();
        var own = await Committed(5);
        var later = await Committed(1);
        tail.Know(own.Taken);
        Assert.False(tail.Watermark.Covers(other.Taken[0]) || tail.Watermark.Covers(later.Taken[0]));
        Assert.Equal(later.Taken, await ReadAll(tail));
        await other.Commit();

        Assert.Equal(other.Taken, await ReadAll(tail));
        Assert.Equal(tail.Newest, tail.CompleteUpTo);
    }

    [Fact]
    public async Task A_failed_read_has_returned_nothing()
    {
        var tail = await AtRest();
        var writer = await Committed(3);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tail.Read(100, stopped.Token));

        Assert.Equal(writer.Taken, await ReadAll(tail));
    }

    private async Task<EventTail> AtRest(int rangesAtOnce = 1_000)
    {
        await using var command = ledger.Database.CreateCommand("select coalesce(max(seq_id), 0) from inventory.mt_events");
        var tail = new EventTail(ledger.Database, (long)(await command.ExecuteScalarAsync())!) { RangesAtOnce = rangesAtOnce };
        await Committed(1);
        await ReadAll(tail);
        Assert.Equal(tail.Newest, tail.CompleteUpTo);
        return tail;
    }

    private async Task<LedgerWriter> Committed(int events)
    {
        var writer = await (await (await ledger.Begin()).Take(events)).Record();
        await writer.Commit();
        return writer;
    }

    /// <summary>Until nothing comes, and once more to settle it.</summary>
    private static async Task<List<long>> ReadAll(EventTail tail, int atMost = 1_000)
    {
        var (returned, empty) = (new List<long>(), 0);
        while (empty < 2)
        {
            var read = await tail.Read(atMost, default);
            returned.AddRange(read.Select(happened => happened.Sequence));
            empty = read.Count == 0 ? empty + 1 : 0;
        }

        return returned;
    }
}
