using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <param name="Product">As in its changelog.</param>
/// <param name="Postgres">Of the database server.</param>
public sealed record VersionsShown(string Product, string Runtime, string Postgres);

/// <param name="Lane">From 0; the last is that of what spans SKUs.</param>
/// <param name="Waiting">Commands that wait now.</param>
/// <param name="Commits">Since the host started.</param>
/// <param name="CommitSeconds">The mean of these; null before the first.</param>
/// <param name="Stalled">Whether the current batch has taken longer than any database timeout explains.</param>
public sealed record LaneShown(int Lane, int Waiting, long Commits, decimal? CommitSeconds, bool Stalled);

/// <param name="Name">publications, hash-chain, or memory, which is this host's.</param>
/// <param name="Sequence">The newest event that it has processed.</param>
/// <param name="BehindSeconds">Since when the next one waits; 0 where there is none.</param>
public sealed record FollowerShown(string Name, long Sequence, decimal BehindSeconds);

/// <param name="Number">Given when it joined.</param>
/// <param name="SeenAt">Its last heartbeat, by the database's clock.</param>
/// <param name="Agents">What it does for all: `wolverine://leader`, followers, publishers of channels.</param>
public sealed record HostShown(
    string Id, int Number, string Machine, Instant StartedAt, Instant SeenAt, string? Version, IReadOnlyList<string> Agents);

/// <param name="AfterYears">0 for never.</param>
/// <param name="Before">What was recorded before this belongs into the archive; null when nothing does.</param>
/// <param name="Rows">By the statistics of the last analysis.</param>
public sealed record ArchiveShown(int AfterYears, Instant? Before, long Bytes, long Rows);

/// <param name="Rows">By the statistics of the last analysis.</param>
public sealed record TableSize(string Name, long Bytes, long Rows);

/// <param name="Bytes">Of the whole database.</param>
/// <param name="Connections">To it, of all hosts and others.</param>
/// <param name="Tables">The 40 largest, first.</param>
public sealed record DatabaseShown(long Bytes, long Connections, IReadOnlyList<TableSize> Tables);

/// <param name="Host">Which host answers: its lanes and its memory are shown.</param>
/// <param name="Hosts">Those of the cluster; none where this one has not joined it.</param>
/// <param name="Retention">For how many days each class of data is kept; 0 for ever.</param>
public sealed record OperationsAnswer(
    Instant AsOf, long AsOfSequence, VersionsShown Versions, string Environment, string Host, IReadOnlyList<LaneShown> Lanes,
    IReadOnlyList<FollowerShown> Followers, IReadOnlyList<HostShown> Hosts, ArchiveShown Archive, RetentionPolicy Retention, DatabaseShown Database);

public static class GetOperations
{
    [WolverineGet("/v1/operations")]
    [Authorize(Roles = Role.Ops)]
    [Describes("How the system is", "Lanes of this host with what waits and how long commits take, followers and how far they are behind, hosts and what each "
        + "does for all, archive and retention, the size of the database by table, versions.",
        Problems = ["400 invalid-request", "503 unavailable"])]
    public static async Task<Ok<OperationsAnswer>> Get(HttpContext http, [NotBody] ReadOperations operations)
    {
        _ = new QueryText(http.Request);
        return TypedResults.Ok(await operations.Read(http.RequestAborted));
    }
}
