using System.CommandLine;
using Serilog;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary><c>./run</c> alone: the quickest way in. Serves, replays a sample trading day, and says what to look at.</summary>
public static class RunSampleDay
{
    /// <summary>Replays the sample day through the HTTP door at the address.</summary>
    public static Func<Uri, CancellationToken, Task> SampleDay { get; set; } = (_, _) => Task.CompletedTask;

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
            await SampleDay(address, stop);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The host itself is well: whoever started it can look at what is there.
            Log.Error(failure, "The sample day stopped early");
        }

        await Console.Out.WriteLineAsync(WhatToOpen(address));
    }

    public static string WhatToOpen(Uri address) =>
        $"""

        Open next:
          {new Uri(address, "/docs")}   every request, to try out (key: dev-admin)
          {new Uri(address, "/health/ready")}   is everything well
          {new Uri(address, "/metrics")}   what Prometheus would read
          curl -H 'Authorization: Bearer dev-admin' '{new Uri(address, "/v1/positions?limit=5")}'
        Ctrl-C stops it; the data stays.
        """;
}
