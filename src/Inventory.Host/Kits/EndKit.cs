using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Kits;

public static class EndKit
{
    [WolverineDelete("/v1/kits/{sku}")]
    [Authorize(Roles = Role.Planner)]
    [Describes("End a kit", "From now on the SKU is an ordinary one, and what was dated ahead is not coming. Its history stays.",
        Query = ["reason: why"], Problems = ["400 invalid-request", "404 unknown-kit", "412 precondition-failed"])]
    public static async Task<Ok<KitAnswer>> Delete(
        HttpContext http, [NotBody] KitRegistry kits, [NotBody] SkuNames names, [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var named = RouteText.Sku(http);
        var reason = new QueryText(http.Request, "reason").Text("reason")?.Trim();
        if (reason is { Length: 0 or > Fields.MaxWordsLength })
        {
            throw ApiProblemException.Invalid(new FieldRefusal("reason", $"must be 1 to {Fields.MaxWordsLength} characters of text"));
        }

        var written = await kits.End(http, await names.Meant(named, http.RequestAborted), reason); // ending twice is answered as the first time
        http.Response.Headers.ETag = $"\"{RuleAnswer.Tag(written.Latest!)}\"";
        var answer = KitAnswer.Of(written.Latest!, written, clock.GetCurrentInstant(), await writes.NewestSequence(http.RequestAborted));
        ActionNote.Set(http, written.Latest!.Reason, after: answer);
        return TypedResults.Ok(answer);
    }
}
