using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.DeadLetters;

public static class ListDeadLetters
{
    [WolverineGet("/v1/messages/dead-letters")]
    [Authorize(Roles = Role.Ops)]
    [Describes("List dead letters", "Messages of the product itself (comparisons, verification, retention) that could not be handled, the oldest first, "
        + "each with why."
        + " What a channel would not take is at /v1/channels/{id}/dead-letters.",
        Problems = ["400 invalid-request"],
        Query = ["state: `open`, `replaying` or `discarded`", "type: this one only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"])]
    public static async Task<Ok<Page<DeadLetter>>> Get(HttpContext http, [NotBody] DeadLetterStore letters)
    {
        var query = new QueryText(http.Request, "state", "type", "limit", "after");
        var state = query.Choice("state", DeadLetterStore.Open, DeadLetterStore.Replaying, DeadLetterStore.Discarded);
        return TypedResults.Ok(await letters.List(state, query.Text("type"), query.Text("after"), query.Limit(), http.RequestAborted));
    }

    /// <summary>The message that a path names. An id that is none names nothing.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-dead-letter</c>.</exception>
    internal static Guid IdOf(HttpContext http) => Guid.TryParse(RouteText.Segment(http, "id"), out var id) ? id : throw DeadLetterStore.Unknown();
}
