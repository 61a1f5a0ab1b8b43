using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using RetailSync.Channels.Http;
using RetailSync.Channels.Promises;

namespace RetailSync.Channels.Webhook;

/// <summary>
/// A web shop of one's own: CloudEvents in JSON, signed as Standard Webhooks. Any 2xx is an acknowledgement; a timeout, a limit or a server error is
/// retried; anything else is a refusal. What it missed it can fetch from the channel's change feed.
/// </summary>
public sealed class WebhookChannel(string channel, WebhookOptions options, HttpClient http, IClock clock) : IChannel, IPromiseChannel
{
    public int MaxBatchSize => options.BatchSize;

    public CallRate? Rate => null;

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var isSingle = options.BatchSize == 1;
        var body = AvailabilityChanged.Body(channel, publications, isSingle);

        var (call, now) = await Send(body, isSingle ? CloudEvent.ContentType : CloudEvent.BatchContentType, cancellation);
        return call.Succeeded ? Reply.Of(publications, Verdict.Accepted)
            : call.MayWorkLater ? call.Failed(publications, now)
            : Reply.Of(publications, Verdict.Refused, call.Detail);
    }

    /// <summary>Always one event in a request of its own.</summary>
    public async Task<PromiseReply> Publish(PromiseChange change, CancellationToken cancellation)
    {
        var (call, now) = await Send(PromiseChanged.Body(channel, change), CloudEvent.ContentType, cancellation);
        return call.Succeeded ? new PromiseReply(Verdict.Accepted)
            : call.MayWorkLater ? new PromiseReply(Verdict.Retry, call.Detail) { RetryAfter = call.RetryAfter(now) }
            : new PromiseReply(Verdict.Refused, call.Detail);
    }

    public void Dispose() => http.Dispose();

    private async Task<(HttpCall Call, Instant At)> Send(byte[] body, string contentType, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();

        // The same content has the same id, so that a receiver knows a repeat for what it is.
        var id = $"msg_{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{channel}\n"), .. body]).AsSpan(0, 16))}";
        var timestamp = StandardSignature.Timestamp(now);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType, "utf-8");
        request.Headers.Add(StandardSignature.IdHeader, id);
        request.Headers.Add(StandardSignature.TimestampHeader, timestamp);
        if (options.Secrets.Count > 0)
        {
            request.Headers.Add(StandardSignature.SignatureHeader, StandardSignature.Sign(options.Secrets, id, timestamp, body));
        }

        return (await HttpCall.Make(http, request, cancellation), now);
    }
}
