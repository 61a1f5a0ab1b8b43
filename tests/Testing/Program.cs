using RetailSync.Inventory.Host.Postgres;
using RetailSync.Testing;

// Keeps one PostgreSQL for a test run: says its connection string, and takes everything away when stdin closes, which it does however
// the tests end.
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
