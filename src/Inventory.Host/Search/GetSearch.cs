using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Search;

public static class GetSearch
{
    /// <summary>The longest text that is looked for, in characters: a source and an id with a blank between them.</summary>
    private const int MaxLength = 257;

    private const int DefaultCount = 20, MaxCount = 50;

    [WolverineGet("/v1/search")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Find anything by its name",
        "SKUs, `sku@location`, locations, channels, rules and kits by their beginning; reservations, orders of channels, a movement by `source id`, an event "
            + "by its sequence or id by their whole name; where nothing is found, events of the last 24 hours by their correlation id. "
            + "Each caller finds what it may see.",
        Query = ["q: required, what to look for, 1 to 257 characters", "count: hits of each kind and altogether, 1 to 50, default 20"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<SearchHit>>> Get(HttpContext http, [NotBody] SearchEverything search)
    {
        var query = new QueryText(http.Request, "q", "count");
        var count = (int)(query.Whole("count", 1, MaxCount) ?? DefaultCount);
        var text = query.Text("q")?.Trim() ?? "";
        if (text.Length is 0 or > MaxLength)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("q", $"must have 1 to {MaxLength} characters"));
        }

        var hits = await search.Find(text, count, Caller.Of(http), http.RequestAborted);
        return TypedResults.Ok(new Page<SearchHit>([.. hits.Take(count)], null));
    }
}
