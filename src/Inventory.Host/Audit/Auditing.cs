namespace RetailSync.Inventory.Host.Audit;

/// <summary>What answers questions about the past, and proves the answers.</summary>
public static class Auditing
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<ReadAsOf>();
        services.AddSingleton<ShowAsOf>();
        services.AddSingleton<ReadLedger>();
        services.AddSingleton<VerifyEverything>();
        services.AddSingleton<RebuildPositions>();
        services.AddSingleton<CheckpointKeys>();
        services.AddSingleton<CheckpointFile>();
        services.AddSingleton<RepairChains>();
        services.AddSingleton<RepairLog>();
        services.AddSingleton<SignCheckpoints>();
        services.AddSingleton<CheckpointWebhook>();
        services.AddSingleton<PushCheckpoints>();
        services.AddHostedService(provider => provider.GetRequiredService<PushCheckpoints>());
        services.AddSingleton<KeepChain>();
        services.AddSingleton<VerifySampleHandler>();
        return services;
    }
}
