using System.CommandLine;
using RetailSync.Benchmarks;
using RetailSync.Benchmarks.Load;
using RetailSync.Benchmarks.WholeSystem;
using Spectre.Console;

if (args is [RawLoad.Verb, .. var raw])
{
    await RawLoad.Generate(raw);
    return 0;
}

if (args is [LoadProcess.Verb, .. var load])
{
    await LoadProcess.Generate(load);
    return 0;
}

if (args is [QueueLoad.Verb, .. var queue])
{
    await QueueLoad.Generate(queue);
    return 0;
}

if (args is [ReadDocuments.Verb, .. var documents])
{
    await ReadDocuments.Run(documents);
    return 0;
}

Benchmark[] all =
[
    Ingest.Benchmark, IngestHttp.Benchmark, QueueIngest.Benchmark, IngestSingle.Benchmark, Wal.Benchmark,
    ReserveHot.Benchmark, ReserveHotHttp.Benchmark, ReserveHotBasket.Benchmark, ReserveBasket.Benchmark, ReserveKit.Benchmark,
    Replay.Verify, Replay.AsOfAll, Replay.AsOfOne, Replay.Rebuild,
    LongStream.Benchmark, Growth.Rate, Growth.Processor, Growth.Memory,
    AtpOne.Rate, AtpOne.P99, AtpBulk.Benchmark, AtpOne.Sql, AtpUnderLoad.Benchmark, AtpBulk.Explain, AtpKit.Benchmark, Pickup.Benchmark,
    PublishLag.Benchmark, PublishFlash.Benchmark, PublishIsolation.Benchmark, KitFanOut.Benchmark,
    Reconcile.Benchmark, Reconciling.Ingest, Reconciling.AtpUnderLoad, Consoles.Ingest, Consoles.AtpUnderLoad,
    Simulate.Benchmark,
    TwoHosts.AtRandom, TwoHosts.Hot, TwoHosts.Reserve, TwoHosts.Apart, TwoHostsReads.Benchmark,
    Failover.Kill, Failover.Stop,
    FirstCall.Benchmark,
];

var names = new Argument<string[]>("name") { Description = "Which to run; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. all.Select(benchmark => benchmark.Name)]);
var runs = new Option<int>("--runs") { Description = "How often each side is measured.", DefaultValueFactory = _ => 3 };
var seconds = new Option<int>("--seconds") { Description = "How long a measurement lasts.", DefaultValueFactory = _ => 10 };
var baselineOnly = new Option<bool>("--baseline-only") { Description = "Leave the product out." };
var list = new Option<bool>("--list") { Description = "Name the benchmarks and stop." };
var command = new RootCommand("Measures RetailSync beside hand-written SQL. Started by ./benchmarks/run.") { names, runs, seconds, baselineOnly, list };
command.SetAction(async (parsed, cancellation) =>
{
    if (parsed.GetValue(list))
    {
        Array.ForEach(all, benchmark => Console.WriteLine($"{benchmark.Name,-20} {benchmark.Goal,-8} {benchmark.Notes}"));
        return 0;
    }

    var server = Environment.GetEnvironmentVariable("RETAILSYNC_BENCHMARKS_SERVER")
        ?? throw new InvalidOperationException("Start it with ./benchmarks/run, which brings a PostgreSQL.");
    var conditions = new Conditions(server, WarmUp: TimeSpan.FromSeconds(5), Measured: TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    var machine = await Machine.Describe(conditions);
    Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGigabytes} GB; {machine.System}; {machine.Runtime}; {machine.Postgres}");
    var named = parsed.GetValue(names) ?? [];
    var results = new List<Result>();
    foreach (var benchmark in all.Where(benchmark => named.Length == 0 || named.Contains(benchmark.Name)))
    {
        results.Add(await InTurn(benchmark, parsed.GetValue(runs), parsed.GetValue(baselineOnly), conditions));
        // After each, so that a run that is broken off has not been for nothing.
        Report.Save(Path.Combine("benchmarks", "results", "latest.json"), results, conditions, machine, TimeProvider.System.GetUtcNow());
    }

    Report.Show(AnsiConsole.Console, results);
    return 0;
});
return await command.Parse(args).InvokeAsync();

// The sides run alternately, so that other work on the machine affects both.
static async Task<Result> InTurn(Benchmark benchmark, int runs, bool baselineOnly, Conditions conditions)
{
    var (ours, baseline) = (new List<double>(), new List<double>());
    for (var run = 1; run <= runs; run++)
    {
        if (benchmark.Ours is { } measure && !baselineOnly)
        {
            ours.Add(await measure(conditions));
        }

        baseline.Add(await benchmark.Baseline(conditions));
        var ourNumber = ours.Count == run ? ours[^1].ToString("N0", System.Globalization.CultureInfo.InvariantCulture) : "-";
        Console.WriteLine(FormattableString.Invariant($"  {benchmark.Name} {run}/{runs}: ours {ourNumber}, baseline {baseline[^1]:N0} {benchmark.Unit}"));
    }

    return new Result(benchmark, ours, baseline);
}
