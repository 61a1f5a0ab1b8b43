using RetailSync.Channels;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <summary>Verifies that a message is a vendor's, for a channel of ours.</summary>
public sealed class VerifyWebhook(VendorKeys keys, ChannelSecrets secrets)
{
    /// <summary>How a message to the channel is verified and read; null where none can be genuine.</summary>
    /// <param name="channel">Null for one that is not registered.</param>
    /// <param name="adapter">The adapter that the address names.</param>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>.</exception>
    public (IOrderWebhook Webhook, AdapterSettings Settings)? Expected(SalesChannel? channel, string adapter) =>
        channel is not null && channel.Adapter == adapter && Adapters.OrderWebhook(adapter) is { } webhook
            && Settings(channel) is var settings && CanVerify(webhook, settings) ? (webhook, settings) : null;

    /// <exception cref="ApiProblemException">503 <c>vendor-keys-unavailable</c>: it may be genuine, and the vendor is to send it again.</exception>
    public async Task<bool> IsGenuine(IOrderWebhook webhook, AdapterSettings settings, VendorMessage message, CancellationToken cancellation)
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

    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: another host may have the keys, and the vendor is to send it again.</exception>
    private AdapterSettings Settings(SalesChannel channel)
    {
        try
        {
            return secrets.Read(channel);
        }
        catch (ChannelNotReadyException)
        {
            throw SecretProtection.Unverifiable();
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
}
