using Microsoft.AspNetCore.Authorization;
using NodaTime;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.SalesChannels;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Type">order, cancellation, shipment or return.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message: the same one again is answered as the first time. Left out, equal content is a repeat.</param>
/// <param name="OccurredAt">When it happened; now when left out.</param>
/// <param name="Reservation">Of an order for which units were held before: that reservation is confirmed.</param>
/// <param name="Lines">Required for an order and a return; a shipment without ships everything; a cancellation has none.</param>
public sealed record OrderBody(string Type, string Order, string? Id, string? OccurredAt, string? Reservation, IReadOnlyList<LineBody>? Lines);

/// <param name="Order">Which.</param>
/// <param name="At">When it was placed.</param>
/// <param name="Open">False once it was cancelled or has shipped.</param>
/// <param name="Sku">Of what there was too little.</param>
/// <param name="Requested">By the order.</param>
/// <param name="Held">Of that.</param>
/// <param name="Told">What the channel believed.</param>
/// <param name="TakenBy">The event that took the units.</param>
/// <param name="TakenAt">When that was recorded.</param>
public sealed record OversellShown(string Order, Instant At, bool Open, string Sku, decimal Requested, decimal Held, ToldBefore Told, Guid? TakenBy, Instant? TakenAt);

public static class PostOrder
{
    [WolverinePost("/v1/channels/{id}/orders")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("What has happened to an order",
        "An order holds and confirms, a cancellation releases, a shipment fulfils, a return comes back. It has happened, so it is taken also where there is too little: `oversold` says what is "
        + "missing, what the channel had been told and which event took the units. What comes before its order waits for it.",
        Body = typeof(OrderBody), RecordsEvents = true, Answer = typeof(OrderAnswer),
        Problems = ["400 invalid-request", "404 unknown-channel", "409 order-message-id-reused", "409 more-than-held", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<IResult> Post(HttpContext http, [NotBody] TakeOrders orders, [NotBody] KnownChannels channels)
    {
        var id = RouteText.Channel(http);
        if (!Caller.Of(http).MayReserveFor(id))
        {
            throw RequestRefused.Forbidden();
        }

        if (!await channels.IsKnown(id, http.RequestAborted))
        {
            throw GetChannel.Unknown();
        }

        _ = new QueryText(http.Request);
        var fields = OrderMessage.NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        return Results.Json(await orders.Take(OrderMessage.Read(id, fields), Provenance.Of(http), http.RequestAborted));
    }

    [WolverineGet("/v1/channels/{id}/oversells")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Orders for stock that was not there", "By order and SKU, with what the channel had been told and what took the units.", Answer = typeof(Page<OversellShown>),
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<IResult> GetOversells(HttpContext http, [NotBody] OrderBook book, [NotBody] KnownChannels channels)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        (string, string)? after = query.Text("after")?.Split('\n') switch
        {
            null => null,
            [var order, var sku] => (order, sku),
            _ => throw RequestRefused.Invalid(new FieldRefusal("after", "must be 'next' of the page before")),
        };
        var rows = await book.ReadOversells(id, onlyOpen: false, after, limit + 1, http.RequestAborted);
        return Results.Json(Page<OversellShown>.Of(
            rows.ConvertAll(row => new OversellShown(
                row.Order, row.At, row.Open, row.Evidence.Sku, row.Evidence.Requested, row.Evidence.Held, row.Evidence.Told, row.Evidence.TakenBy, row.Evidence.TakenAt)),
            limit, row => $"{row.Order}\n{row.Sku}"));
    }
}
