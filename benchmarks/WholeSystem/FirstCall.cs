using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// What the first caller waits after a host has said that it is ready, against what those wait who come later: a process of its own, one caller over HTTP,
/// batches of 200 lines. The caller itself has done the same before, with another host on the same database.
/// </summary>
internal static class FirstCall
{
    private const int PerBatch = 200;
    private const int Batches = 110;

    /// <summary>Around the hundredth, of which the middle one counts.</summary>
    private const int Late = 90;

    public static readonly Benchmark Benchmark = new(
        "first-call", "ms", Goal.NoMoreThan(5), async conditions => (await Times(conditions, 1))[0],
        async conditions => Measure.Median((await Times(conditions, Batches))[Late..]),
        $"the first batch of {PerBatch} lines after `ready`, against the 100th (the median of the {Late + 1}st to {Batches}th)");

    private static async Task<double[]> Times(Conditions conditions, int batches)
    {
        var load = new EvenLoad("first", conditions.Positions, conditions.PerBatch);
        var positions = load.Positions.ToArray();
        FreshDatabase database;
        await using (var product = await Product.Start(conditions, load))
        {
            database = await product.StopAndKeep();
        }

        await using var dropped = database;
        await Times(database, positions, "before", Batches);
        return await Times(database, positions, "measured", batches);
    }

    private static async Task<double[]> Times(FreshDatabase database, PositionKey[] positions, string run, int batches)
    {
        await using var host = await HostProcess.Start(database);
        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        var times = new double[batches];
        for (var batch = 0; batch < batches; batch++)
        {
            using var content = new StringContent(Body(positions, run, batch), Encoding.UTF8, "application/json");
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsync(new Uri("/v1/movements", UriKind.Relative), content);
            var answered = await answer.Content.ReadAsStringAsync();
            times[batch] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (!answered.Contains(FormattableString.Invariant($"\"accepted\":{PerBatch}"), StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answered);
            }
        }

        return times;
    }

    private static string Body(PositionKey[] positions, string run, int batch)
    {
        var body = new StringBuilder("""{"source":"wms","movements":[""");
        for (var line = 0; line < PerBatch; line++)
        {
            var position = positions[((batch * PerBatch) + line) % positions.Length];
            body.Append(line == 0 ? "" : ",").Append(
                CultureInfo.InvariantCulture,
                $$"""{"id":"{{run}}-{{batch}}-{{line}}","type":"sale","sku":"{{position.Sku}}","location":"{{position.Location}}","quantity":1,"occurredAt":"2025-11-24T10:00:00Z"}""");
        }

        return body.Append("]}").ToString();
    }
}
