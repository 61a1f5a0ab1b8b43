using System.Runtime.InteropServices;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// SIGTERM and SIGINT ask to stop, from the first moment on: also while PostgreSQL is still being created. So does the end of the standard input, where a
/// process that started this one (RetailSync.Cli) wants it: it ends however that process does, <c>kill -9</c> included.
/// </summary>
public sealed class StopSignals : IDisposable
{
    private const string StopsWithInputVariable = "RETAILSYNC_STOPS_WITH_INPUT";

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals()
    {
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop), PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop)];
        if (Environment.GetEnvironmentVariable(StopsWithInputVariable) == "true")
        {
            new Thread(StopWithInput) { IsBackground = true, Name = "standard input" }.Start();
        }
    }

    public CancellationToken Token => stop.Token;

    /// <summary>The source of the token stays: the standard input may end at any time.</summary>
    public void Dispose() => Array.ForEach(registrations, registration => registration.Dispose());

    private void Stop(PosixSignalContext signal)
    {
        // Not the system's way, which ends the process at once: what runs is ended in order.
        signal.Cancel = true;
        stop.Cancel();
    }

    private void StopWithInput()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
            // Nothing is said on it.
        }

        stop.Cancel();
    }
}
