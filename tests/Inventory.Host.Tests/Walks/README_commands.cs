using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RetailSync.Cli.SampleDay;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Testing;
using Spectre.Console;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// What a newcomer copies from README.md, docs/api.md and docs/sources/README.md, run by bash as it stands but for the address and folder of the host, over a
/// small sample day.
/// </summary>
public sealed partial class README_commands
{
    [Fact]
    public async Task Are_all_answered_on_the_sample_day()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var data = Directory.CreateTempSubdirectory("retailsync-readme");
        try
        {
            await using var host = await HostProcess.Start(database.ConnectionString, $"--Channels:LogDirectory={Path.Combine(data.FullName, "channels")}");
            var day = TradingDay.Before(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow())) with { Stores = 2, Skus = 20, SalesPerStore = 100 };
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
            await new ReplaySampleDay(host.Http, console, TimeProvider.System).Run(day, default);
            await Waiting.Until(() => File.Exists(Path.Combine(data.FullName, "channels", "app.ndjson")));
            await Waiting.Until(async () => (await host.Http.GetStringAsync("/v1/channels/web/publications?limit=5")).Contains(
                "\"causes\":[\"", StringComparison.Ordinal));

            var planner = await Run("## A planner's morning", host.Url, data.FullName);
            Assert.Matches("\"eventsReplayed\":[1-9]", planner);
            Assert.Matches("\"quantity\":[1-9]", planner);
            Assert.Contains("\"rule\":\"bf-marketplace\"", planner, StringComparison.Ordinal);

            var kit = await Run("## A kit, from rule to explanation", host.Url, data.FullName);
            Assert.Matches("\"term\":\"components\",.*\"limiting\":\"1000[12]\",\"components\":\\[", kit);
            Assert.Matches("\"sku\":\"GIFT-SET\",\"channel\":\"web\",\"quantity\":[1-9]", kit);

            var channels = await Run("## What channels were sent", host.Url, data.FullName);
            Assert.Contains("\"causes\":[\"", channels, StringComparison.Ordinal);

            var hour = await Run("## A first hour", host.Url, data.FullName, "docs/api.md");
            Assert.Contains("\"duplicates\":1", hour, StringComparison.Ordinal);
            Assert.Contains("\"state\":\"fulfilled\"", hour, StringComparison.Ordinal);

            var file = await Run("## A first file", host.Url, data.FullName, "docs/sources/README.md");
            Assert.Contains("\"replayed\":1", file, StringComparison.Ordinal);
            Assert.Contains("\"onHand\":100", file, StringComparison.Ordinal);
            Assert.Contains("\"duplicates\":1", file, StringComparison.Ordinal);

            var finance = await Run("## Finance's question", host.Url, data.FullName);
            Assert.Matches("\"onHand\":[1-9]", finance);
            Assert.Contains("sku,location,version,", finance, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<string> Run(string heading, string url, string data, string page = "README.md")
    {
        var lines = (await File.ReadAllLinesAsync(Path.GetFullPath($"../../../{page}", Path.GetDirectoryName(ThisFile())!))).SkipWhile(
            line => line != heading).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith("    ", StringComparison.Ordinal));
        var script = string.Join('\n', lines).Replace("http://127.0.0.1:8080", url, StringComparison.Ordinal)
            .Replace(".data/", $"{data}/", StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-eu", "-c", script]) { RedirectStandardOutput = true })!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Equal(0, bash.ExitCode);
        Assert.DoesNotMatch(Problem(), said);
        return said;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    /// <summary>Problem details.</summary>
    [GeneratedRegex("\"status\":[45]\\d\\d")]
    private static partial Regex Problem();
}
