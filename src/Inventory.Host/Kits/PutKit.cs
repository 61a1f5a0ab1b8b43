using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Kits;

public static class PutKit
{
    [WolverinePut("/v1/kits/{sku}")]
    [Authorize(Roles = Role.Planner)]
    [Describes("Set a kit", "A SKU that is sold as a set of others, from `effectiveFrom` (now) on: a new version of it. A component may be a kit, up to three "
        + "levels of kits. `If-Match` guards against a lost update.",
        Body = typeof(KitFields),
        Problems = ["400 invalid-request", "400 invalid-kit", "409 alias-taken", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<KitAnswer>> Put(
        HttpContext http, [NotBody] KitRegistry kits, [NotBody] SkuNames names, [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var named = RouteText.Sku(http);
        _ = new QueryText(http.Request);
        var fields = KitBody.Empty;
        await RequestBody.ReadInto(fields, http.Request);
        var body = KitBody.Read(fields);
        var written = await kits.Put(http, await names.Meant(named, http.RequestAborted), body);
        http.Response.Headers.ETag = $"\"{RuleAnswer.Tag(written.Latest!)}\"";
        var answer = KitAnswer.Of(written.Latest!, written, clock.GetCurrentInstant(), await writes.NewestSequence(http.RequestAborted));
        ActionNote.Set(http, written.Latest!.Reason, after: answer);
        return TypedResults.Ok(answer);
    }
}
