using Npgsql;
using RetailSync.Inventory.Host.EventLog;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.EventLog;

public sealed class Following_the_events(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task An_event_that_commits_after_a_later_one_is_returned()
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString + ";Application Name=tail");
        await using var withTime = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        var tail = await EventTail.FromNow(withTime, 0, default);
        await Rest(tail);

        await using var slow = await database.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        var early = await Append(slow, "tail-early");
        var late = await host.RecordAccepted(Line("receipt", 1, NewSku()));

        Assert.True(early < late);
        Assert.Equal([late], (await tail.Read(100, default)).Select(happened => happened.Sequence));
        Assert.Empty(await tail.Read(100, default));
        Assert.Equal((early - 1, false, true), (tail.CompleteUpTo, tail.Watermark.Covers(early), tail.Watermark.Covers(late)));

        await open.CommitAsync();
        Assert.Equal([early], (await tail.Read(100, default)).Select(happened => happened.Sequence));
        Assert.Equal(late, tail.CompleteUpTo);
    }

    [Fact]
    public async Task A_sequence_of_a_rolled_back_transaction_is_skipped()
    {
        await using var database = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        var tail = await EventTail.FromNow(database, 0, default);
        await Rest(tail);
        await using (var given = await database.OpenConnectionAsync())
        {
            await using var up = await given.BeginTransactionAsync();
            await Append(given, "tail-given-up");
            await up.RollbackAsync();
        }

        var newest = await host.RecordAccepted(Line("receipt", 1, NewSku()));
        await Rest(tail);

        Assert.Equal(newest, tail.CompleteUpTo);
    }

    [Fact]
    public async Task More_events_than_one_read_takes_come_in_several_reads()
    {
        await using var database = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        var tail = await EventTail.FromNow(database, 0, default);
        await Rest(tail);
        var newest = await host.RecordAccepted([.. Enumerable.Range(0, 25).Select(_ => Line("receipt", 1, NewSku()))]);

        var seen = new List<long>();
        while (!tail.Watermark.Covers(newest))
        {
            seen.AddRange((await tail.Read(10, default)).Select(happened => happened.Sequence));
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(number => newest - 24 + number), seen);
    }

    private static async Task Rest(EventTail tail)
    {
        await Waiting.Until(async () => (await tail.Read(1_000, default)).Count == 0 && tail.CompleteUpTo == tail.Newest);
    }

    private static async Task<long> Append(NpgsqlConnection connection, string stream)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into inventory.mt_streams (id, version, timestamp, created, tenant_id, is_archived) values ($1, 1, now(), now(), '*DEFAULT*', false);
            """, connection)
        { Parameters = { new() { Value = stream } } };
        await command.ExecuteNonQueryAsync();
        await using var append = new NpgsqlCommand(
            """
            insert into inventory.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
            values (nextval('inventory.mt_events_sequence'), gen_random_uuid(), $1, 1, '{"by":"nobody","at":"2026-11-23T00:00:00Z"}',
              'tail_test', now(), '*DEFAULT*', false) returning seq_id
            """, connection)
        { Parameters = { new() { Value = stream } } };
        return (long)(await append.ExecuteScalarAsync())!;
    }
}
