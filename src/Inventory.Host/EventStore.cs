using JasperFx;
using Marten;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Projections;
using Wolverine.Marten;

namespace RetailSync.Inventory.Host;

/// <summary>The system of record: Marten over one PostgreSQL database.</summary>
public static class EventStore
{
    public static IServiceCollection AddEventStore(this IServiceCollection services, string connectionString)
    {
        var dataSource = new NpgsqlDataSourceBuilder(connectionString).UseNodaTime().Build();
        services.AddSingleton(dataSource);
        services.AddMarten(options =>
        {
            options.Connection(dataSource);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.AddInventory();
            options.AddDocuments();
        }).UseLightweightSessions().ApplyAllDatabaseChangesOnStartup().IntegrateWithWolverine();

        // What Marten records is on the same clock as what the lanes record: what was known when is compared across both.
        services.ConfigureMarten((provider, options) => options.Events.TimeProvider = new RecordingTime(provider.GetRequiredService<IClock>()));
        return services;
    }

    private sealed class RecordingTime(IClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetCurrentInstant().ToDateTimeOffset();
    }
}
