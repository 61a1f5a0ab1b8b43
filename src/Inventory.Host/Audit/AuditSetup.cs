using RetailSync.Inventory.Host.Audit.AsOf;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Positions.Series;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>What answers questions about the past, and proves the answers.</summary>
public static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<PositionAsOfReader>();
        services.AddSingleton<ShowAsOf>();
        services.AddSingleton<StockSeries>();
        services.AddSingleton<ReadAsOfChanges>();
        services.AddSingleton<ReadLedger>();
        services.AddSingleton<VerifyEverything>();
        services.AddSingleton<RebuildPositions>();
        services.AddSingleton<RebuildRuns>();
        services.AddSingleton<CheckpointKeys>();
        services.AddSingleton<CheckpointFile>();
        services.AddSingleton<RepairChains>();
        services.AddSingleton<RepairLog>();
        services.AddSingleton<RepairFollowers>();
        services.AddSingleton<ChainCheckpointSigner>();
        services.AddSingleton<CheckpointWebhook>();
        services.AddSingleton<PushCheckpoints>();
        services.AddHostedService(provider => provider.GetRequiredService<PushCheckpoints>());
        services.AddSingleton<HashChainWriter>();
        services.AddSingleton<VerifySampleHandler>();
        return services;
    }
}
