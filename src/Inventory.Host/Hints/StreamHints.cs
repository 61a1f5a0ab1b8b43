using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Hints;

/// <summary>One hint.</summary>
/// <param name="Topic">`alert`, `channel`, `position`, `quarantine`, `reconciliation`, `reservation` or `rule`.</param>
/// <param name="Id">Which one, as in its address (a position: `{sku}@{location}`); null where it may be any of the topic.</param>
/// <param name="Sequence">For `?minSequence=` when it is read again.</param>
public sealed record HintAnswer(string Topic, string? Id, long Sequence);

/// <summary>What is asked for.</summary>
/// <param name="Seconds">After which the stream ends: 0 to <see cref="MostSeconds"/>.</param>
/// <param name="Seen">The last event that was seen on the stream before; null on the first.</param>
internal sealed record StreamRequest(IReadOnlySet<string> Topics, int Seconds, long? Seen)
{
    public const int MostSeconds = 300;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static StreamRequest Of(HttpRequest request)
    {
        var query = new QueryText(request, "topics", "seconds");
        var topics = query.Text("topics") is { } text ? text.Split(',').ToHashSet() : [.. ChangeHint.Topics];
        if (!topics.IsSubsetOf(ChangeHint.Topics))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("topics", $"must be some of {string.Join(", ", ChangeHint.Topics)}, separated by commas"));
        }

        var seconds = (int)(query.Whole("seconds", 0, MostSeconds) ?? MostSeconds);
        return request.Headers["Last-Event-ID"] is not { Count: > 0 } id ? new StreamRequest(topics, seconds, null)
            : long.TryParse(id.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seen)
                ? new StreamRequest(topics, seconds, seen)
            : throw ApiProblemException.Invalid(new FieldRefusal("Last-Event-ID", "must be the id of an event of this stream"));
    }
}

public static class StreamHints
{
    [WolverineGet("/v1/stream")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Hints of changes", "Server-sent events that say what has changed, each thing at most twice a second, of what you may see: never the data. Read "
        + "that again, with the hint's `sequence` as `minSequence`. A comment comes every 15 seconds. The stream ends after 5 minutes, and browsers connect "
        + "again: if something was missed meanwhile (`Last-Event-ID`), each topic comes once without an id.",
        Query = ["topics: some of alert, channel, position, quarantine, reconciliation, reservation, rule, separated by commas; all when left out",
            "seconds: ends after so many, 0 to 300, default 300"],
        Problems = ["400 invalid-request", "429 too-many-streams"])]
    public static HintStream Get(HttpContext http, [NotBody] HintBroadcast broadcast, [NotBody] StockCache book) =>
        new(StreamRequest.Of(http.Request), broadcast, book);
}
