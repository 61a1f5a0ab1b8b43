using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>What everybody else feels of a reconciliation: sheets of a million counts are received and compared all the time, against none.</summary>
internal static class Reconciling
{
    private const int Counts = 1_000_000;

    public static readonly Benchmark Ingest =
        new("ingest-reconciling", "movements/s", Goal.AtLeast(0.9), conditions => IngestRate(conditions, true), conditions => IngestRate(conditions, false),
        "ingest while sheets of 1,000,000 counts are received and compared, against ingest without");

    public static readonly Benchmark AtpUnderLoad =
        new("atp-reconciling", "ms", Goal.NoMoreThan(1.1), conditions => Latency(conditions, true), conditions => Latency(conditions, false),
        "atp-under-load while sheets of 1,000,000 counts are received and compared, against atp-under-load without");

    private static async Task<double> IngestRate(Conditions conditions, bool reconciling)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        return await Beside(product, reconciling, () => WholeSystem.Ingest.Rate(conditions, product, load));
    }

    private static async Task<double> Latency(Conditions conditions, bool reconciling)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return await Beside(product, reconciling, () => WholeSystem.AtpUnderLoad.Busy(conditions, product));
    }

    private static async Task<double> Beside(Product product, bool reconciling, Func<Task<double>> measure)
    {
        await using (var source = NpgsqlDataSource.Create($"{product.Database.ConnectionString};Command Timeout=600"))
        {
            await Reconcile.AddPositions(source, Counts);
        }

        await product.Database.Settle();
        using var stop = new CancellationTokenSource();
        var reconciled = reconciling ? Task.Run(() => Reconciled(product.Address, stop.Token)) : Task.CompletedTask;
        var measured = await measure();
        if (reconciled.IsCompleted && reconciling)
        {
            await reconciled;
        }

        await stop.CancelAsync();
        try
        {
            await reconciled;
        }
        catch (OperationCanceledException)
        {
            // In the middle of a sheet, as it should be.
        }

        return measured;
    }

    /// <summary>One sheet after the other.</summary>
    private static async Task Reconciled(Uri address, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        while (true)
        {
            using var accepted = await http.PostAsync(
                FormattableString.Invariant($"/v1/reconciliations?system=wms&takenAt={TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss}Z"),
                new Reconcile.Sheet(Counts), stop);
            accepted.EnsureSuccessStatusCode();
            while ((await http.GetFromJsonAsync<JsonElement>(accepted.Headers.Location + "?limit=1", stop)).GetProperty("state").GetString() == "running")
            {
                await Task.Delay(200, stop);
            }
        }
    }
}
