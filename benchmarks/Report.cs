using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace RetailSync.Benchmarks;

/// <summary>What the runs of one benchmark gave. Ours is empty where only the baseline was measured.</summary>
internal sealed record Result(Benchmark Benchmark, IReadOnlyList<double> Ours, IReadOnlyList<double> Baseline)
{
    public double? OursMedian => Ours.Count == 0 ? null : Measure.Median(Ours);

    public double BaselineMedian => Measure.Median(Baseline);

    public double? Ratio => OursMedian / BaselineMedian;
}

internal static class Report
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Show(IAnsiConsole console, IEnumerable<Result> results)
    {
        var table = new Table().AddColumns("name", "ours", "baseline", "unit", "ratio", "goal", "");
        foreach (var result in results)
        {
            table.AddRow(new[]
            {
                result.Benchmark.Name, Number(result.OursMedian), Number(result.BaselineMedian), result.Benchmark.Unit,
                result.Ratio is { } ratio ? FormattableString.Invariant($"{ratio:0.00}") : "-", result.Benchmark.Goal.ToString(),
                result.Ratio is { } reached ? (result.Benchmark.Goal.IsMetBy(reached) ? "met" : "missed") : "",
            }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);

        static string Number(double? value) => value is { } it ? FormattableString.Invariant($"{it:N0}") : "-";
    }

    /// <summary>Into <paramref name="file"/>, in place of earlier results of the same names; other results stay.</summary>
    public static void Save(string file, IReadOnlyList<Result> results, Conditions conditions, Machine machine, DateTimeOffset on)
    {
        var names = results.Select(result => result.Benchmark.Name).ToHashSet();
        var others = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsArray()
            .Where(known => !names.Contains(known!["name"]!.GetValue<string>())) : [];
        var all = others.Select(known => known!.DeepClone())
            .Concat(results.Select(result => JsonSerializer.SerializeToNode(Entry(result, conditions, machine, on), Readable)!));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, new JsonArray([.. all.OrderBy(entry => entry["name"]!.GetValue<string>(), StringComparer.Ordinal)]).ToJsonString(
            Readable) + "\n");
    }

    private static object Entry(Result result, Conditions conditions, Machine machine, DateTimeOffset on) => new
    {
        result.Benchmark.Name,
        Ours = Round(result.OursMedian),
        Baseline = Round(result.BaselineMedian),
        Ratio = result.Ratio is { } ratio ? Math.Round(ratio, 3) : (double?)null,
        result.Benchmark.Unit,
        Goal = result.Benchmark.Goal.ToString(),
        Runs = new { Ours = result.Ours.Select(value => Round(value)), Baseline = result.Baseline.Select(value => Round(value)) },
        Conditions = new
        {
            result.Benchmark.Notes,
            conditions.Positions,
            WarmUpSeconds = conditions.WarmUp.TotalSeconds,
            MeasuredSeconds = conditions.Measured.TotalSeconds,
            PostgresSettings = "fsync, synchronous_commit, full_page_writes on; shared_buffers 1GB, max_wal_size 8GB, checkpoint_timeout 30min, jit off; data checksums; Unix socket",
            On = on.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            Machine = machine,
        },
    };

    private static double? Round(double? value) => value is { } it ? Math.Round(it, 1) : null;
}
