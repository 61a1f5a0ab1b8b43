using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <param name="PlacedAt">When the customer bought, by the channel's clock.</param>
/// <param name="ArrivedAt">When the order was received.</param>
/// <param name="Open">False once it was cancelled or has shipped.</param>
/// <param name="Items">By SKU of which there was too little.</param>
public sealed record OversellReport(string Order, Instant PlacedAt, Instant ArrivedAt, bool Open, IReadOnlyList<OversellItem> Items);

/// <param name="Requested">Units ordered.</param>
/// <param name="Held">Units held of these.</param>
/// <param name="Free">Units that were free, but kept from the order by rules.</param>
/// <param name="Verdict">late-till-event, publish-delay, rule, count, mapping, late-order or unexplained.</param>
/// <param name="Why">The same in a sentence.</param>
/// <param name="Acknowledged">The quantity that the channel had acknowledged last when the order came.</param>
/// <param name="PublishedInstead">The first published quantity that was too low; null when there was none by then.</param>
/// <param name="Hops">The event that took the units, the quantity that followed and the order, by time: null where it is not known.</param>
/// <param name="TakenBy">The event that took the units; null when rules did, or nothing.</param>
/// <param name="Events">Events of the SKU since the last quantity that was enough, oldest first; of more than 200 the newest.</param>
public sealed record OversellItem(
    string Sku, decimal Requested, decimal Held, decimal Free, string Verdict, string Why, [property: JsonPropertyName("told")] LastAcknowledged Acknowledged,
    [property: JsonPropertyName("toldInstead")] FallenNumber? PublishedInstead, IReadOnlyList<Hop> Hops,
    Guid? TakenBy,
    IReadOnlyList<EventBetween> Events);

/// <param name="Name">occurred, recorded, worked-out, sent, acknowledged, ordered or arrived.</param>
/// <param name="At">When; null where it has not happened, or is no longer known.</param>
/// <param name="Seconds">After the hop that it follows; null where one of them is not known.</param>
public sealed record Hop(string Name, Instant? At, decimal? Seconds);

/// <summary>Not for channels themselves, since it shows which other channels took the units.</summary>
public static class GetOversell
{
    [WolverineGet("/v1/channels/{id}/oversells/{order}")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Why an order could not be filled",
        "What was published to the channel and when, events of the SKU in between, the lag of each hop, and a verdict: late-till-event, publish-delay, "
            + "rule, count, mapping, late-order or unexplained.",
        Problems = ["400 invalid-request", "404 unknown-channel", "404 unknown-oversell"])]
    public static async Task<Ok<OversellReport>> Get(
        HttpContext http, [NotBody] OversellBook book, [NotBody] ExplainOversell explain, [NotBody] KnownChannels channels)
    {
        var id = await channels.RequireOwn(http);
        _ = new QueryText(http.Request);
        var order = RouteText.Segment(http, "order");
        var missing = await book.Read(id, order, http.RequestAborted);
        if (missing.Count == 0)
        {
            throw ApiProblemException.NotFound("unknown-oversell", "There was no oversell of an order with this id.");
        }

        List<OversellItem> items = [];
        foreach (var (placedAt, arrivedAt, _, oversold) in missing)
        {
            items.Add(Shown(placedAt, arrivedAt, oversold, await explain.Read(id, placedAt, arrivedAt, oversold, http.RequestAborted)));
        }

        return TypedResults.Ok(new OversellReport(order, missing[0].PlacedAt, missing[0].ArrivedAt, missing[0].Open, items));
    }

    private static OversellItem Shown(Instant placedAt, Instant arrivedAt, Oversold oversold, OversellExplained explained)
    {
        var (taken, fell) = (explained.Taken, explained.Fell);
        return new OversellItem(
            oversold.Sku, oversold.Requested, oversold.Held, oversold.Free, JsonNamingPolicy.KebabCaseLower.ConvertName(explained.Verdict.Cause.ToString()),
            explained.Verdict.Why,
            oversold.Acknowledged, fell,
            [
                new Hop("occurred", taken?.OccurredAt, null),
                Hop("recorded", taken?.RecordedAt, taken?.OccurredAt),
                Hop("worked-out", fell?.At, taken?.RecordedAt),
                Hop("sent", fell?.SentAt, fell?.At),
                Hop("acknowledged", fell?.AcknowledgedAt, fell?.SentAt),
                new Hop("ordered", placedAt, null),
                Hop("arrived", arrivedAt, placedAt),
            ],
            taken?.Event, explained.Events);
    }

    private static Hop Hop(string name, Instant? at, Instant? after) =>
        new(name, at, at is { } then && after is { } before ? Math.Round((decimal)(then - before).TotalMilliseconds / 1_000, 3) : null);
}
