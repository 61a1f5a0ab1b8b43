using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RetailSync.Cli;

/// <summary>
/// A server that is started for a command and stops with it, in order: also where the command's process is killed, since the server's standard input ends then.
/// It logs to the standard error of the command.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Where a server listens by default.</summary>
    public static readonly Uri DefaultAddress = new("http://127.0.0.1:8080");

    /// <summary>Path of the server's program; without it, the one in the directory of the command line.</summary>
    private const string ProgramVariable = "RETAILSYNC_SERVER";

    /// <summary>Asks the server to stop when its standard input ends; <c>StopSignals</c> of the server reads it.</summary>
    private const string StopsWithInputVariable = "RETAILSYNC_STOPS_WITH_INPUT";

    private const string Ready = "ready ";

    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <param name="arguments">Of the server's program.</param>
    /// <param name="isOutputRead">For <see cref="WaitUntilReady"/>; otherwise the server writes to the standard output of the command.</param>
    /// <param name="environment">Settings that nobody may read from the list of processes.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The program is not there.</exception>
    public static ServerProcess Start(IEnumerable<string> arguments, bool isOutputRead = true, params (string Name, string Value)[] environment)
    {
        var named = Environment.GetEnvironmentVariable(ProgramVariable);
        var program = string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, "RetailSync") : named;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = isOutputRead };
        start.Environment[StopsWithInputVariable] = "true";

        // It needs the .NET that this process runs on, which need not be where programs look for it.
        start.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Where it serves; null where it has ended instead, and has said why.</summary>
    public async Task<Uri?> WaitUntilReady(CancellationToken stop)
    {
        while (await _process.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                return new Uri(line[Ready.Length..]);
            }
        }

        return null;
    }

    /// <summary>Returns when the server has ended, of itself or because of <paramref name="stop"/>.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExit(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            await Stop();
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process.Dispose();
    }

    private Task Stop()
    {
        _process.StandardInput.Close();
        return _process.WaitForExitAsync(CancellationToken.None);
    }
}
