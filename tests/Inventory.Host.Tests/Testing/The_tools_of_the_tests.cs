using Npgsql;
using RetailSync.Testing;
using Xunit.Sdk;

namespace RetailSync.Inventory.Host.Tests.Testing;

/// <summary>A tool that always passes would hide every change that it should show.</summary>
public sealed class The_tools_of_the_tests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("retailsync-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task a_database_is_there_empty_and_gone_afterwards()
    {
        string connectionString;
        await using (var database = await PostgresForTests.CreateDatabase())
        {
            connectionString = database.ConnectionString;
            Assert.Equal(0L, await Tables(connectionString));
        }

        var gone = await Assert.ThrowsAsync<PostgresException>(() => Tables(connectionString));
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, gone.SqlState);
    }

    [Fact]
    public void an_approved_text_passes() => Approve.Text("one line\nand another\n");

    [Fact]
    public void a_text_that_nobody_approved_fails_and_approves_nothing()
    {
        var test = Path.Combine(directory, "Somewhere.cs");

        Assert.ThrowsAny<Exception>(() => Approve.Text("whatever", file: test, test: "new"));
        Assert.ThrowsAny<Exception>(() => Approve.Text("whatever", file: test, test: "new"));
    }

    [Fact]
    public void a_text_that_differs_from_the_approved_one_fails()
    {
        Directory.CreateDirectory(Path.Combine(directory, "__snapshots__"));
        File.WriteAllText(Path.Combine(directory, "__snapshots__", "Somewhere.known.snap"), "one line\n");
        var test = Path.Combine(directory, "Somewhere.cs");

        Approve.Text("one line\n", file: test, test: "known");
        Assert.ThrowsAny<XunitException>(() => Approve.Text("two lines\n", file: test, test: "known"));
    }

    private static async Task<long> Tables(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from information_schema.tables where table_schema = 'public'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
