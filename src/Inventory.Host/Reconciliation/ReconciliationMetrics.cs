using System.Diagnostics.Metrics;
using RetailSync.Inventory.Host.Reconciliation.Compare;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>What the metrics say of comparisons, by system.</summary>
internal static class ReconciliationMetrics
{
    private static readonly Meter Meter = new("RetailSync.Reconciliation");
    private static readonly Counter<long> Counts = Meter.CreateCounter<long>("retailsync.reconciliation.counts", description: "Counts compared");
    private static readonly Counter<long> Drifts = Meter.CreateCounter<long>("retailsync.reconciliation.drifts", description: "Differences found");

    public static void Compared(ReconciliationRun run, long drifts)
    {
        var system = KeyValuePair.Create("system", (object?)run.System);
        Counts.Add(run.Counts, system);
        Drifts.Add(drifts, system);
    }
}
