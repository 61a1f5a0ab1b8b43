using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Publications.Ledger;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>
/// Publishers, the follower and operators write the same rows at once. All lock them in the order of their SKUs: who waits for a row has none that comes after
/// it, so nobody waits for another crosswise. No channel is registered here, so that the host itself writes none of them.
/// </summary>
public class Writers_of_the_ledger(PublishingHost host) : IClassFixture<PublishingHost>
{
    private const string First = "row-1";
    private const string Last = "row-2";

    public static TheoryData<string> All => ["record", "worked", "republish", "replay", "register", "follow"];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Hold_no_row_that_comes_after_the_one_they_wait_for(string writer)
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var channel = ChannelId.Parse($"written-by-{writer}");
        await Row(channel, Last);
        await Row(channel, First);
        if (writer == "register")
        {
            await Head(channel);
        }

        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(1, await Lock(connection, transaction, channel, First));

        var forwards = Write(writer, channel, First, Last);
        var backwards = writer == "follow" ? Task.CompletedTask : Write("record", channel, Last, First);
        await PublishingHost.Eventually(
            async () => (long)(await host.Sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))!,
            waiting => waiting == (backwards.IsCompleted ? 1 : 2));

        Assert.Equal(1, await Lock(connection, transaction, channel, Last));
        await transaction.CommitAsync();
        await Task.WhenAll(forwards, backwards);
    }

    [Theory]
    [InlineData("republish")]
    [InlineData("register")]
    public async Task Take_no_sequence_number_while_they_wait_for_the_head(string writer)
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var channel = ChannelId.Parse($"headed-by-{writer}");
        await Row(channel, First);
        await Head(channel);
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var head = new NpgsqlCommand($"select from inventory.publication_head where channel = '{channel}' for update", connection, transaction))
        {
            await head.ExecuteNonQueryAsync();
        }

        var waits = Write(writer, channel, First);
        await PublishingHost.Eventually(
            async () => (long)(await host.Sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))!,
            waiting => waiting == 1);

        Assert.Equal(1, await Lock(connection, transaction, channel, First));
        await transaction.CommitAsync();
        await waits;
    }

    /// <summary>Whoever goes on after a restart reads again what may have been recorded already.</summary>
    [Fact]
    public async Task Name_each_cause_once()
    {
        var (channel, sku) = (ChannelId.Parse("causes"), "caused");
        await Row(channel, sku);
        var (first, second, third) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var desired = Service<PublicationLedgerWriter>();
        var followed = await desired.Begin(0, default);
        await desired.Register([(channel, "log")], default);

        await desired.Record([new DesiredNumber(channel, sku, new ChannelPromise(9, null), [first, second])], followed, default);
        await desired.Record([new DesiredNumber(channel, sku, new ChannelPromise(8, null), [second, third])], followed, default);

        Assert.Equal($"""["{first}", "{second}", "{third}"]""",
            await host.Sql($"select causes::text from inventory.publication where channel = '{channel}' and sku = '{sku}'"));
    }

    private Task Write(string writer, ChannelId channel, params string[] skus)
    {
        var published = Array.ConvertAll(skus, sku => new Publication(Sku.Parse(sku), 1, 5, null, RunningHost.Now));
        return writer switch
        {
            "record" => Service<PublicationQueue>().Record(channel, published, Reply.Of(published, Verdict.Accepted), mayDie: false, default),
            "worked" => Service<PublicationQueue>().RecordSuccess(channel, hadFailed: true, default),
            "republish" => Service<ChannelProgress>().Republish(channel, new Republication(null, null), default),
            "replay" => Service<ChannelProgress>().ReplayDeadLetters(channel, null, default),
            "register" => Service<PublicationLedgerWriter>().Register([(channel, "webhook")], default),
            _ => Follow(channel, skus),
        };
    }

    private async Task Follow(ChannelId channel, string[] skus)
    {
        var desired = Service<PublicationLedgerWriter>();
        var followed = await desired.Begin(0, default);
        await desired.Register([(channel, "log")], default);
        await desired.Record([.. skus.Reverse().Select(sku => new DesiredNumber(channel, sku, new ChannelPromise(9, null), []))], followed, default);
    }

    private Task Head(ChannelId channel) => host.Sql($"insert into inventory.publication_head (channel, sequence, adapter) values ('{channel}', 1, 'log')");

    /// <summary>A number that is to be published and that every writer may change: it is due later, and a replay of dead letters finds it among them.</summary>
    private Task Row(ChannelId channel, string sku) => host.Sql(
        $"""
        insert into inventory.publication (channel, sku, sequence, quantity, desired_at, causes, dirty_since, rank, due_at, attempts, dead_at)
        values ('{channel}', '{sku}', 1, 5, now(), '[]', now(), 1, '2100-01-01', 1,
          {(channel.Value.EndsWith("replay", StringComparison.Ordinal) ? "now()" : "null")})
        """);

    /// <returns>How many rows nobody else holds.</returns>
    private static async Task<long> Lock(NpgsqlConnection connection, NpgsqlTransaction transaction, ChannelId channel, string sku)
    {
        await using var command = new NpgsqlCommand(
            "with mine as (select from inventory.publication where channel = $1 and sku = $2 for update skip locked) select count(*) from mine", connection,
            transaction);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(sku);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private T Service<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
