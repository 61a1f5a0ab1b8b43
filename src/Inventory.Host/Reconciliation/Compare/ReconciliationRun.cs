using NodaTime;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>A run that is to be carried on.</summary>
/// <param name="CorrelationId">Of the request that brought it.</param>
/// <param name="Counts">Positions counted, above 0.</param>
/// <param name="Documents">Documents given as evidence, 0 or more.</param>
/// <param name="IsCompared">Its drifts are known, and what the policy corrects is to be corrected.</param>
public sealed record ReconciliationRun(Guid Id, string System, Instant TakenAt, string CorrelationId, long Counts, long Documents, bool IsCompared)
{
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
}
