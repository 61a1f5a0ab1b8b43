using System.Text.Json.Serialization;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <param name="AsOf">When this was so.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="Version">How many events the SKU's positions have.</param>
/// <param name="Days">From today in the channel's time zone.</param>
public record ScheduleAnswer(string Sku, string Channel, Instant AsOf, long Version, long AsOfSequence, IReadOnlyList<DayPromise> Days)
{
    /// <summary>With `explain=true`: the days on which documents are expected or holds end, by day.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DayReasons>? Reasons { get; init; }
}

/// <summary>The same, for one who needs a number of units.</summary>
/// <param name="Schedule">What may be promised.</param>
/// <param name="PromiseOn">The first day on which what is needed may be promised; null when there is none within the days.</param>
public sealed record PromiseDateAnswer([property: JsonIgnore] ScheduleAnswer Schedule, LocalDate? PromiseOn) : ScheduleAnswer(Schedule)
{
    public static PromiseDateAnswer Of(ScheduleAnswer schedule, decimal need) =>
        new(schedule, schedule.Days.Where(promise => promise.Quantity >= need).Select(promise => (LocalDate?)promise.Day).FirstOrDefault());
}

/// <summary>What is asked for.</summary>
/// <param name="Days">1 to <see cref="PromiseAhead.DaysAtMost"/>.</param>
/// <param name="Need">Units, above 0; null when no day is asked for.</param>
/// <param name="Location">At this location only; null for all.</param>
/// <param name="Explain">Whether documents and holds are asked for.</param>
internal readonly record struct ScheduleRequest(ChannelId Channel, int Days, decimal? Need, LocationId? Location = null, bool Explain = false)
{
    private const int DaysByDefault = 30;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>; 403: a channel that the caller may not see.</exception>
    public static ScheduleRequest Of(IQueryCollection parameters, Caller caller)
    {
        var query = new QueryText(parameters, "channel", "location", "days", "need", "explain");
        var (channel, location) = (query.Channel("channel"), query.Location("location"));
        caller.RequireToSee(channel, location);
        return new ScheduleRequest(
            channel, (int)(query.Whole("days", 1, PromiseAhead.DaysAtMost) ?? DaysByDefault), Units(query.Text("need")), location,
            query.Choice("explain", "true", "false") == "true");
    }

    private static decimal? Units(string? text) =>
        text is null ? null
        : ExactDecimal.Refusal(text, out var need) is { } refusal ? throw ApiProblemException.Invalid(new FieldRefusal("need", refusal))
        : need > 0 ? need
        : throw ApiProblemException.Invalid(new FieldRefusal("need", "must be above 0"));
}

public static class GetSchedule
{
    [WolverineGet("/v1/availability/{sku}/schedule")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What a channel may promise on days ahead", "With the supply that is expected, as far as it can be relied on.",
        Query = ["channel: required", "location: at this location only; a store names its own", "days: 1 to 180, default 30",
            "need: adds `promiseOn`, the first day on which so many may be promised",
            "explain: `true` adds `reasons`: documents that are expected and holds that end, by day"],
        Problems = ["400 invalid-request", "404 unknown-channel", "503 not-yet-seen", "503 unavailable"])]
    public static async Task<Results<Ok<PromiseDateAnswer>, Ok<ScheduleAnswer>>> Get(
        HttpContext http, [NotBody] ReadAvailability availability, [NotBody] IDocumentStore store, [NotBody] PlanCache planning,
        [NotBody] SkuNames names)
    {
        var (channelId, days, need, location, explain) = ScheduleRequest.Of(http.Request.Query, Caller.Of(http));
        var sku = await availability.Ask(names.Meant(RouteText.Sku(http), http.RequestAborted).AsTask());
        await using var session = store.QuerySession();
        var channel = await availability.Ask(session.LoadAsync<SalesChannel>(channelId.Value, http.RequestAborted)) ?? throw KnownChannels.Unknown();

        var basis = await availability.Read([sku], ReadAvailability.MinSequence(http.Request), http.RequestAborted);
        basis.ShowAge(http.Response);
        var newest = basis.Book.NewestSequence;
        var known = basis.Book.Stock(sku, basis.Plan, basis.AsOf);
        var zone = DateTimeZoneProviders.Tzdb[channel.TimeZone];
        var promises = PromiseAhead.Of(
            channelId, rules => basis.Book.Stock(sku, basis.Plan with { Rules = rules }, basis.AsOf).Stock, planning.RulesAt(basis.Plan, basis.AsOf),
            basis.AsOf, zone, days, location);
        var answer = new ScheduleAnswer(sku.Value, channelId.Value, basis.AsOf, known.Version, newest, promises)
        {
            Reasons = !explain ? null : ScheduleReasons.Of(
                ExpectedArrivals.Of(channelId, known.Stock, basis.Plan.Rules, promises[0].Day, promises[^1].Day), known.Stock, basis.Book.Open,
                Caller.Of(http).MaySee, basis.AsOf, zone, days, location),
        };
        return need is { } wanted ? TypedResults.Ok(PromiseDateAnswer.Of(answer, wanted)) : TypedResults.Ok(answer);
    }
}
