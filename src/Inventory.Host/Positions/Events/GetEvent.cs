using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions.Events;

public static class GetEvent
{
    [WolverineGet("/v1/events/{id}")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("An event", "An event of a position by its sequence or by its id, with its change and the balance after it. One of a year that is archived is "
        + "listed by its position only. A store sees those of its own locations.",
        Problems = ["400 invalid-request", "404 unknown-event", "503 not-yet-seen"])]
    public static async Task<Ok<FoundEvent>> Get(HttpContext http, [NotBody] FindEvents events)
    {
        _ = new QueryText(http.Request);
        var text = RouteText.Segment(http, "id");
        var found = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? await events.BySequence(sequence, http.RequestAborted)
            : Guid.TryParse(text, out var id) ? await events.ById(id, http.RequestAborted)
            : throw ApiProblemException.Invalid(new FieldRefusal("id", "must be a sequence or the id of an event"));
        return found is not null && Caller.Of(http).MaySee(LocationId.Parse(found.Location)) ? TypedResults.Ok(found)
            : throw ApiProblemException.NotFound("unknown-event", "There is no such event of a position; or its year is archived.");
    }
}
