using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions.Series;

/// <summary>A position over a stretch of time: the levels at its end, of on-hand the bounds within it too.</summary>
/// <param name="At">The end of the stretch, which begins after the end of the one before.</param>
/// <param name="OnHand">Physical units there, sellable or not.</param>
/// <param name="Least">The least on-hand at any instant of the stretch, its beginning included.</param>
/// <param name="Most">The most on-hand at any of these instants.</param>
/// <param name="Unsellable">The part of on-hand that might not be sold, by status.</param>
/// <param name="Reserved">Units held or committed for orders, not yet shipped; holds that had expired are free.</param>
/// <param name="SafetyStock">Units kept back by the rules in force at that instant.</param>
/// <param name="Allocations">
/// Units ring-fenced by the rules in force then, by channel; null where the SKU has too many events to say, and then they are in free.
/// </param>
/// <param name="InTransit">Units expected here, over all documents.</param>
/// <param name="Free">What remains of on-hand without all these; below 0 where more was promised than there was.</param>
public sealed record SeriesPoint(
    Instant At, decimal OnHand, decimal Least, decimal Most, IReadOnlyDictionary<string, decimal> Unsellable, decimal Reserved, decimal SafetyStock,
    IReadOnlyDictionary<string, decimal>? Allocations, decimal InTransit, decimal Free);

/// <summary>A position over time.</summary>
/// <param name="Knowledge">As asked: <c>then</c> or <c>now</c>.</param>
/// <param name="From">Where the first stretch begins.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="Points">Of stretches of equal length, the earliest first.</param>
public sealed record PositionSeriesAnswer(
    string Sku, string Location, string Knowledge, Instant From, Instant To, long AsOfSequence, IReadOnlyList<SeriesPoint> Points);

public static class GetPositionSeries
{
    [WolverineGet("/v1/positions/{sku}/{location}/series")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A position over time",
        "Stretches of equal length, each with the levels at its end, and the least and the most on-hand within it. The last point of a stretch is what "
            + "`GET /v1/positions/{sku}/{location}?at=` says of its end.",
        Query =
        [
            SeriesQuestion.DescribesFrom, SeriesQuestion.DescribesTo, SeriesQuestion.DescribesKnowledge,
            "points: 2 to 2,000, default 500",
        ],
        Problems = ["400 invalid-request", "404 unknown-position", "503 not-yet-seen"])]
    public static async Task<Ok<PositionSeriesAnswer>> Get(
        HttpContext http, [NotBody] StockSeries series, [NotBody] LocationNames names, [NotBody] SkuNames skus, [NotBody] IClock clock)
    {
        var key = new PositionKey(RouteText.Sku(http), RouteText.Location(http));
        Caller.Of(http).RequireToSee(key.Location);
        var query = new QueryText(http.Request, "from", "to", "knowledge", "points");
        var question = SeriesQuestion.Of(query, clock.GetCurrentInstant());
        var points = (int)(query.Whole("points", SeriesQuestion.MinPoints, SeriesQuestion.MaxPoints) ?? SeriesQuestion.DefaultPoints);
        key = await names.Meant(key with { Sku = await skus.Meant(key.Sku, http.RequestAborted) }, Caller.Of(http), http.RequestAborted);
        var (found, sequence) = await Answered(series.Of(key, question, question.Ends(points), http.RequestAborted)) ?? throw GetPosition.Unknown();
        return TypedResults.Ok(new PositionSeriesAnswer(
            key.Sku.Value, key.Location.Value, question.Knowledge == Knowledge.Then ? "then" : "now", question.From, question.To, sequence,
            [.. found.Select(Point)]));
    }

    private static SeriesPoint Point(StockThen stock)
    {
        var position = stock.Position;
        return new SeriesPoint(
            stock.Stretch.End, position.OnHand, stock.Stretch.Least, stock.Stretch.Most, position.Unsellable, position.Reserved, stock.SafetyStock,
            stock.Fenced, position.InTransitTotal, stock.Free);
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: it takes too many events.</exception>
    internal static async Task<T> Answered<T>(Task<T> series)
    {
        try
        {
            return await series;
        }
        catch (TooManyEventsException)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("from", "takes too many events: ask for a shorter time"));
        }
    }
}
