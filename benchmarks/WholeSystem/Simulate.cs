using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// Events a second that a what-if replays, over HTTP: stock, sales and orders of 200 SKUs at 100 locations each, with safety stock and a
/// buffer proposed for all of them, and a ring-fence for one in a hundred: such a SKU is judged over all its locations at each event, which
/// costs many times as much. The baseline reads the same columns of the same events in the order of the table, and looks at none.
/// </summary>
internal static class Simulate
{
    private const int Batches = 400;
    private const int Orders = 2_000;

    public static readonly Benchmark Benchmark = new("simulate", "events/s", Goal.AtLeast(0.3), Ours, Baseline,
        "POST /v1/rules/simulate over 220,000 movements and 2,000 orders for two channels, one SKU in a hundred ring-fenced over 100 locations, again and "
            + "again; against one select of all events");

    private static readonly object[] Rules =
    [
        new { kind = "safety-stock", percent = 5 },
        new { kind = "buffer", channel = "web", quantity = 2 },
        .. Enumerable.Range(0, 2)
        .Select(number => (object)new { kind = "allocation", channel = "shop", sku = $"{10_001 + (number * 100)}", mode = "fixed", quantity = 50 }),
    ];

    private static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await WithHistory(conditions);
        using var http = new HttpClient { BaseAddress = product.Address, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        foreach (var channel in (string[])["web", "shop"])
        {
            (await http.PutAsJsonAsync($"/v1/channels/{channel}", new { adapter = "none" })).EnsureSuccessStatusCode();
        }

        var to = InstantPattern.ExtendedIso.Format(product.Services.GetRequiredService<IClock>().GetCurrentInstant());
        return await Rate(conditions, async () =>
        {
            using var answer = await http.PostAsJsonAsync("/v1/rules/simulate", new { rules = Rules, from = "2020-01-01T00:00:00Z", to });
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("eventsReplayed").GetInt32();
        });
    }

    private static async Task<double> Baseline(Conditions conditions)
    {
        await using var product = await WithHistory(conditions);
        await using var source = product.Database.Connections(1);
        return await Rate(conditions, async () =>
        {
            await using var command = source.CreateCommand("select stream_id, type, data, timestamp from inventory.mt_events");
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            while (await reader.ReadAsync())
            {
                rows++;
            }

            return rows;
        });
    }

    /// <summary>From the beginning to the end, again and again: what is complete within the warm-up does not count.</summary>
    private static async Task<double> Rate(Conditions conditions, Func<Task<int>> once)
    {
        await Repeat(conditions.WarmUp);
        var (done, took) = await Repeat(conditions.Measured);
        return done / took.TotalSeconds;

        async Task<(long Done, TimeSpan Took)> Repeat(TimeSpan atLeast)
        {
            var started = Stopwatch.GetTimestamp();
            var done = 0L;
            do
            {
                done += await once();
            }
            while (Stopwatch.GetElapsedTime(started) < atLeast);
            return (done, Stopwatch.GetElapsedTime(started));
        }
    }

    private static async Task<Product> WithHistory(Conditions conditions)
    {
        var load = new EvenLoad("history", conditions.Positions, conditions.PerBatch);
        var product = await Product.Start(conditions, load);
        for (var number = 0; number < Batches; number++)
        {
            await product.Record(load.Batch(number));
        }

        var positions = load.Positions.ToArray();
        await Parallel.ForAsync(0, Orders, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => await product.Hold($"order-{number}", positions[number % positions.Length]));
        await product.Database.Settle();
        return product;
    }
}
