using System.Runtime.InteropServices;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>SIGTERM and SIGINT ask to stop, from the first moment on: also while PostgreSQL is still being created.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop), PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop)];

    public CancellationToken Token => stop.Token;

    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        // Not the system's way, which ends the process at once: what runs is ended in order.
        signal.Cancel = true;
        stop.Cancel();
    }
}
