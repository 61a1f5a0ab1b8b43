using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using NodaTime;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>A checkpoint, to be kept elsewhere.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When it was made.</param>
/// <param name="Streams">How many chains there were.</param>
/// <param name="Events">How many events they linked.</param>
/// <param name="Root">Over the heads of all chains, in hexadecimal.</param>
/// <param name="Key">Which key signed it.</param>
/// <param name="Statement">What was signed, as UTF-8.</param>
/// <param name="Signature">Base64 of ECDSA with SHA-256, in the form of IEEE P1363.</param>
public sealed record CheckpointAnswer(long Number, Instant At, long Streams, long Events, string Root, string Key, string Statement, byte[] Signature);

/// <summary>A page of checkpoints, and the key that they can be checked with.</summary>
public sealed record CheckpointPage(IReadOnlyList<CheckpointAnswer> Items, string? Next, string? PublicKey);

public static class ListCheckpoints
{
    [WolverineGet("/v1/audit/checkpoints")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("List signed checkpoints", "Statements about all chains, one an hour, oldest first. Kept elsewhere, they prove that nothing before them was changed.", Answer = typeof(CheckpointPage),
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "503 not-yet-seen"])]
    public static async Task<IResult> Get(HttpContext http, [NotBody] SignCheckpoints checkpoints)
    {
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        var found = await checkpoints.List(query.Whole("after", 0, long.MaxValue) ?? 0, limit + 1, newestFirst: false, http.RequestAborted);
        var page = Page<Checkpoint>.Of(found, limit, checkpoint => checkpoint.Number.ToString(CultureInfo.InvariantCulture));
        return Results.Json(new CheckpointPage(
            [.. page.Items.Select(made => new CheckpointAnswer(
                made.Number, made.At, made.Streams, made.Events, Convert.ToHexStringLower(made.Root), made.Key, made.Statement, made.Signature))],
            page.Next,
            await checkpoints.PublicKey(http.RequestAborted)));
    }
}
