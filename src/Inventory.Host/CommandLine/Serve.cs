using System.CommandLine;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Operations;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage.Migration;
using Serilog;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// <c>serve</c>: PostgreSQL, then the web application, until a signal; then callers are sent elsewhere (<see cref="Readiness"/>), and both end in the opposite
/// order.
/// </summary>
public static class Serve
{
    /// <summary>What was recorded is said for every call: to be collected, not to be watched. Said first, so that it can be said otherwise.</summary>
    private static readonly string[] ForPeople = ["--Serilog:MinimumLevel:Override:RetailSync.Inventory.Host.Movements=Warning"];

    public static Command Create()
    {
        var options = new ServeOptions();
        var command = new Command("serve", "Serves, and does nothing else. Prints 'ready URL' when it does.");
        options.AddTo(command);
        command.SetAction((parsed, stop) => UntilStopped(parsed, options, stop));
        return command;
    }

    private static async Task<int> UntilStopped(ParseResult parsed, ServeOptions options, CancellationToken stop)
    {
        var data = parsed.GetValue(options.Data)!;
        string[] settings = [$"--contentRoot={AppContext.BaseDirectory}", $"--{Adapters.DirectorySetting}={Path.Combine(data, "channels")}",
            .. Console.IsErrorRedirected ? [] : ForPeople, .. parsed.UnmatchedTokens, $"--urls={parsed.GetValue(options.Urls)}"];
        var configured = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build();
        var given = configured.GetConnectionString("RetailSync");
        await using var postgres = string.IsNullOrWhiteSpace(given) ? await LocalPostgres.Start(data, stop) : null;
        await using var application = Server.Build(
            postgres is null ? settings : [.. OfOurOwn(data, configured), .. settings], postgres?.ConnectionString ?? given!);

        try
        {
            await application.StartAsync(stop);
        }
        catch
        {
            // What has begun ends as always, or its end is logged as a failure of its own and hides the one that a person has to see.
            await application.StopAsync(CancellationToken.None);
            throw;
        }

        try
        {
            // What is printed may find a reader who has stopped reading: that holds up neither the serving nor its end.
            var ready = $"ready {ListeningAddress.Browsable(application.Urls.First()).GetLeftPart(UriPartial.Authority)}";
            await Task.Run(() => Console.Out.WriteLineAsync(ready), stop).WaitAsync(stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, application.Lifetime.ApplicationStopping).WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || application.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was asked to stop, or a part that it cannot do without has failed.
        }

        await application.Services.GetRequiredService<Readiness>().Drain();
        await application.StopAsync(CancellationToken.None);

        Log.Information("Stopped");
        return Commands.Done;
    }

    /// <summary>
    /// Of a PostgreSQL that is this host's alone: it brings the tables up to date, and what has to be outside of it is beside it: the checkpoints that
    /// prove its history and, in Development, the key that signs them; the keys of secrets. Of one that hosts share the configuration says where.
    /// </summary>
    private static IEnumerable<string> OfOurOwn(string data, IConfiguration configured) => new[]
    {
        (CheckpointFile.Setting, Path.Combine(data, "checkpoints.ndjson")), (CheckpointKeys.DevelopmentFileSetting, Path.Combine(data, "checkpoints.key")),
        (SecretKeys.DefaultDirectorySetting, Path.Combine(data, "keys")), (DatabaseSchema.Setting, "true"),
    }.Where(setting => configured[setting.Item1] is null).Select(setting => $"--{setting.Item1}={setting.Item2}");
}
