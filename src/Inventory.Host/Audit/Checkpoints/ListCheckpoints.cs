using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>A checkpoint, to be kept elsewhere.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When it was made.</param>
/// <param name="Streams">How many chains there were.</param>
/// <param name="Events">How many events they linked.</param>
/// <param name="Root">Over the heads of all chains, in hexadecimal.</param>
/// <param name="Key">Which key signed it.</param>
/// <param name="Statement">What was signed, as UTF-8.</param>
/// <param name="Signature">Base64 of ECDSA with SHA-256, in the form of IEEE P1363.</param>
public sealed record CheckpointAnswer(long Number, Instant At, long Streams, long Events, string Root, string Key, string Statement, byte[] Signature)
{
    internal static CheckpointAnswer Of(Checkpoint made) =>
        new(made.Number, made.At, made.Streams, made.Events, Convert.ToHexStringLower(made.Root), made.Key, made.Statement, made.Signature);
}

/// <param name="Key">Its name, as checkpoints have it.</param>
/// <param name="PublicKey">Its PEM.</param>
public sealed record CheckpointKeyAnswer(string Key, string PublicKey);

/// <summary>A page of checkpoints, and the keys that they can be checked with.</summary>
/// <param name="Items">The checkpoints, oldest first.</param>
/// <param name="Next">The value for <c>after</c>; null at the end.</param>
/// <param name="PublicKey">Of the key that signs now, in PEM; null where none does.</param>
/// <param name="TrustedKeys">Every key whose signatures count, the one that signs now first.</param>
public sealed record CheckpointPage(IReadOnlyList<CheckpointAnswer> Items, string? Next, string? PublicKey, IReadOnlyList<CheckpointKeyAnswer> TrustedKeys);

public static class ListCheckpoints
{
    [WolverineGet("/v1/audit/checkpoints")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("List signed checkpoints", "Statements about all chains, one an hour, oldest first. Kept elsewhere, they prove that nothing before them was "
        + "changed.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "503 not-yet-seen"])]
    public static async Task<Ok<CheckpointPage>> Get(HttpContext http, [NotBody] ChainCheckpointSigner checkpoints, [NotBody] CheckpointKeys keys)
    {
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        var found = await checkpoints.After(query.Whole("after", 0, long.MaxValue) ?? 0, limit + 1, http.RequestAborted);
        var page = Page<Checkpoint>.Of(found, limit, checkpoint => checkpoint.Number.ToString(CultureInfo.InvariantCulture));
        using var signing = await keys.Signing(http.RequestAborted);
        using var trusted = await keys.Trusted(http.RequestAborted);
        return TypedResults.Ok(new CheckpointPage(
            [.. page.Items.Select(CheckpointAnswer.Of)], page.Next, signing?.ExportSubjectPublicKeyInfoPem(),
            [.. trusted.All.Select(key => new CheckpointKeyAnswer(key.Name, key.PublicKey))]));
    }
}
