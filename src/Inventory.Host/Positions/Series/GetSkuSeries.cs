using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions.Series;

/// <summary>A SKU at all locations that the caller sees, at the end of a day: sums over positions.</summary>
/// <param name="Day">In the time zone that was asked for.</param>
/// <param name="At">The end of the day, or of the time that was asked for.</param>
/// <param name="OnHand">Physical units, sellable or not; positions below 0 count as they are.</param>
/// <param name="Unsellable">The part of on-hand that might not be sold, by status.</param>
/// <param name="Reserved">Units held or committed for orders, not yet shipped.</param>
/// <param name="SafetyStock">Units kept back at locations by the rules in force then, without what a rule keeps of the network.</param>
/// <param name="Allocations">Units ring-fenced by the rules in force then, by channel.</param>
/// <param name="InTransit">Units expected, over all documents.</param>
/// <param name="Free">What remains of on-hand without all these.</param>
public sealed record SkuSeriesPoint(
    LocalDate Day, Instant At, decimal OnHand, IReadOnlyDictionary<string, decimal> Unsellable, decimal Reserved, decimal SafetyStock,
    IReadOnlyDictionary<string, decimal> Allocations, decimal InTransit, decimal Free);

/// <summary>A SKU over time.</summary>
/// <param name="Knowledge">As asked: <c>then</c> or <c>now</c>.</param>
/// <param name="TimeZone">In which days are meant.</param>
/// <param name="Locations">Positions that are summed up.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="Points">One a day, the earliest first.</param>
public sealed record SkuSeriesAnswer(
    string Sku, string Knowledge, Instant From, Instant To, string TimeZone, int Locations, long AsOfSequence, IReadOnlyList<SkuSeriesPoint> Points);

public static class GetSkuSeries
{
    /// <summary>Days of one answer.</summary>
    public const int MaxDays = 400;

    [WolverineGet("/v1/positions/{sku}/series")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A SKU over time", "A point a day: sums over the positions that the caller sees, at the end of the day. A store sees its own.",
        Query =
        [
            SeriesQuestion.DescribesFrom, SeriesQuestion.DescribesTo, SeriesQuestion.DescribesKnowledge,
            "tz: the time zone of the days, by default UTC; `from` to `to` are at most 400 days",
        ],
        Problems = ["400 invalid-request", "404 unknown-position", "429 too-many-exports", "503 not-yet-seen"])]
    public static async Task<Ok<SkuSeriesAnswer>> Get(
        HttpContext http, [NotBody] StockSeries series, [NotBody] ExportSlots slots, [NotBody] SkuNames skus, [NotBody] IClock clock)
    {
        var (sku, caller) = (RouteText.Sku(http), Caller.Of(http));
        var query = new QueryText(http.Request, "from", "to", "knowledge", "tz");
        var question = SeriesQuestion.Of(query, clock.GetCurrentInstant());
        var zone = query.TimeZone("tz") ?? DateTimeZone.Utc;
        var days = question.Days(zone, MaxDays);
        sku = await skus.Meant(sku, http.RequestAborted);
        using var slot = await slots.Enter(http);
        var (found, sequence) = await GetPositionSeries.Answered(series.Of(sku, question, [.. days.Select(day => day.End)], http.RequestAborted));
        IReadOnlyList<IReadOnlyList<StockThen>> seen = [.. found.Where(position => caller.MaySee(position.Location)).Select(position => position.Points)];
        return seen.Count == 0 ? throw GetPosition.Unknown() : TypedResults.Ok(new SkuSeriesAnswer(
            sku.Value, question.Knowledge == Knowledge.Then ? "then" : "now", question.From, question.To, zone.Id, seen.Count, sequence,
            [.. days.Select((day, index) => Sum(day.Day, day.End, [.. seen.Select(points => points[index])]))]));
    }

    private static SkuSeriesPoint Sum(LocalDate day, Instant end, IReadOnlyList<StockThen> stock) => new(
        day, end, stock.Sum(one => one.Position.OnHand), Sum(stock.SelectMany(one => one.Position.Unsellable)), stock.Sum(one => one.Position.Reserved),
        stock.Sum(one => one.SafetyStock), Sum(stock.SelectMany(one => one.Fenced ?? new Dictionary<string, decimal>())),
        stock.Sum(one => one.Position.InTransitTotal), stock.Sum(one => one.Free));

    private static Dictionary<string, decimal> Sum(IEnumerable<KeyValuePair<string, decimal>> units) =>
        units.GroupBy(part => part.Key).ToDictionary(part => part.Key, part => part.Sum(one => one.Value));
}
