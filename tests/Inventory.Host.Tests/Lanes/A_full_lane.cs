using Npgsql;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Lanes;

public sealed class HostWithOneShortLane : RunningHost
{
    protected override string[] Switches => ["--Lanes:Count=1", "--Lanes:QueueLength=1", "--Lanes:StandsStillAfter=0:00:00:00.1"];
}

public class A_full_lane(HostWithOneShortLane host) : IClassFixture<HostWithOneShortLane>
{
    [Fact]
    public async Task Is_answered_429_with_Retry_After()
    {
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await using var transaction = await Stop(connection);

        // One may be at the database and one may wait; whoever comes besides is turned away at once.
        var sku = NewSku();
        var recording = Enumerable.Range(0, 6)
            .Select(_ => host.Post("/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 1, sku) } })).ToList();
        List<Answer> refused = [];
        while (refused.Count < 4)
        {
            var answered = await Task.WhenAny(recording);
            recording.Remove(answered);
            refused.Add(await answered);
        }

        await transaction.RollbackAsync();
        var rest = await Task.WhenAll(recording);

        Assert.All(refused, answer => answer.Refused(429, "lane-full"));
        Assert.All(refused, answer => Assert.Equal("1", answer.Headers["Retry-After"]));
        var accepted = rest.Count(answer => answer.Status == 200);
        Assert.InRange(accepted, 1, 2);
        Assert.Equal(accepted, await host.OnHand(sku));
    }

    [Fact]
    public async Task That_is_stalled_makes_the_host_not_ready()
    {
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await using var transaction = await Stop(connection);
        var recording = host.RecordAccepted(Line("receipt", 1, NewSku()));

        await Ready(503);
        await transaction.RollbackAsync();
        await recording;
        await Ready(200);

        Task Ready(int status) => Waiting.Until(async () => (await host.Get("/health/ready", key: null)).Status == status);
    }

    /// <summary>Lanes wait for the database until the transaction ends.</summary>
    private static async Task<NpgsqlTransaction> Stop(NpgsqlConnection connection)
    {
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var stop = new NpgsqlCommand("lock table inventory.mt_streams in exclusive mode", connection, transaction);
        await stop.ExecuteNonQueryAsync();
        return transaction;
    }
}
