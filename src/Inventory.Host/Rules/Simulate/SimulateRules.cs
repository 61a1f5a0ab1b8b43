using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using NodaTime;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules.Simulate;

/// <summary>What the rules would have meant for one channel.</summary>
/// <param name="UnitsWithheld">The most units by which its promise of a SKU would have been below the real one at any moment, added up over SKUs.</param>
/// <param name="SalesLost">Units of its real orders that would have been refused, but for those that were given back unsold within the time.</param>
/// <param name="OversellsAvoided">Units that its real orders took and that were then missing, where they would not have been.</param>
/// <param name="Publications">How often a new quantity or level would have been published.</param>
public sealed record ChannelChange(string Channel, decimal UnitsWithheld, decimal SalesLost, decimal OversellsAvoided, long Publications);

/// <summary>The same of one SKU, for all the channels together.</summary>
public sealed record SkuChange(string Sku, decimal UnitsWithheld, decimal SalesLost, decimal OversellsAvoided, long Publications);

/// <param name="From">The beginning of the time that was replayed.</param>
/// <param name="EventsReplayed">Events that were recorded within it.</param>
/// <param name="Channels">As they were asked for, else by id.</param>
/// <param name="Skus">The 20 that change most, first.</param>
/// <param name="Series">The courses that were asked for, in their order.</param>
public sealed record SimulationAnswer(
    Instant From, Instant To, long EventsReplayed, IReadOnlyList<ChannelChange> Channels, IReadOnlyList<SkuChange> Skus,
    IReadOnlyList<SeriesAnswer> Series);

/// <summary>The course of one SKU in one channel.</summary>
/// <param name="Points">At most 600, oldest first; each holds until the next. Empty where nothing of the SKU was recorded.</param>
public sealed record SeriesAnswer(string Channel, string Sku, IReadOnlyList<SeriesPointAnswer> Points);

/// <param name="Promised">Units really promised from then on.</param>
/// <param name="WouldBePromised">The same with the proposed rules.</param>
/// <param name="Sold">Units that the channel's real orders took since `from`, less those that were given back.</param>
/// <param name="Lost">Of these, units that the proposed rules would have refused.</param>
public sealed record SeriesPointAnswer(Instant At, decimal Promised, decimal WouldBePromised, decimal Sold, decimal Lost);

public static class SimulateRules
{
    [WolverinePost("/v1/rules/simulate")]
    [Authorize(Roles = Role.Planner)]
    [Describes("Try rules on what has happened", "Replays the real history of a time with these rules: each takes the place of the one with its `id`, all "
        + "others stay. Changes nothing. `series` names up to 5 SKUs of channels whose courses are answered too. "
        + "With `Accept: application/x-ndjson` lines of `progress` come first, then the answer as a line.",
        Body = typeof(SimulationFields), RecordsEvents = true,
        Problems = ["400 invalid-request", "400 invalid-rule", "404 unknown-channel", "415 unsupported-media-type", "429 too-many-simulations"])]
    public static async Task<Results<Ok<SimulationAnswer>, PushStreamHttpResult>> Post(
        HttpContext http, [NotBody] ReplayHistory history, [NotBody] PlanCache planning, [NotBody] KnownChannels channels, [NotBody] IClock clock,
        [NotBody] IOptions<JsonOptions> json)
    {
        _ = new QueryText(http.Request);
        var body = await SimulationBody.Read(http.Request, planning.Book, clock.GetCurrentInstant());
        var compared = body.Channels ?? await channels.All(SimulationBody.ChannelsAtMost, http.RequestAborted);
        foreach (var channel in compared.Concat(body.Series.Select(series => series.Channel)))
        {
            await channels.RequireKnown(channel, http.RequestAborted);
        }

        var scenario = new Scenario(planning.Book, body.Rules, body.From, body.To, compared, planning.Now().Locations)
        { Series = [.. body.Series.Select(series => new ReplaySeries(series.Channel, series.Sku))] };
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(RequestBody.Ndjson, StringComparison.OrdinalIgnoreCase))
            ? TypedResults.Stream(stream => WriteLines(stream, scenario, history, json.Value.SerializerOptions, http.RequestAborted), RequestBody.Ndjson)
            : TypedResults.Ok(Answer(scenario, await history.Run(scenario, _ => Task.CompletedTask, http.RequestAborted)));
    }

    /// <summary>
    /// Nothing is written before the replay has begun: what is refused is refused as a problem. One that breaks off has no line without progress.
    /// </summary>
    private static async Task WriteLines(Stream stream, Scenario scenario, ReplayHistory history, JsonSerializerOptions json, CancellationToken cancellation)
    {
        await Write(Answer(scenario, await history.Run(scenario, progress => Write(progress), cancellation)));

        async Task Write<T>(T line)
        {
            await JsonSerializer.SerializeAsync(stream, line, json, cancellation);
            await stream.WriteAsync("\n"u8.ToArray(), cancellation);
            await stream.FlushAsync(cancellation);
        }
    }

    private static SimulationAnswer Answer(Scenario scenario, ReplayResult result) => new(
        scenario.From,
        scenario.To,
        result.EventsReplayed,
        [.. result.Channels.Select(
            channel => new ChannelChange(
                channel.Channel.Value, channel.Tally.UnitsWithheld, channel.Tally.SalesLost, channel.Tally.OversellsAvoided, channel.Tally.Publications))],
        [
            .. result.Skus.Select(sku => new SkuChange(
                sku.Sku.Value, sku.Tally.UnitsWithheld, sku.Tally.SalesLost, sku.Tally.OversellsAvoided, sku.Tally.Publications))],
        [
            .. scenario.Series.Select(series => new SeriesAnswer(
                series.Channel.Value, series.Sku.Value,
                [.. series.Points.Select(point => new SeriesPointAnswer(point.At, point.Promised, point.WouldBePromised, point.Sold, point.Lost))]))]);
}
