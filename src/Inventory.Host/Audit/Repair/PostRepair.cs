using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>What a repair did.</summary>
/// <param name="StreamsRepaired">Chains that left events out, and do not any more.</param>
/// <param name="EventsLinked">The events that they left out.</param>
/// <param name="First">The first of those streams, at most a hundred.</param>
/// <param name="StreamsLeft">Chains that leave events out and were changed besides, at most a hundred: <c>verify</c> names what differs.</param>
/// <param name="PublicationsCorrected">How many channel quantities were wrong and are corrected; null where no channel is registered.</param>
public sealed record Repaired(
    long StreamsRepaired, long EventsLinked, IReadOnlyList<string> First, IReadOnlyList<string> StreamsLeft, long? PublicationsCorrected);

/// <summary>Repairs the effects of followers that skipped events: gaps in chains, and channel quantities that were not recalculated.</summary>
public static class PostRepair
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    [WolverinePost("/v1/audit/repair")]
    [Authorize(Roles = Role.Ops)]
    [Describes(
        "Repair chains and publications",
        $"Links events that the chains have left out and recalculates the quantities of all channels, without downtime. "
        + $"What is not a hole but a change is left. Each repair can be listed (`/v1/audit/repairs`). With `Accept: {ProgressLines.MediaType}` "
        + "lines `{ done, of }` come while it works, and the answer is the last line.",
        Answer = typeof(Repaired),
        Problems = ["400 invalid-request", "406 not-acceptable", "409 checkpoint-differs", "409 role-may-not-repair", "415 unsupported-media-type"])]
    public static async Task Post(
        HttpContext http, [NotBody] RepairChains chains, [NotBody] PublicationLedgerWriter desired, [NotBody] RegisteredChannels registered,
        [NotBody] RepairLog repairs,
        [NotBody] TimeProvider time, [NotBody] IOptions<JsonOptions> json)
    {
        _ = new QueryText(http.Request);
        await RequestBody.RequireEmpty(http.Request);
        var (provenance, stopped) = (Provenance.Of(http), http.RequestAborted);
        await chains.RequireSigned(stopped);
        if (ContentNegotiation.Of(http.Request, RequestBody.Json, ProgressLines.MediaType) == ProgressLines.MediaType)
        {
            await ProgressLines.Write(http, json.Value.SerializerOptions, async progress => await Repair(progress));
            return;
        }

        await Results.Json(await Repair(null)).ExecuteAsync(http);

        async Task<Repaired> Repair(Action<long, long>? progress)
        {
            var repaired = await chains.Run(provenance, progress, stopped);
            var corrected = await Rescan();
            return new Repaired(repaired.StreamsRepaired, repaired.EventsLinked, repaired.First, repaired.StreamsLeft, corrected);
        }

        async Task<long?> Rescan()
        {
            if ((await registered.Read(stopped)).Count == 0 || await desired.AskRescan(stopped) is not { } asked)
            {
                return null;
            }

            long? corrected;
            while ((corrected = await desired.RescanDone(asked, stopped)) is null)
            {
                await Task.Delay(Pause, time, stopped);
            }

            await repairs.AddPublications(provenance, corrected.Value, stopped);
            return corrected;
        }
    }
}
