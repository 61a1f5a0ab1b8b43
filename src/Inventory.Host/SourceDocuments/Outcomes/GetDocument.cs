using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Outcomes;

public static class GetDocument
{
    [WolverineGet("/v1/documents/{id}")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What became of a file", "The outcomes of its documents, in its order, as they were when it was taken in, and what became since of the lines that were rejected. A store sees what it sent itself.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-document"])]
    public static async Task<Ok<FileOutcome>> Get(HttpContext http, [NotBody] DocumentStore store)
    {
        var query = new QueryText(http.Request, "limit", "after");
        var (limit, after) = (query.Limit(), (int)(query.Whole("after", 0, int.MaxValue) ?? 0));
        var caller = Caller.Of(http);
        if (!Guid.TryParse(RouteText.Segment(http, "id"), out var id) || await store.Read(id, http.RequestAborted) is not { } file
            || (!caller.SeesAll && file.By != caller.Actor.ToString()))
        {
            throw ApiProblemException.NotFound("unknown-document", "There is no such file.");
        }

        return TypedResults.Ok(await Read(store, id, after, limit, http.RequestAborted));
    }

    /// <summary>A part of its documents; null for an id that is none.</summary>
    internal static async Task<FileOutcome?> Read(DocumentStore store, Guid id, int after, int limit, CancellationToken cancellation)
    {
        if (await store.Read(id, cancellation) is not { } file)
        {
            return null;
        }

        var page = Page<(int Number, DocumentOutcome Outcome)>.Of(
            await store.List(id, after, limit + 1, cancellation), limit, row => row.Number.ToString(CultureInfo.InvariantCulture));
        return new FileOutcome(id, file.Format, file.Source ?? page.Items.Select(row => row.Outcome.Source).FirstOrDefault(),
            [.. page.Items.Select(row => row.Outcome)], page.Next, file.Sequence ?? 0,
            await store.Rejected(id, cancellation));
    }
}
