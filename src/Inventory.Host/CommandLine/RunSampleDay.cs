using System.CommandLine;
using System.Net;
using NodaTime;
using RetailSync.Inventory.Host.SampleDay;
using Serilog;
using Spectre.Console;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary><c>./run</c> alone: the quickest way in. Serves, replays a sample trading day, and lists what to open.</summary>
public static class RunSampleDay
{
    /// <summary>Works in Development only, as this command does.</summary>
    private const string Key = "dev-admin";

    public static RootCommand Create()
    {
        var options = new ServeOptions();
        var root = new RootCommand("RetailSync: stock facts in, what may be promised out. Without a command: serves and replays a sample trading day.");
        options.AddTo(root);
        root.SetAction((parsed, stop) => Serve.UntilStopped(parsed, options, ReplayAndInvite, stop));
        return root;
    }

    private static async Task ReplayAndInvite(Uri address, CancellationToken stop)
    {
        await Console.Out.WriteLineAsync(Serve.Ready(address));
        try
        {
            await Replay(address, stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The host itself keeps running, with the data that was sent so far.
            Log.Error(failure, "The sample day stopped early");
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
        await new ReplaySampleDay(http, AnsiConsole.Console, time).Run(day, stop);
    }

    public static string WhatToOpen(Uri address) =>
        $"""

        Open next:
          {new Uri(address, "/dashboard")}   alerts, acknowledged quantities of channels, explained promises (key: dev-planner)
          {new Uri(address, "/docs")}   every request, to try out (key: dev-admin)
          {new Uri(address, "/health/ready")}   is everything well
          {new Uri(address, "/metrics")}   what Prometheus would read
          curl -H 'Authorization: Bearer dev-admin' '{new Uri(address, "/v1/positions?limit=5")}'
          curl -H 'Authorization: Bearer dev-admin' '{new Uri(address, "/v1/channels/web/publications?limit=5")}'   what a channel acknowledged, and why
        Ctrl-C stops it; the data stays.
        """;
}
