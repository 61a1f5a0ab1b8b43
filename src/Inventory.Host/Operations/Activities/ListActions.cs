using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations.Activities;

/// <summary>A write of a person.</summary>
/// <param name="At">When it was asked for.</param>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
/// <param name="Kind">What was done: <c>rules-put</c>, <c>channels-pause</c>; null for what is older than this record.</param>
/// <param name="Subject">What it was done to: the ids of the address, joined by <c>/</c>; null where it names none.</param>
/// <param name="Reason">As it was given.</param>
/// <param name="Before">What was there, as the API shows it; null where there was nothing, or it is not kept.</param>
/// <param name="After">What is there since.</param>
/// <param name="Status">The HTTP status of the answer; null when there was none, because the host stopped meanwhile.</param>
public sealed record ActionAnswer(
    Guid Id, Instant At, string By, string Role, string? Kind, string? Subject, string? Reason, JsonElement? Before, JsonElement? After,
    string CorrelationId, int? Status);

/// <summary>Which actions are asked for.</summary>
/// <param name="By">Of this key or subject only; null for all.</param>
/// <param name="Kind">Of this kind, or of those that begin with it and <c>-</c>; null for all.</param>
/// <param name="From">Not before this instant; null for no beginning.</param>
/// <param name="To">Before this instant; null for no end.</param>
/// <param name="After">The last of the page before; null for the newest.</param>
internal sealed record ActionsRequest(string? By, string? Kind, Instant? From, Instant? To, (Instant At, Guid Id)? After, int Limit)
{
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static ActionsRequest Of(IQueryCollection parameters)
    {
        var query = new QueryText(parameters, "by", "kind", "from", "to", "limit", "after");
        var (from, to) = (query.Instant("from"), query.Instant("to"));
        return from > to
            ? throw ApiProblemException.Invalid(new FieldRefusal("to", "must not be before 'from'"))
            : new ActionsRequest(Name(query, "by"), Name(query, "kind"), from, to, Cursor(query.Text("after")), query.Limit());
    }

    public static string CursorOf(ActionAnswer action) => FormattableString.Invariant($"{action.At.ToUnixTimeTicks()}-{action.Id:N}");

    private static string? Name(QueryText query, string name) =>
        query.Text(name) is not { } text ? null
        : Identifier.TryParse(text, out var trimmed) ? trimmed
        : throw ApiProblemException.Invalid(new FieldRefusal(name, "must be 1 to 128 printable characters"));

    private static (Instant At, Guid Id)? Cursor(string? after) =>
        after is null ? null
        : after.Split('-') is [var ticks, var id]
            && long.TryParse(ticks, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at)
            && at < Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks() && Guid.TryParseExact(id, "N", out var guid)
            ? (Instant.FromUnixTimeTicks(at), guid)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be `next` of the page before"));
}

public static class ListActions
{
    [WolverineGet("/v1/audit/actions")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("Writes of people", "Who did what to what, why, and what was there before and after, newest first: rules, kits, locations, SKUs, channels, "
        + "mappings, drifts, quarantine, dead letters, policy, repairs, sessions. What was refused is in `/v1/audit/activity`; movements, holds and orders "
        + "have who did it in their events.",
        Query =
        [
            "by: of this key or subject only", "kind: this kind, such as `rules-put`, or all that begin with it, such as `rules`",
            "from: not before this instant", "to: before this instant", "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<ActionAnswer>>> Get(HttpContext http, [NotBody] ActivityLog activities)
    {
        var request = ActionsRequest.Of(http.Request.Query);
        return TypedResults.Ok(Page<ActionAnswer>.Of(await activities.Actions(request, http.RequestAborted), request.Limit, ActionsRequest.CursorOf));
    }
}
