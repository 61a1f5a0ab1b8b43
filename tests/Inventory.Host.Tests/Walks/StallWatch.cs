using System.Diagnostics;
using Npgsql;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Watches a host that is being sent something. Where it has recorded nothing for <see cref="StallTimeout"/>, what host and PostgreSQL are doing is written to
/// files: stacks of threads, tasks that wait, sessions, locks, logs. It ends nothing and fails nothing, so that a stall that comes once in a hundred runs is
/// explained by the run in which it comes.
/// </summary>
internal sealed class StallWatch : IAsyncDisposable
{
    /// <summary>Longer than a start after a crash takes on a busy machine, shorter than an import's own timeout.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromSeconds(90);

    private static readonly (string Name, string Sql)[] Questions =
    [
        ("activity", """
            select pid, application_name, state, wait_event_type, wait_event, now() - xact_start as xact,
              now() - query_start as since, pg_blocking_pids(pid) as blocked_by, left(query, 300) as query
            from pg_stat_activity where backend_type = 'client backend' order by xact_start nulls last, pid
            """),
        ("locks", "select pid, locktype, relation::regclass, page, tuple, transactionid, virtualxid, mode, granted, waitstart from pg_locks order by "
            + "granted, pid"),
    ];

    private readonly ServedHost _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private StallWatch(ServedHost host)
    {
        _host = host;
        _watching = Watch();
    }

    /// <summary>What was seen, for people; empty when nothing stalled.</summary>
    public string Found { get; private set; } = "";

    public static StallWatch Begin(ServedHost host) => new(host);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task Watch()
    {
        var (reached, since) = ((long?)null, Stopwatch.GetTimestamp());
        while (!_stop.IsCancellationRequested && Found.Length == 0)
        {
            var now = await Within(AnswerTimeout, async () => await _host.Sequence());
            if (now is { } sequence && sequence != reached)
            {
                (reached, since) = (sequence, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > StallTimeout)
            {
                Found = await Record(reached);
            }

            await Task.Delay(BetweenLooks, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> Record(long? reached)
    {
        var into = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "stalls", $"{_host.ProcessId}-{Stopwatch.GetTimestamp()}")).FullName;
        await Write("host.log", () => Task.FromResult(_host.LastSaid));
        await Write("postgres.log", () => Task.FromResult(string.Join(Environment.NewLine, _host.PostgresSaid)));
        foreach (var (name, sql) in Questions)
        {
            await Write($"{name}.txt", () => Ask(sql));
        }

        await Write("ready.txt", () => _host.Http.GetStringAsync("/health/ready"));
        await Write("metrics.txt", () => _host.Http.GetStringAsync("/metrics"));
        var process = $"{_host.ProcessId}";
        await Write("stacks.txt", () => DiagnosticTool.Run("dotnet-stack", ToolTimeout, "report", "-p", process));
        var dump = Path.Combine(into, "host.dmp");
        await Write("dump.txt", () => DiagnosticTool.Run("dotnet-dump", ToolTimeout, "collect", "-p", process, "--type", "Heap", "-o", dump));
        await Write("waiting.txt", () => DiagnosticTool.Run(
            "dotnet-dump", ToolTimeout, "analyze", dump, "-c", "threadpool", "-c", "syncblk", "-c", "dumpasync", "-c", "clrstack -all", "-c", "exit"));
        return $"Nothing was recorded for {StallTimeout.TotalSeconds:0} s after event {reached?.ToString() ?? "none"}; what host and PostgreSQL were doing "
            + $"is in {into}.";

        async Task Write(string name, Func<Task<string>> what)
        {
            string text;
            try
            {
                text = await what().WaitAsync(ToolTimeout);
            }
            catch (Exception failure)
            {
                text = $"Not to be had: {failure.GetType().Name}: {failure.Message}";
            }

            await File.WriteAllTextAsync(Path.Combine(into, name), text);
        }
    }

    private async Task<string> Ask(string sql)
    {
        await using var connection = new NpgsqlConnection(_host.PostgresConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select string_agg(to_jsonb(answer)::text, chr(10)) from ({sql}) as answer", connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    private static async Task<long?> Within(TimeSpan limit, Func<Task<long?>> ask)
    {
        try
        {
            return await ask().WaitAsync(limit);
        }
        catch (Exception)
        {
            return null; // it is away, or does not answer: that is what is looked for
        }
    }
}
