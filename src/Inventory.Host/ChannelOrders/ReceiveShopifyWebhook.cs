using Marten;
using Microsoft.AspNetCore.Authorization;
using RetailSync.Channels;
using RetailSync.Channels.Shopify;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.SalesChannels;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>Shopify's own webhooks about orders. It has no key of ours: its signature, by the channel's <c>webhookSecret</c>, says that it is Shopify.</summary>
public static class ReceiveShopifyWebhook
{
    [WolverinePost("/v1/channels/{id}/webhooks/shopify")]
    [AllowAnonymous]
    [Describes("A webhook of Shopify",
        "For the topics orders/create, orders/cancelled, fulfillments/create and refunds/create. Signed with `settings.webhookSecret`; other topics are answered and left alone.",
        Answer = typeof(OrderAnswer), Problems = ["400 invalid-request", "401 unauthenticated", "413 body-too-large"])]
    public static async Task<IResult> Post(HttpContext http, [NotBody] IDocumentStore store, [NotBody] TakeOrders orders)
    {
        var id = RouteText.Channel(http);
        _ = new QueryText(http.Request);
        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        await using var session = store.QuerySession();
        var channel = await session.LoadAsync<SalesChannel>(id.Value, http.RequestAborted);

        // Whether there is such a channel is told to nobody who cannot sign for it.
        if (channel is not { Adapter: "shopify" } || Secret(channel) is not { } secret || !ShopifyOrders.IsSigned(secret, body.Span, http.Request.Headers[ShopifyOrders.SignatureHeader]))
        {
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (ShopifyOrders.Read(http.Request.Headers[ShopifyOrders.TopicHeader], body.Span) is not { } reported || Message(id, reported) is not { } message)
        {
            return Results.StatusCode(StatusCodes.Status200OK);
        }

        return Results.Json(await orders.Take(message, http.CorrelationId(), http.RequestAborted));
    }

    private static string? Secret(SalesChannel channel)
    {
        try
        {
            return AdapterSettings.Parse(channel.Settings).OptionalText("webhookSecret");
        }
        catch (ChannelNotReadyException)
        {
            return null;
        }
    }

    /// <summary>Null when a SKU is none that could be ours.</summary>
    private static OrderMessage? Message(ChannelId channel, ReportedOrder reported)
    {
        List<RequestedLine>? lines = reported.Lines is null ? null : [];
        foreach (var (text, quantity) in reported.Lines ?? [])
        {
            if (!Sku.TryParse(text, out var sku))
            {
                return null;
            }

            lines!.Add(new RequestedLine(sku, quantity, null, AllowBackorder: false));
        }

        return new OrderMessage(channel, reported.Order, reported.Id, Enum.Parse<OrderMessageType>(reported.Type, ignoreCase: true), reported.OccurredAt, null, lines);
    }
}
