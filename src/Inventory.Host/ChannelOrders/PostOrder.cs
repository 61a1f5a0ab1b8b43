using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.ChannelOrders.Oversells;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Type">
/// order, change, cancellation, shipment, shipment-cancelled or return; of an order that is picked up also ready, collected and not-collected.
/// </param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message, its idempotency key: a repeat is answered as the first time. Left out, equal content is a repeat.</param>
/// <param name="OccurredAt">When it happened; now when left out.</param>
/// <param name="Reservation">Of an order for which units were held before: that reservation becomes its hold.</param>
/// <param name="Revision">Of what is wanted: an order or change with an older one than is known does nothing. A whole number.</param>
/// <param name="Priority">Of an order or change: orders of a higher priority get arriving stock first; 0 when left out.</param>
/// <param name="Shipment">Of a shipment-cancelled: the id of the message that reported the shipment.</param>
/// <param name="Fulfilment">
/// Of an order or change: <c>ship</c>, or <c>pickup</c> in the store that is the location; a change that leaves it out leaves it as it is.
/// </param>
/// <param name="CollectBy">Of an order that is picked up: until when. After that an alert says so.</param>
/// <param name="Location">Of all lines that name none: where it is wanted, ships from or comes back to.</param>
/// <param name="Status">Of all lines of a return that name none: in which it came back unsellable.</param>
/// <param name="Unit">Of all lines that name none.</param>
/// <param name="Lines">
/// Required for an order, a change and a return; a shipment without ships everything, a cancellation without cancels the rest. So do ready, collected and
/// not-collected: without lines they are about all that is open.
/// </param>
public sealed record OrderBody(
    string Type, string Order, string? Id, string? OccurredAt, string? Reservation, long? Revision, int? Priority, string? Shipment, string? Fulfilment,
    string? CollectBy, string? Location, string? Status, string? Unit, IReadOnlyList<OrderLineBody>? Lines);

/// <param name="At">When it was placed.</param>
/// <param name="Open">False once it was cancelled or has shipped.</param>
/// <param name="Sku">Of what there was too little.</param>
/// <param name="Requested">Units ordered.</param>
/// <param name="Held">Units held of these.</param>
/// <param name="Acknowledged">The publication that the channel had acknowledged last.</param>
/// <param name="TakenBy">The event that took the units.</param>
/// <param name="TakenAt">When that was recorded.</param>
public sealed record OversellShown(
    string Order, Instant At, bool Open, string Sku, decimal Requested, decimal Held,
    [property: JsonPropertyName("told")] LastAcknowledged Acknowledged, Guid? TakenBy, Instant? TakenAt);

public static class PostOrder
{
    [WolverinePost("/v1/channels/{id}/orders")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("What has happened to an order",
        "An order holds units, a change holds what is wanted now, a cancellation releases, a shipment takes units out (also beyond the hold), a "
        + "shipment-cancelled undoes that, a return adds units. An order that is picked up holds in its store only: ready sets units aside there, "
        + "collected takes them out, not-collected gives them back. Messages are idempotent by their id and may come in any order. They are facts, so they are "
        + "accepted also where stock is missing: `oversold` says what is missing, which quantity the channel had acknowledged and which event took the units. "
        + "A message that depends on another waits for it.",
        Body = typeof(OrderBody), RecordsEvents = true,
        Problems = ["400 invalid-request", "404 unknown-channel", "409 order-message-id-reused", "409 already-corrected",
            "409 movement-id-reused", "409 unknown-movement", "409 unrecordable", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<OrderAnswer>> Post(HttpContext http, [NotBody] ChannelOrderProcessor orders, [NotBody] KnownChannels channels)
    {
        var id = RouteText.Channel(http);
        if (!Caller.Of(http).MayReserveFor(id))
        {
            throw ApiProblemException.Forbidden();
        }

        if (!await channels.IsKnown(id, http.RequestAborted))
        {
            throw KnownChannels.Unknown();
        }

        _ = new QueryText(http.Request);
        var fields = OrderMessage.NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        return TypedResults.Ok(await orders.Take(OrderMessage.Read(id, fields), Provenance.Of(http), http.RequestAborted));
    }

    [WolverineGet("/v1/channels/{id}/oversells")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Oversells", "By order and SKU, with the quantity that the channel had acknowledged and the event that took the units.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<OversellShown>>> GetOversells(HttpContext http, [NotBody] OversellBook book, [NotBody] KnownChannels channels)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        (string, string)? after = query.Text("after")?.Split('\n') switch
        {
            null => null,
            [var order, var sku] => (order, sku),
            _ => throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before")),
        };
        var rows = await book.Read(id, onlyOpen: false, after, limit + 1, http.RequestAborted);
        return TypedResults.Ok(Page<OversellShown>.Of(
            rows.ConvertAll(row => new OversellShown(
                row.Order, row.At, row.Open, row.Evidence.Sku, row.Evidence.Requested, row.Evidence.Held, row.Evidence.Acknowledged, row.Evidence.TakenBy,
                row.Evidence.TakenAt)),
            limit, row => $"{row.Order}\n{row.Sku}"));
    }
}
