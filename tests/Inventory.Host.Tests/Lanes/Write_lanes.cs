using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime.Testing;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Tests.Lanes;

/// <summary>The lanes beside those of the running host: to the database, that is a second host.</summary>
public partial class Write_lanes(RunningHost host) : IClassFixture<RunningHost>
{
    private static int _made;

    [Fact]
    public async Task A_call_is_refused_whole_if_one_of_its_lanes_is_full()
    {
        var (first, second) = (host.Services.GetRequiredService<WriteLanes>(), Started());
        var at = NewPosition();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(index => (index % 2 == 0 ? first : second).Record([Receipt(at, 1), Receipt(at, 2)], RunningHost.ByTest, default)));

        Assert.All(outcomes.SelectMany(outcome => outcome), outcome => Assert.Equal(Outcome.Accepted, outcome.Outcome));
        await AssertContiguous(at, events: 400, onHand: 600);
        await second.StopAsync(default);
        second.Dispose();
    }

    [Fact]
    public async Task Queued_commands_are_answered_before_a_stop_and_none_after()
    {
        var (first, second) = (host.Services.GetRequiredService<WriteLanes>(), Started());
        var at = NewPosition();
        Movement[] movements = [.. Enumerable.Range(0, 50).Select(_ => Receipt(at, 1))];

        var outcomes = await Task.WhenAll(
            movements.SelectMany(movement =>
                new[] { first.Record([movement], RunningHost.ByTest, default), second.Record([movement], RunningHost.ByTest, default) }));

        Assert.Equal(50, outcomes.Count(outcome => outcome[0].Outcome == Outcome.Accepted));
        Assert.Equal(50, outcomes.Count(outcome => outcome[0].Outcome == Outcome.Duplicate));
        await AssertContiguous(at, events: 50, onHand: 50);
        await second.StopAsync(default);
        second.Dispose();
    }

    [Fact]
    public async Task A_host_does_not_lose_a_race_twice_in_a_row()
    {
        var lanes = Started();
        var at = NewPosition();
        var (receipt, other) = (Receipt(at, 5), Receipt(at, 1));
        var correction = new Correction(NewName(), at, RunningHost.Now, null, receipt.Name.Id, 3);
        var transfer = new Transfer(NewName(), at, RunningHost.Now, "T", 1, LocationId.Parse("S002"), null);
        await lanes.Record([receipt, correction, transfer, other], RunningHost.ByTest, default);

        foreach (var again in new Movement[] { correction, transfer, receipt })
        {
            var fresh = Started();
            Assert.Equal(Outcome.Duplicate, (await fresh.Record([again], RunningHost.ByTest, default))[0].Outcome);
            Assert.Equal("movement-id-reused",
                (await fresh.Record([new Correction(again.Name, at, RunningHost.Now, null, receipt.Name.Id, 2)], RunningHost.ByTest, default))[0].Code);
            await fresh.StopAsync(default);
            fresh.Dispose();
        }

        await AssertContiguous(at, events: 4, onHand: 3);
        await lanes.StopAsync(default);
        lanes.Dispose();
    }

    [Fact]
    public async Task Two_hosts_hold_baskets_without_a_deadlock_or_a_unit_twice()
    {
        var lanes = Started();
        var at = NewPosition();
        await lanes.Record([Receipt(at, 5)], RunningHost.ByTest, default);
        var (some, rest) = (Hold(at, 2), Hold(at, 3));
        var answers = await Task.WhenAll(lanes.Hold(some, RunningHost.ByTest, default), lanes.Hold(some, RunningHost.ByTest, default));
        await lanes.Hold(rest, RunningHost.ByTest, default);

        Assert.Single(answers, answer => answer.Changed);
        Assert.All(answers, answer => Assert.Equal(2, answer.Reservation?.Lines[0].Quantity));
        foreach (var again in new[] { some, rest })
        {
            // With nothing left, a lane that took it for a new one would say that there is too little.
            var fresh = Started();
            var answer = await fresh.Hold(again, RunningHost.ByTest, default);
            Assert.Equal((false, null, again.Lines[0].Quantity), (answer.Changed, answer.Refusal, answer.Reservation!.Lines[0].Quantity));
            Assert.Equal("reservation-id-reused", (await fresh.Hold(Hold(at, 1) with { Id = again.Id }, RunningHost.ByTest, default)).Refusal!.Code);
            await fresh.StopAsync(default);
            fresh.Dispose();
        }

        // With enough left, it would hold the units once more, and only the commit could detect it.
        await lanes.Record([Receipt(at, 5)], RunningHost.ByTest, default);
        var later = Started();
        Assert.False((await later.Hold(some, RunningHost.ByTest, default)).Changed);
        await later.StopAsync(default);
        later.Dispose();
        await lanes.StopAsync(default);
        lanes.Dispose();
    }

    [Fact]
    public async Task Three_hosts_run_everything_without_deadlock_or_lost_answers()
    {
        var lanes = Started();
        var at = NewPosition();

        // The API refuses a NUL; PostgreSQL's jsonb refuses it. On fresh connections, where a failed batch leaves
        // Npgsql without what it needs to read the next answer.
        var poison = new Adjustment(NewName(), at, RunningHost.Now, null, 1, "a\0b");
        Movement[] movements = [.. Enumerable.Range(0, 20).Select(_ => Receipt(at, 1)), poison, .. Enumerable.Range(0, 20).Select(_ => Receipt(at, 1))];
        var outcomes = await lanes.Record(movements, RunningHost.ByTest, default);

        Assert.Equal((Outcome.Rejected, "unrecordable"), (outcomes[20].Outcome, outcomes[20].Code));
        Assert.Equal(40, outcomes.Count(outcome => outcome.Outcome == Outcome.Accepted));
        await AssertContiguous(at, events: 40, onHand: 40);
        await lanes.StopAsync(default);
        lanes.Dispose();
    }

    [Fact]
    public async Task A_batch_whose_callers_have_left_is_given_up()
    {
        var lanes = host.Services.GetRequiredService<WriteLanes>();
        PositionKey[] positions = [NewPosition(), NewPosition(), NewPosition()];
        for (var round = 0; round < 15; round++)
        {
            Movement[][] batches = [.. Enumerable.Range(0, 10).Select(_ => positions.Select(at => (Movement)Receipt(at, 1)).ToArray())];
            var recording = batches.Select(batch => Task.Run(() => UntilAnswered(lanes, batch))).ToList();
            await host.Sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'retailsync-lanes' and datname = "
                + "current_database()");

            var outcomes = (await Task.WhenAll(recording)).SelectMany(batch => batch);
            Assert.All(outcomes, outcome => Assert.True(outcome.Outcome is Outcome.Accepted or Outcome.Duplicate));
        }

        foreach (var at in positions)
        {
            await AssertContiguous(at, events: 150, onHand: 150);
        }
    }

    [Fact]
    public async Task A_lane_trusts_its_cache_unless_the_row_may_be_repaired()
    {
        var role = $"lanes_{Guid.NewGuid():N}";
        await using var owner = NpgsqlDataSource.Create(host.ConnectionString);
        await Run($"create role {role} login password '{role}'; grant usage on schema inventory to {role}; grant all on all tables in schema inventory to "
            + $"{role}; grant all on all sequences in schema inventory to {role}");
        var plain = new NpgsqlConnectionStringBuilder(host.ConnectionString) { Username = role, Password = role };
        var lanes = NotStarted(connectionString: plain.ConnectionString);
        await lanes.StartAsync(default);
        var at = NewPosition();

        await lanes.Record([Receipt(at, 5)], RunningHost.ByTest, default);
        await lanes.Record([Receipt(at, 2)], RunningHost.ByTest, default);

        await AssertContiguous(at, events: 2, onHand: 7);
        await lanes.StopAsync(default);
        lanes.Dispose();
        await Run($"drop owned by {role}; drop role {role}");

        async Task Run(string sql)
        {
            await using var command = owner.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Rows_of_another_hosts_lanes_are_cached_as_stored()
    {
        var lanes = NotStarted(new LaneOptions { Count = 1, QueueLength = 3 });
        var at = NewPosition();
        var waiting = lanes.Record([Receipt(at, 1), Receipt(at, 1)], RunningHost.ByTest, default);

        await Assert.ThrowsAsync<LaneFullException>(() => lanes.Record([Receipt(at, 1), Receipt(at, 1)], RunningHost.ByTest, default));
        var last = lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default);
        await Assert.ThrowsAsync<LaneFullException>(() => lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default));

        await lanes.StartAsync(default);
        await Task.WhenAll(waiting, last);
        await AssertContiguous(at, events: 3, onHand: 3);
        await lanes.StopAsync(default);
        lanes.Dispose();
    }

    [Fact]
    public async Task A_SKU_has_the_same_partition_in_every_process_and_build()
    {
        var lanes = Started();
        var at = NewPosition();
        var recording = Enumerable.Range(0, 50).Select(_ => lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default)).ToList();

        await lanes.StopAsync(default);

        Assert.All(await Task.WhenAll(recording), outcomes => Assert.Equal(Outcome.Accepted, outcomes[0].Outcome));
        await AssertContiguous(at, events: 50, onHand: 50);
        await Assert.ThrowsAsync<LaneUnavailableException>(() => lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default));
        lanes.Dispose();
    }

    private WriteLanes NotStarted(LaneOptions? options = null, string? connectionString = null, StockCache? book = null)
    {
        var clock = new FakeClock(RunningHost.Now, Duration.FromMilliseconds(1));
        var watch = host.Services.GetRequiredService<DatabaseWatch>();
        return new(connectionString ?? host.ConnectionString, options ?? new LaneOptions(), clock, new PlanCache(clock), book
            ?? new StockCache(), watch, NullLogger<WriteLanes>.Instance);
    }

    private WriteLanes Started(LaneOptions? options = null, StockCache? book = null)
    {
        var lanes = NotStarted(options, book: book);
        lanes.StartAsync(default);
        return lanes;
    }

    /// <summary>As a source does: sends the same again until it is answered.</summary>
    private static async Task<MovementOutcome[]> UntilAnswered(WriteLanes lanes, Movement[] movements)
    {
        while (true)
        {
            try
            {
                return await lanes.Record(movements, RunningHost.ByTest, default);
            }
            catch (LaneUnavailableException)
            {
                // Whether it was committed is not known: the retry with the same ids shows it.
            }
        }
    }

    private async Task AssertContiguous(PositionKey at, int events, decimal onHand)
    {
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select count(*), min(e.version), max(e.version), count(distinct e.version), s.version, p.version, p.on_hand, sum((e.data->>'change')::numeric)
            from inventory.mt_events e join inventory.mt_streams s on s.id = e.stream_id, inventory.position p
            where e.stream_id = $1 and p.sku = $2 and p.location = $3 group by s.version, p.version, p.on_hand
            """,
            connection);
        command.Parameters.AddWithValue(at.ToString());
        command.Parameters.AddWithValue(at.Sku.Value);
        command.Parameters.AddWithValue(at.Location.Value);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal([events, 1, events, events, events, events], Enumerable.Range(0, 6).Select(reader.GetInt64));
        Assert.Equal((onHand, onHand), (reader.GetDecimal(6), reader.GetDecimal(7)));
    }

    private static PositionKey NewPosition() => new(Sku.Parse($"lane-{Interlocked.Increment(ref _made)}"), LocationId.Parse("S001"));

    private static MovementId NewName() => new("lanes", $"m-{Interlocked.Increment(ref _made)}");

    private static HoldStock Hold(PositionKey at, decimal quantity) =>
        new(NewName().Id, ChannelId.Parse("web"), HoldStock.DefaultHold, [new RequestedLine(at.Sku, quantity, at.Location, AllowBackorder: false)]);

    private static Receipt Receipt(PositionKey at, decimal quantity) => new(NewName(), at, RunningHost.Now, null, quantity, null);
}
