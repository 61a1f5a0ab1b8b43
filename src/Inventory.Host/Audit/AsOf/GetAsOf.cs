using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Csv;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.AsOf;

public static class GetAsOf
{
    [WolverineGet("/v1/audit/as-of")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("All positions at an instant", $"By SKU, then location. As pages of JSON, or, by `Accept: {CsvLedger.MediaType}`, all of them as a table.",
        Query =
        [
            "at: required, an instant", AsOfQuestion.DescribesKnowledge, "sku: of this SKU only", "location: at this location only",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "406 not-acceptable", "429 too-many-exports", "503 not-yet-seen"])]
    public static async Task<Results<Ok<Page<PositionAnswer>>, PositionTable>> Get(HttpContext http, [NotBody] ShowAsOf past, [NotBody] ExportSlots slots)
    {
        var query = new QueryText(http.Request, AsOfQuestion.AtParameter, AsOfQuestion.KnowledgeParameter, "sku", "location", "limit", "after");
        var question = AsOfQuestion.Of(query) ?? throw ApiProblemException.Invalid(new FieldRefusal(AsOfQuestion.AtParameter, "is missing"));
        var limit = query.Limit();
        var selection = new PositionSelection(query.Sku("sku"), query.Location("location"), PositionSelection.ReadAfter(query));
        if (ContentNegotiation.Of(http.Request, RequestBody.Json, CsvLedger.MediaType) == CsvLedger.MediaType)
        {
            return new PositionTable(
                past.All(query.Text("limit") is null ? selection : selection with { Limit = limit }, question, http.RequestAborted), slots);
        }

        using var slot = await slots.Enter(http);
        var rows = await past.All(selection with { Limit = limit + 1 }, question, http.RequestAborted).ToListAsync(http.RequestAborted);
        return TypedResults.Ok(Page<PositionAnswer>.Of(rows, limit, PositionAnswer.KeyOf));
    }
}
