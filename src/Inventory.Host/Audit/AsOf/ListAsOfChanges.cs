using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.AsOf;

public static class ListAsOfChanges
{
    [WolverineGet("/v1/audit/as-of/changes")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("What has changed of an instant since",
        "Positions of which something else was known at an instant than is known of it now, by SKU, then location, with both numbers and the events that "
            + "were recorded since and count at or before it. A page looks at 20,000 positions at the most: it may have fewer items than `count`, or none, "
            + "and a `next`.",
        Query =
        [
            "at: required, an instant", "sku: of this SKU only", "location: at this location only", "count: 1 to 1,000, default 100",
            "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "429 too-many-exports", "503 not-yet-seen"])]
    public static async Task<Ok<Page<AsOfChange>>> Get(HttpContext http, [NotBody] ReadAsOfChanges changes, [NotBody] ExportSlots slots)
    {
        var query = new QueryText(http.Request, AsOfQuestion.AtParameter, "sku", "location", "count", "after");
        var at = query.Instant(AsOfQuestion.AtParameter) ?? throw ApiProblemException.Invalid(new FieldRefusal(AsOfQuestion.AtParameter, "is missing"));
        var count = (int)(query.Whole("count", 1, QueryText.MaxLimit) ?? QueryText.DefaultLimit);
        var selection = new PositionSelection(query.Sku("sku"), query.Location("location"), PositionSelection.ReadAfter(query));
        using var slot = await slots.Enter(http);
        return TypedResults.Ok(await changes.Page(selection, at, count, http.RequestAborted));
    }
}
