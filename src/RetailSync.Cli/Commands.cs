using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using RetailSync.Cli.Audit;
using RetailSync.Cli.Import;
using RetailSync.Cli.SampleDay.Replay;

namespace RetailSync.Cli;

/// <summary>What <c>./run</c> can do: the list of commands, and what their exit codes mean. They are clients of the HTTP API, and need no database.</summary>
public static class Commands
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;

    /// <summary>Every command; the root itself serves and replays the sample day.</summary>
    public static RootCommand Create()
    {
        var root = RunSampleDay.Create();
        root.Add(OfTheServer("serve", "Serves, and does nothing else. Prints 'ready URL' when it does."));
        root.Add(ImportFile.Create());
        root.Add(OfTheServer(
            "migrate", "Creates and changes tables and functions as this version needs them; does nothing where they are. Hosts in production only check."));
        root.Add(AuditCommands.CreateVerify());
        root.Add(AuditCommands.CreateRebuild());
        root.Add(AuditCommands.CreateRepair());
        root.Add(ExportLedger.Create());
        return root;
    }

    public static async Task<int> Run(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return WrongUse;
        }

        // Only the server has settings, which are written like options.
        if (parsed.CommandResult.Command is not RootCommand && parsed.UnmatchedTokens is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"'{unknown}' is no option of '{parsed.CommandResult.Command.Name}': see --help.");
            return WrongUse;
        }

        // However long a server takes to end, it is waited for.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Timeout.InfiniteTimeSpan };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return Done;
        }
        catch (Exception failure)
        {
            await configuration.Error.WriteLineAsync(failure is IOException or UnauthorizedAccessException or Win32Exception ? failure.Message : $"{failure}");
            return Failed;
        }
    }

    /// <summary>A directory exists, and is no file that can be read or written.</summary>
    internal static void IsNoDirectory(ArgumentResult file)
    {
        if (file.Tokens is [var path, ..] && Directory.Exists(path.Value))
        {
            file.AddError($"'{path.Value}' is a directory: name a file.");
        }
    }

    /// <summary>Listed here, and done by the server's program, which <c>./run</c> starts for it.</summary>
    private static Command OfTheServer(string name, string description)
    {
        var switches = new Argument<string[]>("switches") { Hidden = true };
        var command = new Command(name, description) { switches };
        command.SetAction(async (parsed, stop) =>
        {
            await using var server = ServerProcess.Start([name, .. parsed.GetValue(switches)!], isOutputRead: false);
            return await server.WaitForExit(stop);
        });
        return command;
    }
}
