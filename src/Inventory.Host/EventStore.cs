using JasperFx;
using Marten;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Marten;

namespace RetailSync.Inventory.Host;

/// <summary>The system of record: Marten over one PostgreSQL database.</summary>
public static class EventStore
{
    public static WebApplicationBuilder AddEventStore(this WebApplicationBuilder builder, string connectionString)
    {
        var services = builder.Services;
        var keepingLocks = ClusterSettings.EndWithTheirHost(connectionString);
        var requests = new NpgsqlDataSourceBuilder(keepingLocks).UseNodaTime().Build();
        var cluster = ConnectionPools.Create(keepingLocks, ConnectionPools.Cluster, ConnectionPools.ClusterConnections, "");
        var longest = LimitOptions.Of(builder.Configuration).Exports.StatementSeconds;
        services.AddKeyedSingleton(
            ConnectionPools.Followers, (_, _) => ConnectionPools.Create(connectionString, ConnectionPools.Followers, ConnectionPools.FollowerConnections, ""));
        services.AddKeyedSingleton(ConnectionPools.Cluster, (_, _) => cluster);
        services.AddKeyedSingleton(ConnectionPools.Audit, (_, _) => ConnectionPools.Create(
            connectionString, ConnectionPools.Audit, ConnectionPools.AuditConnections, FormattableString.Invariant($"-c statement_timeout={longest}s")));

        // Last: the endpoints that Wolverine generates take whichever source was registered last, and not one that waits behind audits.
        services.AddSingleton(requests);
        services.AddMarten(options =>
        {
            options.Connection(cluster); // and Wolverine takes Marten's
            options.AutoCreateSchemaObjects = AutoCreate.None; // DatabaseSchema does, once, before anything starts
            options.AddInventory();
            options.AddHostTables();
            options.Schema.For<Location>();
            options.Schema.For<PolicyDocument>();
            options.Schema.For<SalesChannel>();
        }).UseLightweightSessions().IntegrateWithWolverine();
        services.AddSingleton<DatabaseSchema>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseSchema>());

        // What Marten records is on the same clock as what the lanes record: what was known when is compared across both.
        services.ConfigureMarten((provider, options) => options.Events.TimeProvider = new RecordingTime(provider.GetRequiredService<IClock>()));
        return builder;
    }

    private sealed class RecordingTime(IClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetCurrentInstant().ToDateTimeOffset();
    }
}
