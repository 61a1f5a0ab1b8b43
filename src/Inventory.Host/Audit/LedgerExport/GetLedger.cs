using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Csv;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>A position in the ledger.</summary>
/// <param name="Opening">On-hand when the time began.</param>
/// <param name="OpeningUnsellable">The same of units that may not be sold.</param>
/// <param name="OpeningReserved">The same of reserved units; a hold ends here when its end was recorded.</param>
/// <param name="OpeningInTransit">The same of what was expected.</param>
/// <param name="Events">What was recorded in the time.</param>
/// <param name="Closing">On-hand when the time ended: the opening and every change.</param>
/// <param name="ClosingUnsellable">The same of units that may not be sold.</param>
/// <param name="ClosingReserved">The same of reserved units.</param>
/// <param name="ClosingInTransit">The same of what was expected.</param>
public sealed record LedgerPosition(
    string Sku, string Location, decimal Opening, decimal OpeningUnsellable, decimal OpeningReserved, decimal OpeningInTransit,
    IReadOnlyList<LedgerEvent> Events,
    decimal Closing, decimal ClosingUnsellable, decimal ClosingReserved, decimal ClosingInTransit);

public static class GetLedger
{
    private const string Csv = CsvLedger.MediaType;
    private const string Parquet = ParquetLedger.MediaType;

    [WolverineGet("/v1/audit/ledger")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes(
        "The ledger",
        $"For each position an opening balance, every event, and a closing balance; they add up exactly. As pages of JSON, or, by `Accept`, as a whole as "
            + $"`{Csv}` or `{Parquet}`. A planner names a SKU.",
        Query =
        [
            "from: what was recorded after this instant (default: everything)", "to: and by this instant (default: until now)", "sku: of this SKU only",
            "location: at this location only", "limit: positions of a page of JSON, 1 to 1,000, default 100; a page of very long histories has fewer",
            "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "406 not-acceptable", "429 too-many-exports", "503 not-yet-seen"])]
    public static LedgerResult Get(HttpContext http, [NotBody] ReadLedger ledger, [NotBody] ExportSlots slots)
    {
        var type = ContentNegotiation.Of(http.Request, RequestBody.Json, Csv, Parquet);
        var question = Question(http.Request.Query, inPages: type == RequestBody.Json);
        if (question.Selection.Sku is null && !Caller.Of(http).MayAudit)
        {
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "forbidden", "This key may read the ledger of one SKU: name it with 'sku'.");
        }

        return new LedgerResult(type, question, ledger, slots);
    }

    /// <param name="inPages">Whether positions are limited also where no limit is named.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static LedgerQuestion Question(IQueryCollection parameters, bool inPages)
    {
        var query = new QueryText(parameters, "from", "to", "sku", "location", "limit", "after");
        var (from, to, limit) = (query.Instant("from"), query.Instant("to"), query.Limit());
        return from > to
            ? throw ApiProblemException.Invalid(new FieldRefusal("to", "must not be before 'from'"))
            : new LedgerQuestion(
                new PositionSelection(
                    query.Sku("sku"), query.Location("location"), PositionSelection.ReadAfter(query), inPages || query.Text("limit") is not null ? limit : null),
                from, to);
    }
}
