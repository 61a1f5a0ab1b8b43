using System.Diagnostics;
using NodaTime;
using RetailSync.Benchmarks.Load;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>The audit over a long history: everything verified, everything at an instant, one position at an instant, rows repaired.</summary>
internal static class Replay
{
    private const string Data = "select stream_id, version, seq_id, id, type, timestamp, correlation_id, data from inventory.mt_events";

    public static readonly Benchmark Verify = new("replay", "events/s", Goal.AtLeast(0.4), OursVerify, conditions => ReadEvents(conditions, Data),
        "verify over 5,000,000 events: fold, hash, compare with positions, chains, ids; against the same events read by SQL in the order of the table, and "
            + "thrown away");

    public static readonly Benchmark AsOfAll = new("as-of-all", "positions/s", Goal.AtLeast(0.4), OursAsOfAll, BaselineAsOfAll,
        "all positions as known now of the middle of 5,000,000 events, where no balance stands (one does at their end); against sum(change) of the events "
            + "until then group by stream, which ignores corrections and absorption");

    public static readonly Benchmark AsOfOne = new("as-of-one", "answers/s", Goal.AtLeast(0.3), OursAsOfOne, BaselineAsOfOne,
        "a position with 100,000 events at an instant in their middle, as known now, against reading its events by SQL");

    public static readonly Benchmark Rebuild = new("rebuild", "positions/s", Goal.AtLeast(0.1), OursRebuild, BaselineRebuild,
        "every row wrong, 20,000 positions with an event each, against the same rows written by COPY");

    private static async Task<double> OursVerify(Conditions conditions)
    {
        await using var product = await Linked(conditions);
        await product.Get<VerifyEverything>().Sample(conditions.Positions / 10, CancellationToken.None);
        return await Rate(async () =>
        {
            var verified = await product.Get<VerifyEverything>().Run(null, CancellationToken.None);
            return verified.Ok ? verified.EventsChecked : throw new InvalidOperationException($"{verified.FirstDifference}");
        });
    }

    private static async Task<double> OursAsOfAll(Conditions conditions)
    {
        await using var product = await Linked(conditions);
        var asOf = new AsOfQuestion(MiddleOfAll(conditions), Knowledge.Now);
        return await Rate(async () => await product.Get<PositionAsOfReader>().All(new PositionSelection(), asOf, CancellationToken.None).LongCountAsync());
    }

    private static Task<double> BaselineAsOfAll(Conditions conditions) =>
        ReadEvents(conditions, $"select stream_id, sum((data->>'change')::numeric) from inventory.mt_events where timestamp <= '{MiddleOfAll(conditions)}' "
            + $"group by stream_id");

    private static Instant MiddleOfAll(Conditions conditions) => LongHistory.Middle(LongHistory.Events / conditions.Positions);

    /// <summary>With the chains, the balances and the checkpoint of the hour, which follow the events; vacuumed as they would be by and by.</summary>
    private static async Task<Product> Linked(Conditions conditions)
    {
        var product = await Product.Open(await LongHistory.Database(conditions));
        if (await product.Get<HashChainWriter>().Extend(CancellationToken.None) > 0)
        {
            await product.Get<ChainCheckpointSigner>().Sign(CancellationToken.None);
            await product.Database.Settle();
        }

        return product;
    }

    private static async Task<double> OursAsOfOne(Conditions conditions)
    {
        await using var product = await Linked(conditions);
        var middle = LongHistory.Middle(LongHistory.LongStreamEvents);
        var position = PositionKey.Parse(LongHistory.LongStream);
        return await Rate(async () =>
            (await product.Get<PositionAsOfReader>()
                .All(PositionSelection.One(position), new AsOfQuestion(middle, Knowledge.Now), CancellationToken.None).FirstAsync())
            .Position.OnHand == -LongHistory.LongStreamEvents / 2
                ? 1
                : throw new InvalidOperationException("Not the right number."));
    }

    private static async Task<double> BaselineAsOfOne(Conditions conditions) =>
        await ReadEvents(conditions, $"{Data} where stream_id = '{LongHistory.LongStream}' order by version") / LongHistory.LongStreamEvents;

    private static async Task<double> OursRebuild(Conditions conditions)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        await product.Database.Run("update inventory.position set on_hand = -1");
        await product.Database.Settle();
        return await Rate(async () => (await product.Get<RebuildPositions>().Run(null, null, null, CancellationToken.None)).PositionsRebuilt);
    }

    private static async Task<double> BaselineRebuild(Conditions conditions)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        await product.Database.Run("create table written (like inventory.position including all)");
        await using var source = product.Database.Connections(1);
        await using var connection = await source.OpenConnectionAsync();
        var now = DateTime.UnixEpoch;
        return await Rate(async () =>
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                "copy written (sku, location, version, on_hand, unsellable, reserved, in_transit, recorded_at) from stdin binary");
            foreach (var position in load.Positions)
            {
                await copy.WriteRowAsync(CancellationToken.None, position.Sku.Value, position.Location.Value, 1L, 1m, 0m, 0m, 0m, now);
            }

            return (long)await copy.CompleteAsync();
        });
    }

    private static async Task<double> ReadEvents(Conditions conditions, string sql)
    {
        var database = await LongHistory.Database(conditions);
        await using var source = database.Connections(1);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        return await Rate(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0L;
            while (await reader.ReadAsync())
            {
                rows++;
            }

            return rows;
        });
    }

    /// <summary>Done once, from the beginning to the end.</summary>
    private static async Task<double> Rate(Func<Task<long>> once)
    {
        var started = Stopwatch.GetTimestamp();
        var done = await once();
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
