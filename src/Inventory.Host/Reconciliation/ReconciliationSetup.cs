using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Reconciliation.Settle;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>What the composition needs of this folder.</summary>
public static class ReconciliationSetup
{
    public static WebApplicationBuilder AddReconciliation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoredPolicy>();
        builder.Services.AddSingleton<ConvertCounts>();
        builder.Services.AddSingleton<ReceiveCounts>();
        builder.Services.AddSingleton<CorrectDrift>();
        builder.Services.AddSingleton<UndoDrift>();
        builder.Services.AddSingleton<ReconciliationRuns>();
        builder.Services.AddSingleton<Evidence>();
        builder.Services.AddSingleton<CountPages>();
        builder.Services.AddSingleton<WatchFolder>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WatchFolder>());
        builder.Services.AddHttpClient(CountPages.Client, client => client.MaxResponseContentBufferSize = CountPages.MaxPageBytes)
            .AddStandardResilienceHandler();
        if (ClusterSettings.Joins(builder.Configuration))
        {
            builder.Services.AddHostedService<ResumeReconciliations>();
        }

        return builder;
    }
}
