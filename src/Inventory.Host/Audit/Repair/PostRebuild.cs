using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Repair;

public static class PostRebuild
{
    /// <summary>How long a caller that says nothing is kept waiting: less than balancers and clients usually wait.</summary>
    private const int UsualSeconds = 20;

    [WolverinePost("/v1/audit/rebuild")]
    [Authorize(Roles = Role.Ops)]
    [Describes(
        "Rebuild positions",
        "Folds positions again from their events, without downtime, and repairs rows that differ. No event is recorded and nothing is published. What takes "
        + "longer than 20 seconds, or than `Prefer: wait=N` says (`Prefer: respond-async`: at once), is answered `202` with a Location to poll, and continues "
        + "also when the caller disconnects. "
        + $"With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, the answer is the last line, and it ends with the call.",
        Query = ["sku: of this SKU only", "location: at this location only"],
        Problems = ["400 invalid-request", "406 not-acceptable", "415 unsupported-media-type", "429 too-many-exports"])]
    public static async Task<Results<ProgressResult<Rebuilt>, Ok<Rebuilt>, Accepted<RebuildRun>>> Post(
        HttpContext http, [NotBody] RebuildPositions rebuild, [NotBody] RebuildRuns runs, [NotBody] ExportSlots slots)
    {
        var query = new QueryText(http.Request, "sku", "location");
        var (sku, location) = (query.Sku("sku"), query.Location("location"));
        await RequestBody.RequireEmpty(http.Request);
        if (ProgressLines.AreAccepted(http.Request))
        {
            // Many at once wait for each other, until none is through while its caller waits.
            var slot = await slots.Enter(http);
            return new ProgressResult<Rebuilt>(async progress =>
            {
                using (slot)
                {
                    return await rebuild.Run(sku, location, progress, http.RequestAborted);
                }
            });
        }

        var id = await runs.Begin(sku, location, Caller.Of(http).Actor, http.RequestAborted);
        var run = await runs.WaitFor(id, WaitTime(http.Request), http.RequestAborted);
        return run.Result is { } rebuilt ? TypedResults.Ok(rebuilt) : TypedResults.Accepted(GetRebuild.PathOf(id), run);
    }

    /// <summary>By <c>Prefer</c> (RFC 7240), of which anything else is left alone.</summary>
    private static TimeSpan WaitTime(HttpRequest request)
    {
        const string wait = "wait=";
        var preferences = request.Headers.GetCommaSeparatedValues("Prefer");
        var seconds = Array.Find(preferences, one => one.StartsWith(wait, StringComparison.OrdinalIgnoreCase)) is { } named
            && int.TryParse(named.AsSpan(wait.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : preferences.Contains("respond-async", StringComparer.OrdinalIgnoreCase) ? 0 : UsualSeconds;
        return TimeSpan.FromSeconds(Math.Min(seconds, UsualSeconds));
    }
}
