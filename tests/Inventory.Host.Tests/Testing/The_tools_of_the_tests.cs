using Npgsql;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Testing;

/// <summary>A tool that always passes would hide every change that it should show.</summary>
public sealed class The_tools_of_the_tests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("retailsync-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_database_is_empty_at_first_and_dropped_afterwards()
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
    public void An_approved_text_passes()
    {
        File.WriteAllText(Path.Combine(directory, "known.txt"), "one line\nand another\n");

        Approve.Text("one line\nand another\n", "known.txt", directory);
    }

    [Fact]
    public void A_text_that_nobody_approved_fails_and_approves_nothing()
    {
        Assert.Throws<NotApprovedException>(() => Approve.Text("whatever", "new.txt", directory));
        Assert.Throws<NotApprovedException>(() => Approve.Text("whatever", "new.txt", directory));
    }

    [Fact]
    public void A_changed_text_fails_with_the_diff_and_how_to_approve_it()
    {
        File.WriteAllText(Path.Combine(directory, "known.txt"), "one line\nand another\n");

        var refused = Assert.Throws<NotApprovedException>(() => Approve.Text("one line\nand no other\n", "known.txt", directory));

        Assert.Contains("cp obj/to-approve/known.txt known.txt", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-and another\n+and no other\n", refused.Message, StringComparison.Ordinal);
        Assert.Equal("one line\nand no other\n", File.ReadAllText(Path.Combine(directory, "obj/to-approve/known.txt")));
    }

    private static async Task<long> Tables(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from information_schema.tables where table_schema = 'public'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
