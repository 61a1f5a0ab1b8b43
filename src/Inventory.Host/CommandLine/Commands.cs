using System.CommandLine;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.Storage.Migration;
using Serilog;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>What the server's program can do: the list of commands, and what their exit codes mean.</summary>
public static class Commands
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;

    /// <summary>What it cannot start without does not answer; started again it may.</summary>
    public const int Away = 3;

    /// <summary>Every command. <c>RetailSync.Cli</c> has those that need no more than the HTTP API.</summary>
    public static RootCommand Create() => new("RetailSync: the server.") { Serve.Create(), Migrate.Create(), WriteGeneratedCode.Create() };

    public static async Task<int> Run(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return WrongUse;
        }

        if (parsed.UnmatchedTokens.FirstOrDefault(token => !ServeOptions.IsSetting(token)) is { } unknown)
        {
            await Say($"'{unknown}' is neither a command nor an option: see --help. Settings are written --Section:Key=value.");
            return WrongUse;
        }

        using var stop = new StopSignals();
        try
        {
            // The exceptions and the signals are ours: see below, and StopSignals.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return Done;
        }
        catch (Exception expected)
        when (expected is SettingsException or LocalPostgresException or SchemaOutOfDateException or SharedSessionsException
            or IOException or UnauthorizedAccessException)
        {
            await Say(expected.Message);
            return Failed;
        }
        catch (BrokerAwayException away)
        {
            await Say(away.Message);
            return Away;
        }
        catch (Exception failure)
        {
            Log.Fatal(failure, "{Command} failed", parsed.CommandResult.Command.Name);
            return Failed;
        }
    }

    /// <summary>The last line before the end, which must not block where the standard error is not read.</summary>
    private static async Task Say(string line)
    {
        var written = Task.Run(() => Console.Error.WriteLine(line));
        await Task.WhenAny(written, Task.Delay(NonBlockingLogs.FlushTimeout));
    }
}
