using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;

namespace RetailSync.Inventory.Host.Tests.Lanes;

public sealed class A_batch_with_one_bad_command(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>Or a batch of a thousand could stand in front of everybody for an hour.</summary>
    [Fact]
    public async Task Waits_once_if_the_database_goes_away_during_the_search()
    {
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var options = new LaneOptions { Patience = Duration.FromSeconds(2) };
        var lane = new Lane([0], [new SemaphoreSlim(1)], new PositionCache(1, 100), new LaneStore(database, host.Clock),
            new StockCache(), options, host.Clock, NullLogger.Instance);
        var asked = new Batch();
        Spoilt[] commands = [.. Enumerable.Range(0, 8).Select(_ => new Spoilt(asked))];
        Assert.True(lane.Queue.TryReserve(commands.Length));
        Array.ForEach(commands, lane.Queue.Enqueue);
        lane.Queue.Close();

        await lane.Work();

        Assert.All(commands, command => Assert.IsType<LaneUnavailableException>(command.Failure));
        Assert.True(commands[0].Alone > 1, "The first was not waited for.");
        Assert.Equal(Enumerable.Repeat(1, 7), commands[1..].Select(command => command.Alone));
    }

    /// <summary>How many are decided together.</summary>
    private sealed class Batch
    {
        public int Size { get; set; }
    }

    /// <summary>In company it fails as nothing that is known; alone it meets a database that is away.</summary>
    private sealed class Spoilt(Batch batch) : LaneCommand(RunningHost.ByTest)
    {
        public int Alone { get; private set; }

        public override void DeclareReads(ReadSet reads) => batch.Size++;

        public override ValueTask<bool> Decide(LaneBatch of, Instant now)
        {
            var together = batch.Size;
            batch.Size = 0;
            if (together > 1)
            {
                throw new InvalidOperationException("Spoilt.");
            }

            Alone++;
            throw new NpgsqlException("Away.");
        }

        public override void Committed(long sequence) => throw new NotSupportedException();
    }
}
