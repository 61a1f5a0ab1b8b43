using JasperFx;
using Marten;
using NodaTime;
using RetailSync.Inventory.Domain.Reconciliation;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>The policy as it is kept: one, under a fixed id.</summary>
public sealed class PolicyDocument : IRevisioned
{
    public const string TheOne = "policy";

    public string Id { get; init; } = TheOne;

    public Duration Grace { get; init; }

    public IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    /// <summary>Who wrote this version: a stored <see cref="Security.Actor"/>; null for what is older than this record.</summary>
    public string? By { get; init; }

    public int Version { get; set; }
}

/// <summary>Reads the policy in force.</summary>
public sealed class StoredPolicy(IDocumentStore store)
{
    public async Task<ReconciliationPolicy> Read(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<PolicyDocument>(PolicyDocument.TheOne, cancellation) is { } stored
            ? new ReconciliationPolicy(stored.Grace, stored.Rules) : ReconciliationPolicy.NoPolicy;
    }
}
