using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Retention;

namespace RetailSync.Inventory.Host.Tests.Operations;

/// <summary>Rules, dashboard and page name what there is, and the page leaves nothing out.</summary>
public sealed partial class Metrics_and_alerts_in_ops(RunningHost host) : IClassFixture<RunningHost>
{
    private const string Rules = "ops/prometheus/retailsync.rules.yml";

    [Fact]
    public async Task Every_metric_is_published_under_its_name()
    {
        await host.RecordAccepted(Lines.Line("receipt", 1, Lines.NewSku()));

        var published = (await Published()).Where(name => name.StartsWith("retailsync_", StringComparison.Ordinal)).ToHashSet();

        Assert.Contains("retailsync_lane_commands_total", published);
        Assert.Empty(published.Except(Ours()));
    }

    [Fact]
    public async Task A_batch_of_milliseconds_differs_from_one_of_seconds()
    {
        await host.RecordAccepted(Lines.Line("receipt", 1, Lines.NewSku()));

        Assert.Matches("retailsync_lane_batch_seconds_bucket\\{[^}]*le=\"0.005\"\\}", (await host.Get("/metrics", key: null)).Text);
    }

    [Theory]
    [InlineData(Rules)]
    [InlineData("ops/grafana/retailsync.json")]
    public async Task Rules_and_dashboard_name_existing_metrics(string file)
    {
        HashSet<string> known = [.. await Published(), .. Ours(), "up"];

        var named = MetricNames().Matches(Expressions(await File.ReadAllTextAsync(PathOf(file))))
            .Select(match => Series().Replace(match.Value, "")).ToHashSet();

        Assert.True(named.Count > 10, file);
        Assert.Empty(named.Except(known));
    }

    [Fact]
    public async Task The_page_has_every_metric_and_no_other() =>
        Assert.Equal(Ours().Order(StringComparer.Ordinal), (await Rows("## Metrics")).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_page_has_every_alert_and_no_other() =>
        Assert.Equal(AlertKind.All.Select(kind => kind.Name).Order(StringComparer.Ordinal),
            (await Rows("## Alerts of the product")).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_page_has_every_alert_rule_and_no_other() => Assert.Equal(
        AlertNames().Matches(await File.ReadAllTextAsync(PathOf(Rules))).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal),
        (await Rows("## Alert rules")).Order(StringComparer.Ordinal));

    [PromtoolFact]
    public async Task Promtool_accepts_the_rules()
    {
        using var promtool = Process.Start(
            new ProcessStartInfo("promtool", ["check", "rules", PathOf(Rules)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, string.Concat(said));
    }

    /// <summary>The metrics that /metrics names now: of those that nothing has happened to, some are not there yet.</summary>
    private async Task<IEnumerable<string>> Published() =>
        TypeLines().Matches((await host.Get("/metrics", key: null)).Text).Select(match => match.Groups[1].Value);

    /// <summary>
    /// The name that each instrument of this product has in Prometheus. Those of classes that are not in use yet are made by asking for them.
    /// </summary>
    private HashSet<string> Ours()
    {
        host.Services.GetRequiredService<RetentionJob>();
        foreach (var type in typeof(Server).Assembly.GetTypes()
            .Where(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic).Any(field => field.FieldType == typeof(Meter))))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        var names = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("RetailSync", StringComparison.Ordinal))
                {
                    names.Add(InPrometheus(instrument));
                }
            },
        };
        listener.Start();
        return names;
    }

    private static string InPrometheus(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name + (name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit)
            + (instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal)
                || instrument.GetType().Name.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "_total" : "");
    }

    /// <summary>What is between backticks in the first column below a heading.</summary>
    private static async Task<IEnumerable<string>> Rows(string heading)
    {
        var lines = await File.ReadAllLinesAsync(PathOf("docs/operations.md"));
        return from line in lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
               let row = FirstColumn().Match(line)
               where row.Success
               select row.Groups[1].Value;
    }

    private static string Expressions(string file) => file.Contains("\"panels\"", StringComparison.Ordinal)
        ? string.Join('\n', PanelExpressions().Matches(file).Select(match => match.Groups[1].Value))
        : RuleExpressions().Replace(file, "");

    private static string PathOf(string file, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine("../../..", file), Path.GetDirectoryName(here)!);

    [GeneratedRegex("^# TYPE (\\S+)", RegexOptions.Multiline)]
    private static partial Regex TypeLines();

    [GeneratedRegex(@"\b(retailsync|http_server|kestrel|db_client|dotnet|wolverine)_\w+|\bup\b")]
    private static partial Regex MetricNames();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Series();

    [GeneratedRegex(@"^\| `([\w-]+)`")]
    private static partial Regex FirstColumn();

    [GeneratedRegex(@"^\s+- alert: (\w+)", RegexOptions.Multiline)]
    private static partial Regex AlertNames();

    /// <summary>The lines of a rule that are no expression, and comments.</summary>
    [GeneratedRegex("^ *(annotations:|labels:|#|- name:|- alert:).*$", RegexOptions.Multiline)]
    private static partial Regex RuleExpressions();

    [GeneratedRegex("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex PanelExpressions();
}

/// <summary>A test that needs promtool.</summary>
public sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute() =>
        Skip = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "promtool")))
            ? null
            : "There is no promtool here: run 'apt-get install prometheus' as root.";
}
