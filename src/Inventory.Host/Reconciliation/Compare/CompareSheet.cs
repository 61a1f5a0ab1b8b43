using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Attributes;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>Compare a sheet that was received with our stock.</summary>
[MessageIdentity("compare-sheet")]
public sealed record CompareSheet(Guid Run);

public static class CompareSheetHandler
{
    /// <summary>Ten million counts beside movements that are recorded all the while: it rests most of that time (<see cref="WriteLoadThrottle"/>).</summary>
    private const int ADay = 86_400;

    public static void Configure(HandlerChain chain) => chain.TryAgain(last: new SetRunAside());

    [MessageTimeout(ADay)]
    public static async Task<CorrectDrifts?> Handle(
        CompareSheet message, ReconciliationRuns runs, NpgsqlDataSource database, StoredPolicy policy, IHostApplicationLifetime lifetime, IClock clock,
        TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        await using var open = await runs.Open(message.Run, cancellation);
        if (open is null)
        {
            return null;
        }

        if (!open.Run.IsCompared)
        {
            try
            {
                await lifetime.UntilStopping(Compare, cancellation);
            }
            catch (ReconciliationFailedException failure)
            {
                log.LogWarning("Run {Run} of {System} failed: {Reason}", open.Run.Id, open.Run.System, failure.Message);
                await open.Failed(failure.Message);
                return null;
            }
        }

        return new CorrectDrifts(message.Run);

        async Task Compare(CancellationToken untilStopping)
        {
            var run = open.Run;
            await SkuClasses.Refresh(database, clock.GetCurrentInstant(), untilStopping);
            var drifts = await new CompareCounts(open.Connection, run, await policy.Read(untilStopping), clock, new WriteLoadThrottle(database, time)).Run(
                untilStopping);
            log.LogInformation(
                "Compared {Counts} counts of {System} at {TakenAt}: {Drifts} drifts (run {Run})", run.Counts, run.System, run.TakenAt, drifts, run.Id);
            ReconciliationMetrics.Compared(run, drifts);
        }
    }
}
