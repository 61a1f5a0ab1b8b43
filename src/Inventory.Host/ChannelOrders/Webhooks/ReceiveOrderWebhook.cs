using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <summary>
/// Vendors' own messages about orders. They have no API key: their signature identifies them, or proves the channel's <c>webhookSecret</c>.
/// </summary>
public static class ReceiveOrderWebhook
{
    [WolverinePost("/v1/channels/{id}/webhooks/{adapter}")]
    [AllowAnonymous]
    [Describes("A vendor's webhook about an order",
        "`adapter` is shopify, amazon, adobe-commerce or walmart. Signed with `settings.webhookSecret`, or by Adobe for `settings.clientId`; what does not concern stock is answered and left alone, and what may move it and is not understood, or cannot be taken, is in quarantine. The "
        + "answer is the outcome of the last report in it; with 503 the vendor's public keys cannot be read now, and nothing has happened.",
        Problems = ["400 invalid-request", "401 unauthenticated", "413 body-too-large", "503 secrets-unavailable", "503 vendor-keys-unavailable"])]
    public static async Task<Results<Ok<OrderAnswer>, StatusCodeHttpResult>> Post(
        HttpContext http, [NotBody] RegisteredChannels registered, [NotBody] VerifyWebhook verify, [NotBody] TakeReports take, [NotBody] IClock clock)
    {
        var id = RouteText.Channel(http);
        var adapter = RouteText.Segment(http, "adapter");
        _ = new QueryText(http.Request);

        // From the cache: before a signature is verified nobody can make this host ask the database more often than once a second.
        var channel = (await registered.Read(http.RequestAborted)).FirstOrDefault(one => one.Id == id.Value);

        // The body is not read without a signature that can be verified, and the answer does not reveal whether the channel exists.
        if (verify.Expected(channel, adapter) is not var (webhook, settings))
        {
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        var message = new VendorMessage(body.Memory, name => http.Request.Headers[name] is [var value] ? value : null, clock.GetCurrentInstant());
        if (!await verify.IsGenuine(webhook, settings, message, http.RequestAborted))
        {
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        var provenance = new Provenance(http.CorrelationId(), Actor.OfWebhook(id.Value, adapter));
        var answer = await take.Take(id, adapter, webhook.Read(message), message.Text, provenance, http.RequestAborted);
        return answer is null ? TypedResults.StatusCode(StatusCodes.Status200OK) : TypedResults.Ok(answer);
    }
}
