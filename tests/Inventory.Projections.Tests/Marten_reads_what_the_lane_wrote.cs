using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Projections.Tests;

/// <summary>
/// The lanes fill Marten's own tables with statements of ours. Here Marten's API reads, folds, continues and rebuilds those streams: a
/// newer Marten that wants its tables otherwise fails here first.
/// </summary>
public class Marten_reads_what_the_lane_wrote(LanesAndMarten database) : IClassFixture<LanesAndMarten>
{
    [Fact]
    public async Task The_events_of_a_stream_have_their_metadata()
    {
        var (at, name) = (database.NewPosition(), database.NewName());
        await database.Record(new Receipt(name, at, database.At(0), "PO-1", 10.5m, null), new Sale(database.NewName(), at, database.At(1), null, 2, null));

        await using var session = database.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(at.ToString());
        var state = await session.Events.FetchStreamStateAsync(at.ToString());

        Assert.Equal([1L, 2L], events.Select(happened => happened.Version));
        Assert.All(events, happened => Assert.Equal(("correlation", "store:till-7"), (happened.CorrelationId, happened.UserName)));
        Assert.Equal(new StockReceived("pos", name.Id, database.At(0), 10.5m) { Document = "PO-1", Change = 10.5m, OnHandAfter = 10.5m }, events[0].Data);
        Assert.True(events[0].Sequence < events[1].Sequence);
        Assert.Equal((2, false), (state!.Version, state.IsArchived));
        Assert.Equal(events[1].Timestamp, state.LastTimestamp);
    }

    [Fact]
    public async Task Marten_folds_the_events_to_the_stored_row()
    {
        var at = await Busy();

        await using var session = database.Store.QuerySession();
        var folded = await session.Events.AggregateStreamAsync<PositionSnapshot>(at.ToString());

        AssertSame(await database.Row(at), folded!.Position);
        Assert.Equal(9, folded.Position.Version);
        Assert.NotEmpty(folded.Position.Unsellable);
        Assert.NotEmpty(folded.Position.InTransit);
    }

    [Fact]
    public async Task Marten_folds_the_events_as_of_a_version()
    {
        var at = database.NewPosition();
        await database.Record(
            new Receipt(database.NewName(), at, database.At(0), null, 10, null), new Sale(database.NewName(), at, database.At(1), null, 2, null),
            new Sale(database.NewName(), at, database.At(2), null, 3, null));

        await using var session = database.Store.QuerySession();

        Assert.Equal(8, (await session.Events.AggregateStreamAsync<PositionSnapshot>(at.ToString(), version: 2))!.Position.OnHand);
    }

    [Fact]
    public async Task Marten_continues_a_stream_and_the_lane_continues_after_it()
    {
        var at = await Busy();
        var before = await database.Row(at);

        await using (var session = database.Store.LightweightSession())
        {
            var stream = await session.Events.FetchForWriting<PositionSnapshot>(at.ToString());
            AssertSame(before, stream.Aggregate!.Position);
            var sold = new StockSold("erp", "by-marten", database.At(30), 1) { Change = -1, OnHandAfter = before.OnHand - 1 };
            stream.AppendOne(sold);
            await session.SaveChangesAsync();
        }

        Assert.Equal((before.OnHand - 1, before.Version + 1), ((await database.Row(at)).OnHand, (await database.Row(at)).Version));

        // The lane caches the version before: its commit is refused, it reads again, and ends right.
        await database.Record(new Sale(database.NewName(), at, database.At(31), null, 2, null));

        Assert.Equal((before.OnHand - 3, before.Version + 2), ((await database.Row(at)).OnHand, (await database.Row(at)).Version));
    }

    [Fact]
    public async Task Marten_starts_streams_that_the_lane_continues()
    {
        var at = database.NewPosition();
        await using (var session = database.Store.LightweightSession())
        {
            session.Events.StartStream(at.ToString(), new StockReceived("erp", at.ToString(), database.At(0), 5) { Change = 5, OnHandAfter = 5 });
            await session.SaveChangesAsync();
        }

        await database.Record(new Sale(database.NewName(), at, database.At(1), null, 2, null));

        Assert.Equal((3, 2), ((await database.Row(at)).OnHand, (await database.Row(at)).Version));
    }

    [Fact]
    public async Task Marten_rebuilds_the_positions_as_they_were()
    {
        await Busy();
        await Busy();
        var before = await database.Rows();

        await database.Execute("update inventory.position set on_hand = 12345, detail = null");
        using var daemon = await database.Store.BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync(PositionTable.Name, CancellationToken.None);

        Assert.NotEmpty(before);
        Assert.Equal(before, await database.Rows());
    }

    /// <summary>A position with everything that a row can have.</summary>
    private async Task<PositionKey> Busy()
    {
        var at = database.NewPosition();
        var wrong = database.NewName();
        await database.Record(
            new Receipt(database.NewName(), at, database.At(0), null, 10.25m, null),
            new Count(database.NewName(), at, database.At(5), null, 9),
            new Sale(database.NewName(), at, database.At(4), null, 1, null),
            new Return(database.NewName(), at, database.At(6), null, 2, "damaged"),
            new StatusChange(database.NewName(), at, database.At(7), null, 1, null, "quality-hold"),
            new Expected(database.NewName(), at, database.At(8), "PO-1", 7, new LocalDate(2026, 11, 30), SupplyKind.PurchaseOrder, 0.5m),
            new Transfer(wrong, at, database.At(9), "T-1", 3, Domain.LocationId.Parse("S002"), null));
        await database.Record(
            new Correction(database.NewName(), at, database.At(10), null, wrong.Id, 2),
            new Adjustment(database.NewName(), at, database.At(11), null, -0.5m, "breakage"));
        return at;
    }

    private static void AssertSame(StockPosition row, StockPosition folded)
    {
        Assert.Equal(row.Unsellable, folded.Unsellable);
        Assert.Equal(row.InTransit, folded.InTransit);
        Assert.Equal(row with { Unsellable = folded.Unsellable, InTransit = folded.InTransit }, folded);
    }
}
