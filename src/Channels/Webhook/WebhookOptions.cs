using NodaTime;

namespace RetailSync.Channels.Webhook;

/// <summary>How publications are sent to a web shop of one's own.</summary>
/// <param name="Secrets">The keys that sign, the newest first; a message is signed with each, so that a key can be changed without a gap.</param>
/// <param name="BatchSize">Changes in one message, 1 to 1,000. With 1 it is a single event, otherwise a batch.</param>
/// <param name="Timeout">How long an answer may take.</param>
public sealed record WebhookOptions(Uri Address, IReadOnlyList<byte[]> Secrets, int BatchSize, Duration Timeout)
{
    /// <param name="settings">
    /// <c>url</c>, <c>secret</c> (as <c>whsec_</c> and base64, or any text), <c>previousSecret</c> (while the key changes), <c>batchSize</c> (500) and
    /// <c>timeoutSeconds</c> (15).
    /// </param>
    /// <exception cref="ChannelNotReadyException">Something is missing or is no such thing.</exception>
    public static WebhookOptions Read(AdapterSettings settings) => new(
        settings.Address("url"),
        [.. new[] { Key(settings, "secret"), Key(settings, "previousSecret") }.OfType<byte[]>()],
        settings.Whole("batchSize", otherwise: 500, least: 1, most: 1_000),
        Duration.FromSeconds(settings.Whole("timeoutSeconds", otherwise: 15, least: 1, most: 60)));

    private static byte[]? Key(AdapterSettings settings, string name)
    {
        if (settings.OptionalText(name) is not { } text)
        {
            return null;
        }

        try
        {
            return StandardSignature.Key(text);
        }
        catch (FormatException)
        {
            throw new ChannelNotReadyException($"settings.{name} begins with {StandardSignature.SecretPrefix} and is not base64 after that");
        }
    }
}
