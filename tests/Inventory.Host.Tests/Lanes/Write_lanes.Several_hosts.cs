using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Tests.Lanes;

/// <summary>Lanes that write the same positions at once; each pair is two hosts to the database.</summary>
public partial class Write_lanes
{
    private static readonly ChannelId Web = ChannelId.Parse("web");

    [Fact]
    public async Task Two_hosts_on_one_SKU_lose_nothing_and_count_nothing_twice()
    {
        var options = new LaneOptions { RaceAttempts = 1 };
        WriteLanes[] hosts = [Started(options), Started(options)];
        var positions = Enumerable.Range(0, 40).Select(_ => NewPosition()).ToArray();
        await hosts[0].Record([.. positions.Select(at => Receipt(at, 1_000))], RunningHost.ByTest, default);

        // With one attempt after the first race, a batch that lost twice would be answered with an exception.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var batch = 0; batch < 25; batch++)
            {
                var some = positions.Where((_, index) => (index + batch + caller) % 3 != 0);
                var outcomes = await hosts[caller % 2].Record([.. some.Select(at => Receipt(at, 1))], RunningHost.ByTest, default);
                Assert.All(outcomes, outcome => Assert.Equal(Outcome.Accepted, outcome.Outcome));
            }
        }));

        foreach (var at in positions)
        {
            var times = Enumerable.Range(0, 8).Sum(caller => Enumerable.Range(0, 25).Count(batch => (Array.IndexOf(positions, at) + batch + caller) % 3 != 0));
            await AssertContiguous(at, events: times + 1, onHand: 1_000 + times);
        }

        await Stop(hosts);
    }

    [Fact]
    public async Task Two_hosts_that_get_the_same_movement_record_it_once()
    {
        var options = new LaneOptions { RaceAttempts = 1 };
        WriteLanes[] hosts = [Started(options), Started(options)];
        var positions = Enumerable.Range(0, 6).Select(_ => NewPosition()).ToArray();
        await hosts[0].Record([.. positions.Select(at => Receipt(at, 60))], RunningHost.ByTest, default);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            var held = 0;
            var random = new Random(caller);
            for (var basket = 0; basket < 40; basket++)
            {
                var some = positions.OrderBy(_ => random.Next()).Take(3);
                var lines = some.Select(at => new RequestedLine(at.Sku, 1, at.Location, AllowBackorder: false)).ToList();
                var request = new HoldStock(NewName().Id, Web, HoldStock.DefaultHold, lines);
                held += (await hosts[caller % 2].Hold(request, RunningHost.ByTest, default)).Changed ? 1 : 0;
            }

            return held;
        }));

        var skus = positions.Select(at => at.Sku.Value).ToArray();
        Assert.Equal(answers.Sum() * 3, (decimal)(await host.Sql("select sum(reserved) from inventory.position where sku = any($1)", (object)skus))!);
        Assert.InRange((decimal)(await host.Sql("select max(reserved) from inventory.position where sku = any($1)", (object)skus))!, 0, 60);
        await Stop(hosts);
    }

    /// <summary>
    /// Everything that lanes can be asked for, on a few SKUs that every caller uses, with every host asked by several. What could not be known
    /// before a batch was decided may cost it one more attempt, and no more.
    /// </summary>
    [Fact]
    public async Task A_movement_is_recognized_long_after_its_last_repeat()
    {
        var options = new LaneOptions { RaceAttempts = 3 };
        WriteLanes[] hosts = [Started(options), Started(options), Started(new LaneOptions { RaceAttempts = 3, Count = 3 })];
        var positions = Enumerable.Range(0, 5).Select(_ => NewPosition()).ToArray();
        await hosts[0].Record([.. positions.Select(at => Receipt(at, 200))], RunningHost.ByTest, default);
        var deadlocks = await Deadlocks();
        const int seed = 20261129;

        await Task.WhenAll(Enumerable.Range(0, 9).Select(async caller =>
        {
            var (lanes, random, receipts, orders) = (hosts[caller % 3], new Random(seed + caller), new List<Receipt>(), 0);
            for (var call = 0; call < 60; call++)
            {
                PositionKey[] some = [.. positions.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
                var known = $"mix-{seed}-{random.Next(30)}";
                switch (random.Next(10))
                {
                    case 0 or 1:
                        receipts.Add(Receipt(some[0], random.Next(1, 4)));
                        await Record([receipts[^1], .. some.Select(at => new Sale(NewName(), at, RunningHost.Now, null, 1, null))]);
                        break;
                    case 2:
                        await Record([.. some.Select(at => new Transfer(NewName(), at, RunningHost.Now, $"T-{caller}", 1, LocationId.Parse("S002"), null))]);
                        break;
                    case 3:
                        await Record([.. some.Select(at => new TransferCancelled(NewName(), at, RunningHost.Now, $"T-{caller}", 1, null))]);
                        break;
                    case 4 when receipts.Count > 0:
                        await Record([new Correction(NewName(), receipts[0].Position, RunningHost.Now, null, receipts[0].Name.Id, 1)]);
                        receipts.RemoveAt(0);
                        break;
                    case 4 or 5:
                        await Record([.. some.Select(at => new Sale(NewName(), at, RunningHost.Now, null, 1, known))]);
                        break;
                    case 6 or 7:
                        var lines = some.Select(at => new RequestedLine(at.Sku, 1, random.Next(2) == 0 ? at.Location : null, AllowBackorder: false)).ToList();
                        await lanes.Hold(new HoldStock(known, Web, Duration.FromMilliseconds(random.Next(20, 2_000)), lines), RunningHost.ByTest, default);
                        break;
                    case 8:
                        ReservationStep step = random.Next(4) switch
                        {
                            0 => new ConfirmReservation(known, null, null),
                            1 => new ReleaseReservation(known, null),
                            2 => new FulfilReservation(known, NewName().Id, null),
                            _ => new ChangeReservation(known, [new RequestedLine(some[0].Sku, 2, null, AllowBackorder: false)]),
                        };
                        await lanes.Step(step, _ => true, RunningHost.ByTest, default);
                        break;
                    default:
                        await lanes.ExpireDue(RunningHost.ByTest, 100);
                        var wanted = some.Select(at => new OrderLineState(at.Sku, 1, 0, 0, 0, [new WantedUnits(null, 1)])).ToList();
                        var state = new OrderState(null, IsKnown: true, wanted, [], new Dictionary<string, OrderMessageFate>());
                        await lanes.ApplyOrder(
                            new OrderPlan(Web, $"mix-{seed}-{caller}", ++orders, state) { Source = "channel/web" }, RunningHost.ByTest, default);
                        break;
                }
            }

            Task Record(Movement[] movements) => lanes.Record(movements, RunningHost.ByTest, default);
        }));

        await Stop(hosts);
        Assert.Equal(deadlocks, await Deadlocks());
        Assert.Equal(0L, await host.Sql($"select count(*) from ({ReservationTable.SelectMismatches}) as differ"));
        Assert.Equal(0L, await host.Sql(
            """
            select count(*) from inventory.position p
            join inventory.mt_streams s on s.id = p.sku || '@' || p.location
            cross join lateral (
              select count(*), sum((e.data->>'change')::numeric) filter (
                where e.type not in ('stock_reserved', 'reservation_changed', 'reservation_confirmed', 'reservation_released', 'reservation_expired'))
              from inventory.mt_events e where e.stream_id = s.id) as recorded(events, on_hand)
            where p.sku = any($1) and (p.version <> s.version or p.version <> recorded.events or p.on_hand <> coalesce(recorded.on_hand, 0))
            """,
            (object)positions.Select(at => at.Sku.Value).ToArray()));

        Task<object?> Deadlocks() => host.Sql("select deadlocks from pg_stat_database where datname = current_database()");
    }

    /// <summary>To each commit it looks as if another host had been first, without end.</summary>
    [Fact]
    public async Task A_hold_is_recognized_long_after_its_last_repeat()
    {
        var lanes = Started(new LaneOptions { Count = 1, RaceAttempts = int.MaxValue, AnswerWithin = Duration.FromSeconds(2) });
        var (contested, other) = (NewPosition(), NewPosition());
        await host.Sql(
            $"""
            create function inventory.lose() returns trigger language plpgsql
              as $$ begin raise exception 'first' using errcode = '{LaneCommit.VersionConflict}'; end $$;
            create trigger lose before insert on inventory.mt_events for each row
              when (new.stream_id = '{contested}') execute function inventory.lose();
            alter table inventory.mt_events enable always trigger lose;
            """);
        try
        {
            await Assert.ThrowsAsync<LaneUnavailableException>(() => lanes.Record([Receipt(contested, 1)], RunningHost.ByTest, default));
            Assert.Equal(Outcome.Accepted, (await lanes.Record([Receipt(other, 1)], RunningHost.ByTest, default))[0].Outcome);
        }
        finally
        {
            await host.Sql("drop trigger lose on inventory.mt_events; drop function inventory.lose()");
        }

        await Stop([lanes]);
    }

    /// <summary>With nothing locked after a race, whoever is behind loses each one, until its callers have gone.</summary>
    [Fact]
    public async Task A_command_that_cannot_be_stored_fails_alone()
    {
        var rebuilt = (long)(await host.Sql("select coalesce(max(n), 0) from inventory.rebuilt_position"))!;
        var book = new StockCache { RepairEpoch = rebuilt };
        var (lanes, other) = (Started(new LaneOptions { Count = 1, LocksAfterRace = 0, AnswerWithin = Duration.FromSeconds(2) }, book), Started());
        var at = NewPosition();
        await lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default);
        await other.Record([Receipt(at, 1)], RunningHost.ByTest, default);
        await using var database = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        await StockRows.Read(database, book, [at], [], default);

        book.RepairEpoch = rebuilt - 1;
        await Assert.ThrowsAsync<LaneUnavailableException>(() => lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default));

        // Once the only lane answers the next one, it tries that one no more.
        await lanes.Record([Receipt(NewPosition(), 1)], RunningHost.ByTest, default);
        book.RepairEpoch = rebuilt;
        Assert.Equal(Outcome.Accepted, (await lanes.Record([Receipt(at, 1)], RunningHost.ByTest, default))[0].Outcome);
        await AssertContiguous(at, events: 3, onHand: 3);
        await Stop([lanes, other]);
    }

    /// <summary>
    /// Memory folds facts and reads rows of the rest; both hosts write the same positions, so that what it folds onto is its own and the other's.
    /// </summary>
    [Fact]
    public async Task Cut_connections_in_the_middle_do_no_harm()
    {
        WriteLanes[] hosts = [Started(), host.Services.GetRequiredService<WriteLanes>()];
        var positions = Enumerable.Range(0, 6).Select(_ => NewPosition()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async caller =>
        {
            var (lanes, random) = (hosts[caller % 2], new Random(caller));
            for (var call = 0; call < 40; call++)
            {
                var (at, name, now, order) = (positions[random.Next(positions.Length)], NewName(), RunningHost.Now, $"memory-{caller}-{call}");
                var receipt = Receipt(at, 5);
                Movement movement = random.Next(9) switch
                {
                    0 => receipt with { Status = "damaged" },
                    1 => new Sale(name, at, now, null, 2.5m, null),
                    2 => new Count(name, at, now + Duration.FromSeconds(call), null, call),
                    3 => new Transfer(name, at, now, order, 1, LocationId.Parse("S002"), null),
                    4 => new StatusChange(name, at, now, null, 1, null, "damaged"),
                    5 => new Expected(name, at, now, order, 7, null, SupplyKind.PurchaseOrder, 0.5m),
                    6 => new Sale(name, at, now, null, 1, order),
                    _ => receipt,
                };
                if (movement is Sale { Reservation: { } reservation })
                {
                    await lanes.Hold(new HoldStock(reservation, Web, HoldStock.DefaultHold, [new RequestedLine(at.Sku, 1, at.Location, AllowBackorder: false)]),
                        RunningHost.ByTest, default);
                }

                await lanes.Record(movement == receipt ? [receipt, new Correction(name, at, now, null, receipt.Name.Id, 3)]
                    : [movement], RunningHost.ByTest, default);
            }
        }));

        var (memory, rows) = (host.Services.GetRequiredService<StockCache>(), new StockCache());
        PositionKey[] all = [.. positions, .. positions.Select(at => at with { Location = LocationId.Parse("S002") })];
        await using var database = new NpgsqlDataSourceBuilder(host.ConnectionString).UseNodaTime().Build();
        await StockRows.Read(database, rows, all, [], default);
        await Waiting.Until(() => all.All(at => memory.Has(at, rows.Newer(at, 0)?.Version ?? 0)));
        Assert.All(all, at => Assert.Equivalent(rows.Newer(at, 0), memory.Newer(at, 0), strict: true));
        await Stop([hosts[0]]);
    }

    [Fact]
    public void A_role_without_the_right_to_skip_foreign_keys_can_write()
    {
        Assert.Equal([27, 54, 48, 10], new[] { "10001", "10002", "lane-1", "ÄÖ-7" }.Select(sku => SkuPartition.Of(Sku.Parse(sku))));
        Assert.Equal(SkuPartition.Count, Enumerable.Range(0, 2_000).Select(number => SkuPartition.Of(Sku.Parse($"{number}"))).Distinct().Count());
    }

    private static async Task Stop(WriteLanes[] hosts)
    {
        foreach (var lanes in hosts)
        {
            await lanes.StopAsync(default);
            lanes.Dispose();
        }
    }
}
