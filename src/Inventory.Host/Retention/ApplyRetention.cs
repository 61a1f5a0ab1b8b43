using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Attributes;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Retention;

/// <summary>Take away what the <see cref="RetentionPolicy"/> no longer keeps.</summary>
[MessageIdentity("apply-retention")]
public sealed record ApplyRetention;

public static class ApplyRetentionHandler
{
    private const int AnHour = 3_600;

    public static void Configure(HandlerChain chain) => chain.TryAgain();

    [MessageTimeout(AnHour)]
    public static Task Handle(ApplyRetention _, RetentionJob retention, IHostApplicationLifetime lifetime, CancellationToken cancellation) =>
        lifetime.UntilStopping(retention.Run, cancellation);
}
