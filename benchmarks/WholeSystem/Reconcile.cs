using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// Counts compared a second, from the acceptance of a sheet of 3,600,000 of them to its last drift. One in a thousand differs, by a sale that they lack, and is
/// attributed to its movement; the others' positions are rows without events. The baseline joins two tables of that size and returns those that differ.
/// </summary>
internal static class Reconcile
{
    private const int Counts = 3_600_000;
    private const int Locations = 180;

    /// <summary>One in so many differs.</summary>
    private const int Drifting = 1_000;

    private static readonly Instant Morning = Instant.FromUtc(2025, 11, 24, 6, 0);

    public static readonly Benchmark Benchmark = new("reconcile", "counts/s", Goal.AtLeast(0.3), Ours, Baseline,
        "3,600,000 counts that were received, 3,600 of them drifts that are attributed and stored, against one join of two tables; neither is timed by "
            + "--seconds");

    private static async Task<double> Ours(Conditions conditions)
    {
        await using var product = await Product.Start(conditions, new EvenLoad("unused", 0, conditions.PerBatch));
        await using var source = NpgsqlDataSource.Create($"{product.Database.ConnectionString};Command Timeout=600");
        foreach (var batch in Enumerable.Range(0, Counts).Where(Drifts).SelectMany(Movements).Chunk(conditions.PerBatch))
        {
            await product.Record(batch);
        }

        await AddPositions(source, Counts);
        await product.Database.Settle();

        using var http = new HttpClient { BaseAddress = product.Address, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        var received = Stopwatch.GetTimestamp();
        using var accepted = await http.PostAsync("/v1/reconciliations?system=wms&takenAt=2025-11-24T12:00:00Z", new Sheet(Counts));
        accepted.EnsureSuccessStatusCode();
        Console.WriteLine(FormattableString.Invariant($"    received {Counts / Stopwatch.GetElapsedTime(received).TotalSeconds:N0} counts/s"));
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var run = await http.GetFromJsonAsync<JsonElement>(accepted.Headers.Location + "?limit=1");
            if (run.GetProperty("state").GetString() != "running")
            {
                var took = Stopwatch.GetElapsedTime(started);
                return run.GetProperty("driftCount").GetInt32() == Counts / Drifting && run.GetProperty("matching").GetInt32() == Counts - (Counts / Drifting)
                    ? Counts / took.TotalSeconds
                    : throw new InvalidOperationException($"Not what was planted: {run}");
            }

            await Task.Delay(20);
        }
    }

    private static async Task<double> Baseline(Conditions conditions)
    {
        await using var database = await FreshDatabase.Create(conditions);
        await using var source = NpgsqlDataSource.Create($"{database.ConnectionString};Command Timeout=600");
        foreach (var (table, onHand) in new[] { ("ours", "12"), ("theirs", $"case when n % {Drifting} = 0 then 11 else 12 end") })
        {
            await Execute(
                source,
                $"""
                 create table {table} as select 'sku-' || lpad((n / {Locations})::text, 6, '0') as sku,
                   'S' || lpad((n % {Locations} + 1)::text, 3, '0') as location, ({onHand})::numeric as on_hand
                 from generate_series(0, {Counts - 1}) n
                 """);
        }

        await database.Settle();
        await using var connection = await source.OpenConnectionAsync();
        await using (var memory = new NpgsqlCommand("set work_mem = '256MB'", connection))
        {
            await memory.ExecuteNonQueryAsync();
        }

        var started = Stopwatch.GetTimestamp();
        await using var join = new NpgsqlCommand(
            "select sku, location, o.on_hand, t.on_hand from theirs t left join ours o using (sku, location) where o.on_hand is distinct from t.on_hand",
            connection);
        await using var reader = await join.ExecuteReaderAsync();
        var drifts = 0;
        while (await reader.ReadAsync())
        {
            drifts++;
        }

        return drifts == Counts / Drifting ? Counts / Stopwatch.GetElapsedTime(started).TotalSeconds : throw new InvalidOperationException($"{drifts} drifts.");
    }

    /// <summary>Positions without events, with 12 each, but for those that differ.</summary>
    public static Task AddPositions(NpgsqlDataSource source, int counts) => Execute(
        source,
        $"""
         insert into inventory.position (sku, location, version, on_hand, unsellable, reserved, in_transit, newest_movement_at, recorded_at)
         select 'sku-' || lpad((n / {Locations})::text, 6, '0'), 'S' || lpad((n % {Locations} + 1)::text, 3, '0'),
           2, 12, 0, 0, 0, '2025-11-24T06:00:00Z', '2025-11-24T06:00:00Z'
         from generate_series(0, {counts - 1}) n where n % {Drifting} <> 0
         """);

    private static bool Drifts(int number) => number % Drifting == 0;

    private static PositionKey Position(int number) => new(
        Sku.Parse("sku-" + (number / Locations).ToString("D6", CultureInfo.InvariantCulture)),
        LocationId.Parse("S" + ((number % Locations) + 1).ToString("D3", CultureInfo.InvariantCulture)));

    /// <summary>We have 12; they have sold one more.</summary>
    private static IEnumerable<Movement> Movements(int number)
    {
        var id = number.ToString("D8", CultureInfo.InvariantCulture);
        yield return new Receipt(new MovementId("wms", $"receipt-{id}"), Position(number), Morning, $"PO-{id}", 15, null);
        yield return new Sale(new MovementId("pos", $"sale-{id}"), Position(number), Morning + Duration.FromHours(2), $"R-{id}", 3, null);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The counts as a table, written while it is sent.</summary>
    public sealed class Sheet : HttpContent
    {
        private const int LinesAtOnce = 2_000;

        private readonly int _counts;

        public Sheet(int counts)
        {
            _counts = counts;
            Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var text = new StringBuilder("sku,location,onHand\n");
            for (var number = 0; number < _counts; number++)
            {
                var position = Position(number);
                text.Append(position.Sku.Value).Append(',').Append(position.Location.Value).Append(Drifts(number) ? ",11\n" : ",12\n");
                if (number % LinesAtOnce == LinesAtOnce - 1)
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
                    text.Clear();
                }
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
