using System.Runtime.InteropServices;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Testing;

// Keeps one PostgreSQL for a test run: says its connection string, and takes everything away when stdin closes, which it does however
// the tests end.
// Ctrl-C signals the whole group: it ends the tests, and their end is what ends this.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
var directory = Path.Combine("/tmp", $"retailsync-tests-{Guid.NewGuid():n}");
try
{
    await using var postgres = await LocalPostgres.Start(directory, CancellationToken.None, PostgresForTests.Settings);
    await Console.Out.WriteLineAsync(postgres.ConnectionString);
    await Console.In.ReadToEndAsync();
    return 0;
}
catch (LocalPostgresException missing)
{
    await Console.Error.WriteLineAsync(missing.Message);
    return 1;
}
finally
{
    if (Directory.Exists(directory))
    {
        Directory.Delete(directory, recursive: true);
    }
}
