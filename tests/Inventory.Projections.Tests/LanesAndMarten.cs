using JasperFx;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime.Testing;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Testing;

namespace RetailSync.Inventory.Projections.Tests;

/// <summary>One database, written through the lanes and read through Marten, as the host has both.</summary>
public sealed class LanesAndMarten : IAsyncLifetime
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);
    private TestDatabase? _database;
    private NpgsqlDataSource? _dataSource;
    private int _made;

    public DocumentStore Store { get; private set; } = null!;

    public WriteLanes Lanes { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresForTests.CreateDatabase();
        _dataSource = new NpgsqlDataSourceBuilder(_database.ConnectionString).UseNodaTime().Build();
        Store = DocumentStore.For(options =>
        {
            options.Connection(_dataSource);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.AddInventory().AddHostTables();
        });
        await Store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var clock = new FakeClock(Now, Duration.FromMilliseconds(1));
        Lanes = new WriteLanes(_database.ConnectionString, new LaneOptions(), clock, new PlanCache(clock),
            new StockCache(), Watch(clock), NullLogger<WriteLanes>.Instance);
        await Lanes.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Lanes.StopAsync(CancellationToken.None);
        Lanes.Dispose();
        await Store.DisposeAsync();
        await _dataSource!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    public PositionKey NewPosition(string location = "S001") => new(Sku.Parse($"sku {++_made}/é"), LocationId.Parse(location));

    private DatabaseWatch Watch(IClock clock) => new(
        _database!.ConnectionString, _dataSource!, new CheckedClock(new MachineClock(clock), TimeProvider.System), TimeProvider.System,
        NullLogger<DatabaseWatch>.Instance);

    public MovementId NewName() => new("pos", $"m-{++_made}");

    public Instant At(int minute) => Now - Duration.FromMinutes(60 - minute);

    public async Task Record(params IReadOnlyList<Movement> movements) =>
        Assert.All(await Lanes.Record(movements, new Provenance("correlation", new Actor("till-7", Role.Store)), CancellationToken.None),
            outcome => Assert.NotEqual(Outcome.Rejected, outcome.Outcome));

    /// <summary>Every row of the position table, whole, but for when it was written.</summary>
    public async Task<IReadOnlyList<string>> Rows()
    {
        await using var command = _dataSource!.CreateCommand("select (to_jsonb(p) - 'recorded_at')::text from inventory.position p order by sku, location");
        await using var reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    public async Task<StockPosition> Row(PositionKey key)
    {
        await using var command = _dataSource!.CreateCommand(Positions.PositionTable.SelectByKeys);
        Positions.PositionTable.AddKeys(command.Parameters, [key]);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? Positions.PositionTable.Read(reader).Position : StockPosition.Empty;
    }

    public async Task Execute(string sql)
    {
        await using var command = _dataSource!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
