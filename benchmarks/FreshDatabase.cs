using Npgsql;

namespace RetailSync.Benchmarks;

/// <summary>A database that nobody else has used and nobody will: each measurement begins alike.</summary>
internal sealed class FreshDatabase : IAsyncDisposable
{
    private static int number;

    private readonly string server;
    private readonly string name;

    private FreshDatabase(string server, string name) => (this.server, this.name) = (server, name);

    public string ConnectionString => $"{server};Database={name}";

    public static async Task<FreshDatabase> Create(Conditions conditions)
    {
        var database = new FreshDatabase(conditions.Server, $"measured_{Interlocked.Increment(ref number)}");
        await Execute(conditions.Server, $"create database {database.name}");
        return database;
    }

    public NpgsqlDataSource Connections(int most) =>
        NpgsqlDataSource.Create($"{ConnectionString};Maximum Pool Size={most};No Reset On Close=true;Max Auto Prepare=20;Auto Prepare Min Usages=1");

    /// <summary>After this no measurement pays for what the preparation has left to write.</summary>
    public Task Settle() => Execute(ConnectionString, "vacuum analyze", "checkpoint");

    /// <summary>Prepares what a measurement is to find.</summary>
    public Task Run(string sql) => Execute(ConnectionString, sql);

    public async Task<decimal> Scalar(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        return Convert.ToDecimal(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await Execute(server, $"drop database {name} with (force)");

    private static async Task Execute(string connectionString, params string[] statements)
    {
        await using var source =
            NpgsqlDataSource.Create($"{connectionString};Pooling=false;Command "
                + $"Timeout=1800{(connectionString.Contains("Database", StringComparison.Ordinal) ? "" : ";Database=postgres")}");
        foreach (var statement in statements)
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}
