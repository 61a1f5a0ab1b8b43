using Microsoft.AspNetCore.Authorization;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

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
        Answer = typeof(OrderAnswer),
        Problems = ["400 invalid-request", "401 unauthenticated", "413 body-too-large", "503 secrets-unavailable", "503 vendor-keys-unavailable"])]
    public static async Task<IResult> Post(
        HttpContext http, [NotBody] RegisteredChannels registered, [NotBody] ChannelOrderProcessor orders, [NotBody] ChannelMappings mappings,
        [NotBody] ChannelLocations locations, [NotBody] QuarantineStore quarantine,
        [NotBody] VendorKeys keys, [NotBody] ChannelSecrets secrets, [NotBody] IClock clock)
    {
        var id = RouteText.Channel(http);
        var adapter = RouteText.Segment(http, "adapter");
        _ = new QueryText(http.Request);

        // From the cache: before a signature is verified nobody can make this host ask the database more often than once a second.
        var channel = (await registered.Read(http.RequestAborted)).FirstOrDefault(one => one.Id == id.Value);

        // The body is not read without a signature that can be verified, and the answer does not reveal whether the channel exists.
        if (channel is null || channel.Adapter != adapter || Adapters.OrderWebhook(adapter) is not { } webhook
            || Settings(channel, secrets) is var settings && !CanVerify(webhook, settings))
        {
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        var message = new VendorMessage(body.Memory, name => http.Request.Headers[name] is [var value] ? value : null, clock.GetCurrentInstant());
        if (!await IsGenuine(webhook, settings, message, keys, http.RequestAborted))
        {
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        var provenance = new Provenance(http.CorrelationId(), Actor.OfWebhook(id.Value, adapter));
        var reported = webhook.Read(message);
        var reports = await VendorReports.Of(id, adapter, reported, mappings, locations, http.RequestAborted);
        List<OrderMessage> understood = [];
        foreach (var one in reported)
        {
            var (read, rejected) = reports.Read(one, message.Text);
            if (read is null)
            {
                // A retry of the vendor would be the same: the message is quarantined.
                await quarantine.Keep(ReplayOrder.SourceOf(id), [rejected], provenance, http.RequestAborted);
                continue;
            }

            understood.Add(read);
        }

        OrderAnswer? answer = null;
        foreach (var order in understood.GroupBy(one => one.Order))
        {
            try
            {
                answer = (await orders.Take([.. order], provenance, http.RequestAborted))[^1];
            }
            catch (ApiProblemException refused) when (refused.Status is < 500 and not StatusCodes.Status429TooManyRequests)
            {
                // Some vendors never retry what was refused, and others retry without end.
                var lines = order.Select((one, index) => new RejectedLine(index, one.ToBody(), refused.Code, refused.Message));
                await quarantine.Keep(ReplayOrder.SourceOf(id), [.. lines], provenance, http.RequestAborted);
            }
        }

        return answer is null ? Results.StatusCode(StatusCodes.Status200OK) : Results.Json(answer);
    }

    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: another host may have the keys, and the vendor is to send it again.</exception>
    private static AdapterSettings Settings(SalesChannel channel, ChannelSecrets secrets)
    {
        try
        {
            return secrets.Read(channel);
        }
        catch (ChannelNotReadyException)
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "secrets-unavailable", "It cannot be verified here now.")
            { RetryAfterSeconds = 30 };
        }
    }

    private static bool CanVerify(IOrderWebhook webhook, AdapterSettings settings)
    {
        try
        {
            return webhook.CanVerify(settings);
        }
        catch (ChannelNotReadyException)
        {
            return false;
        }
    }

    /// <exception cref="ApiProblemException">503 <c>vendor-keys-unavailable</c>: it may be genuine, and the vendor is to send it again.</exception>
    private static async Task<bool> IsGenuine(
        IOrderWebhook webhook, AdapterSettings settings, VendorMessage message, VendorKeys keys, CancellationToken cancellation)
    {
        try
        {
            var (read, isOneAway) = await keys.Read(webhook.KeysOf(settings, message), cancellation);
            return webhook.IsGenuine(settings, message, read)
                || (isOneAway ? throw new ApiProblemException(
                    StatusCodes.Status503ServiceUnavailable, "vendor-keys-unavailable", "The vendor's public keys cannot be read now.")
                { RetryAfterSeconds = 30 } : false);
        }
        catch (ChannelNotReadyException)
        {
            return false;
        }
    }
}
