using System.Diagnostics;
using Npgsql;
using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Testing;

/// <summary>
/// The PostgreSQL of this test run: the one that <c>./test</c> started for all projects, or, from an IDE or a bare <c>dotnet test</c>, one
/// for this process, started by the first test that asks.
/// </summary>
public static class PostgresForTests
{
    /// <summary>Names the server that <c>./test</c> started.</summary>
    public const string Variable = "RETAILSYNC_TEST_POSTGRES";

    /// <summary>Small, with connections for many test hosts at once; as safe as in production, since tests kill it.</summary>
    public static readonly PostgresSettings Settings = new(SharedBuffersMegabytes: 128, MaxConnections: 300);

    private static readonly Lazy<Task<string>> Server = new(FindOrStart);

    /// <summary>An empty database of one's own; disposing drops it, whoever is still connected.</summary>
    public static async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await Server.Value);

    private static async Task<string> FindOrStart() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : await StartForThisProcess();

    private static async Task<string> StartForThisProcess()
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? (Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
        var program = Path.Combine(AppContext.BaseDirectory, "RetailSync.Testing.dll");
        var keeper = Process.Start(new ProcessStartInfo(dotnet, ["exec", program]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            keeper.StandardInput.Close();
            keeper.WaitForExit();
        };
        return await keeper.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("PostgreSQL for the tests did not start; see the lines above.");
    }
}

/// <summary>A database that lives as long as a test class.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name;

    private TestDatabase(string server, string name)
    {
        (this.server, this.name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    internal static async Task<TestDatabase> Create(string server)
    {
        var database = new TestDatabase(server, $"test_{Guid.NewGuid():n}");
        await database.OnServer($"create database {database.name}");
        return database;
    }

    /// <summary>What an operator would do in the database: the first value of what it answers, null where it answers nothing.</summary>
    public Task<object?> Sql(string sql, params object[] parameters) => Sql(ConnectionString, sql, parameters);

    /// <summary>The same as another role, or beside a host whose database it is.</summary>
    public static async Task<object?> Sql(string connectionString, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Array.ForEach(parameters, parameter => command.Parameters.AddWithValue(parameter));
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var pool = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(pool);
        }

        await OnServer($"drop database if exists {name} with (force)");
    }

    private async Task OnServer(string sql)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
