using RetailSync.Inventory.Host.Lanes;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Lanes;

public sealed class LaneCommit_results
{
    [Fact]
    public async Task Each_event_gets_its_sequence_in_order()
    {
        var sequences = await Read("values (7::bigint), (9), (8)", events: 3);
        Assert.Equal([7, 9, 8], sequences);
    }

    [Fact]
    public async Task Fewer_sequences_than_events_fail_the_commit() =>
        Assert.Contains("2 sequences", (await Assert.ThrowsAsync<InvalidOperationException>(() => Read("values (7::bigint), (9)", events: 3))).Message);

    private static async Task<long[]> Read(string sql, int events)
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var connection = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        return await LaneCommit.ReadSequences(reader, events);
    }
}
