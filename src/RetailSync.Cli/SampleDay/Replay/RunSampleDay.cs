using System.CommandLine;
using System.Net;
using NodaTime;
using NodaTime.Text;
using RetailSync.Cli.SampleDay.Story;
using Spectre.Console;

namespace RetailSync.Cli.SampleDay.Replay;

/// <summary><c>./run</c> alone: the quickest way in. Starts a server, loads the sample, and lists what to open.</summary>
public static class RunSampleDay
{
    /// <summary>Works in Development only, as this command does.</summary>
    private const string Key = "dev-admin";

    public static RootCommand Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen; port 0 takes a free one.",
            DefaultValueFactory = _ => ServerProcess.DefaultAddress.GetLeftPart(UriPartial.Authority),
            HelpName = "URL",
        };
        var data = DataOption.Create();
        var root = new RootCommand("RetailSync: stock facts in, what may be promised out. Without a command: serves and loads a sample.")
            { urls, data };

        // Settings pass through to the server, which refuses what is none.
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, stop) => Run(
            ["serve", "--urls", parsed.GetValue(urls)!, "--data", parsed.GetValue(data)!, .. parsed.UnmatchedTokens], stop));
        return root;
    }

    private static async Task<int> Run(IReadOnlyCollection<string> arguments, CancellationToken stop)
    {
        await using var server = ServerProcess.Start(arguments, environment: OfSample(arguments));
        var ended = server.WaitForExit(stop);
        if (await server.WaitUntilReady(stop) is not { } address)
        {
            return await ended;
        }

        await Console.Out.WriteLineAsync($"ready {address.GetLeftPart(UriPartial.Authority)}");
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var replay = ReplayAndInvite(address, serving.Token);
        if (await Task.WhenAny(replay, ended) == ended)
        {
            await serving.CancelAsync();
        }

        try
        {
            await replay;
        }
        catch (OperationCanceledException)
        {
            // The server has ended, or this command was asked to stop.
        }

        return await ended;
    }

    /// <summary>
    /// Where the clock of an empty database begins, and leave to publish to the sample's receiver on this machine: in Development only, as the keys are; a
    /// setting of the caller's own wins.
    /// </summary>
    private static (string, string)[] OfSample(IReadOnlyCollection<string> arguments)
    {
        if (Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") != "Development"
            || arguments.Any(argument => argument.StartsWith("--environment", StringComparison.OrdinalIgnoreCase)))
        {
            return [];
        }

        var from = LoadSample.From(TradingDay.Before(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow())));
        var settings = new[] { ("Sample__ClockFrom", InstantPattern.ExtendedIso.Format(from)), ("Channels__AllowPrivateNetworks", "true") };
        return [.. settings.Where(setting => Environment.GetEnvironmentVariable(setting.Item1) is null)];
    }

    private static async Task ReplayAndInvite(Uri address, CancellationToken stop)
    {
        try
        {
            await Replay(address, stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The server keeps running, with the data that was sent so far.
            await Console.Error.WriteLineAsync($"The sample day stopped early: {failure.Message}");
        }

        await Console.Out.WriteLineAsync(WhatToOpen(address));
    }

    private static async Task Replay(Uri address, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using (var allowed = await http.GetAsync(new Uri("/v1/locations?limit=1", UriKind.Relative), stop))
        {
            if (allowed.StatusCode == HttpStatusCode.Unauthorized)
            {
                await Console.Error.WriteLineAsync(
                    $"The sample day is sent with the development key {Key}, which is refused here: serve on 127.0.0.1, or set "
                        + $"Authentication__DevKeys=true where nobody else reaches this address.");
                return;
            }
        }

        var time = TimeProvider.System;
        var day = TradingDay.Before(Instant.FromDateTimeOffset(time.GetUtcNow()));
        await new LoadSample(http, AnsiConsole.Console, time).Run(day, stop);
    }

    public static string WhatToOpen(Uri address) =>
        $"""

        Open next:
          {new Uri(address, "/console")}     stock, promises, orders and what needs attention, in pictures (key: dev-planner)
          {new Uri(address, "/docs")}   every request, to try out (key: dev-admin)
          {new Uri(address, "/health/ready")}   is everything well
          {new Uri(address, "/metrics")}   what Prometheus would read
          curl -H 'Authorization: Bearer dev-admin' '{new Uri(address, "/v1/positions?limit=5")}'
          curl -H 'Authorization: Bearer dev-admin' '{new Uri(address, "/v1/channels/web/publications?limit=5")}'   what a channel acknowledged, and why
        docs/sample.md lists what the sample has for each picture.
        Ctrl-C stops it; the data stays.
        """;
}
