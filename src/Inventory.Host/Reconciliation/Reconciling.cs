using Marten;
using RetailSync.Inventory.Host.Reconciliation.Sources;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>What the composition needs of this folder.</summary>
public static class Reconciling
{
    public static WebApplicationBuilder AddReconciliation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoredPolicy>();
        builder.Services.AddSingleton<ReceiveCounts>();
        builder.Services.AddSingleton<CorrectDrift>();
        builder.Services.AddSingleton<RunReconciliations>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RunReconciliations>());
        builder.Services.AddSingleton<Evidence>();
        builder.Services.AddSingleton<PullCounts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PullCounts>());
        builder.Services.AddSingleton<WatchFolder>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WatchFolder>());
        builder.Services.AddHttpClient(PullCounts.Client, client => client.MaxResponseContentBufferSize = PullCounts.MaxPageBytes).AddStandardResilienceHandler();
        return builder;
    }

    public static StoreOptions AddReconciliation(this StoreOptions options)
    {
        options.Schema.For<PolicyDocument>();
        foreach (var table in ReconciliationTables.Definitions().Concat(PullTables.Definitions()).Append(Evidence.Table))
        {
            options.Storage.ExtendedSchemaObjects.Add(table);
        }

        return options;
    }
}
