using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Cluster;
using Wolverine.Attributes;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>Rebuild the positions of a rebuild that was asked for.</summary>
[MessageIdentity("run-rebuild")]
public sealed record RunRebuild(Guid Run);

/// <summary>When a host stops or dies, another one takes the message over and starts again: rows that are correct by then are only read.</summary>
public static class RunRebuildHandler
{
    private const int ADay = 86_400;

    public static void Configure(HandlerChain chain) => chain.WaitForWhatIsAway();

    [MessageTimeout(ADay)]
    public static async Task Handle(
        RunRebuild message, RebuildRuns runs, RebuildPositions rebuild, NpgsqlDataSource database, IHostApplicationLifetime lifetime, ILogger log,
        CancellationToken cancellation)
    {
        // A repeated request sends the message again. It is retried until the host that holds the lock is done: that host may be dying.
        var name = $"rebuild/{message.Run}";
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await SessionLock.Take(connection, name, cancellation);
        try
        {
            if (await runs.Read(message.Run, cancellation) is { State: RebuildRun.Running } run)
            {
                await runs.Start(run.Id, cancellation);
                await Run(run, runs, rebuild, lifetime, log, cancellation);
            }
        }
        finally
        {
            await SessionLock.GiveBack(connection, name);
        }
    }

    private static async Task Run(
        RebuildRun run, RebuildRuns runs, RebuildPositions rebuild, IHostApplicationLifetime lifetime, ILogger log, CancellationToken cancellation)
    {
        Sku? sku = run.Sku is null ? null : Sku.Parse(run.Sku);
        LocationId? location = run.Location is null ? null : LocationId.Parse(run.Location);
        try
        {
            await lifetime.UntilStopping(async stopping => await runs.Finish(run.Id, await rebuild.Run(sku, location, null, stopping), stopping), cancellation);
        }
        catch (Exception failure) when (failure is not (HostStoppingException or NpgsqlException { IsTransient: true, InnerException: not TimeoutException }))
        {
            // Also what the message's timeout has cancelled has failed: as a dead letter it would be running for ever.
            log.LogError(failure, "Rebuild {Run} failed", run.Id);
            await runs.Fail(run.Id, failure.Message, lifetime.ApplicationStopping);
        }
    }
}
