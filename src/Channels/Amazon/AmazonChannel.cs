using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using NodaTime;
using RetailSync.Channels.Http;

namespace RetailSync.Channels.Amazon;

/// <summary>
/// Amazon's Selling Partner API: a patch for a single change, a feed for many. A feed is processed by Amazon in its own time; its processing report
/// has the result of each message. Only quantities that the seller ships are written.
/// </summary>
public sealed class AmazonChannel(AmazonOptions options, HttpClient http, IClock clock) : IChannel
{
    private readonly OAuthHttpClient _api = new(http, clock)
    {
        Vendor = "Amazon",
        TokenHeader = "x-amz-access-token",
        TokenMargin = Duration.FromMinutes(2),
        TokenRequest = () => new HttpRequestMessage(HttpMethod.Post, options.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = options.RefreshToken,
                ["client_id"] = options.ClientId,
                ["client_secret"] = options.ClientSecret,
            }),
        },
    };

    private decimal _perSecond = 5;

    public int MaxBatchSize => AmazonTranslator.MostMessages;

    /// <summary>What does not make a feed goes one at a time, as the API takes it.</summary>
    public int BulkThreshold => options.FeedFrom;

    /// <summary>Of <c>patchListingsItem</c>, as its usage plan states, and as its answers correct it for this seller.</summary>
    public CallRate? Rate => new(_perSecond, Math.Max(1, (int)_perSecond));

    /// <summary>Of <c>createFeed</c>, as its usage plan states.</summary>
    public CallRate? BulkRate => new(0.0083m, 15);

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        if (await _api.Renew(publications, cancellation) is { } shutOut)
        {
            return shutOut;
        }

        return publications.Count == 1 ? await Patch(publications[0], cancellation) : await Feed(publications, cancellation);
    }

    public async Task<OperationResults?> Poll(string ticket, CancellationToken cancellation)
    {
        if (await _api.Renew([], cancellation) is not null)
        {
            return null;
        }

        var (feed, _) = await Call<Feed>(HttpMethod.Get, $"feeds/2021-06-30/feeds/{Uri.EscapeDataString(ticket)}", null, [], cancellation);
        return feed?.ProcessingStatus switch
        {
            null or "IN_QUEUE" or "IN_PROGRESS" => null,
            "DONE" when feed.ResultFeedDocumentId is { } report => await Report(report, cancellation),

            // Some, none or all of it has been applied: publishing it again is idempotent.
            var ended => OperationResults.Same(Verdict.Retry, $"Amazon ended the feed as {ended}."),
        };
    }

    public int MaxReadBackSizeAt(int locations) => 1;

    public async Task<Shown> ReadBack(IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        if (await _api.Renew([], cancellation) is { } shutOut)
        {
            return Shown.Nothing(shutOut.RetryAfter);
        }

        var (listing, failure) = await Call<ListingsItem>(
            HttpMethod.Get, $"{Path(externalIds[0])}&includedData=fulfillmentAvailability", null, [], cancellation);
        return listing is not null ? Shown.Of(externalIds[0], AmazonTranslator.Shown(listing))
            : failure is { CallFailed: false } ? Shown.Of(externalIds[0], []) // no listing
            : Shown.Nothing(failure?.RetryAfter);
    }

    public void Dispose() => _api.Dispose();

    /// <summary>Of one listing.</summary>
    private string Path(string sku) =>
        $"listings/2021-08-01/items/{Uri.EscapeDataString(options.SellerId)}/{Uri.EscapeDataString(sku)}?marketplaceIds={Uri.EscapeDataString(string.Join(',', options.MarketplaceIds))}";

    private async Task<Reply> Patch(Publication publication, CancellationToken cancellation)
    {
        var (answer, failure) = await Call<ListingsItemSubmissionResponse>(
            HttpMethod.Patch, Path(publication.ExternalId), AmazonTranslator.Patch(publication, options.ProductType), [publication], cancellation);
        return failure ?? new Reply([AmazonTranslator.Reply(publication, answer!)]);
    }

    private async Task<Reply> Feed(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var (document, noDocument) = await Call<CreateFeedDocumentResponse>(
            HttpMethod.Post, "feeds/2021-06-30/documents", new CreateFeedDocumentSpecification("application/json; charset=UTF-8"), publications, cancellation);
        if (document?.Url is null || document.FeedDocumentId is null)
        {
            return noDocument ?? Reply.Failed(publications, "Amazon gave no place for the feed.");
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(AmazonTranslator.Feed(publications, options.SellerId, options.ProductType));
        using var upload = new HttpRequestMessage(HttpMethod.Put, document.Url) { Content = new ByteArrayContent(body) };
        upload.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=UTF-8");
        var uploaded = await HttpCall.Make(http, upload, cancellation);
        if (!uploaded.Succeeded)
        {
            return uploaded.Failed(publications, clock.GetCurrentInstant());
        }

        var (feed, noFeed) = await Call<CreateFeedResponse>(
            HttpMethod.Post, "feeds/2021-06-30/feeds", new CreateFeedSpecification("JSON_LISTINGS_FEED", options.MarketplaceIds, document.FeedDocumentId),
            publications, cancellation);
        return feed?.FeedId is { } ticket
            ? Reply.Of(publications, Verdict.Pending) with { Ticket = ticket }
            : noFeed ?? Reply.Failed(publications, "Amazon took the feed and did not say its id.");
    }

    private async Task<OperationResults?> Report(string documentId, CancellationToken cancellation)
    {
        var (document, _) = await Call<FeedDocument>(HttpMethod.Get, $"feeds/2021-06-30/documents/{Uri.EscapeDataString(documentId)}", null, [], cancellation);
        if (document?.Url is null)
        {
            return null;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, document.Url);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            response.EnsureSuccessStatusCode();
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            await using var plain = document.CompressionAlgorithm == "GZIP" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            var report = await JsonSerializer.DeserializeAsync<ProcessingReport>(plain, cancellationToken: cancellation);
            return report is null ? null : AmazonTranslator.Results(report);
        }
        catch (Exception unreadable) when (unreadable is HttpRequestException or IOException or JsonException or InvalidDataException)
        {
            return null; // polled again later, until the quantities are published again
        }
    }

    private async Task<VendorAnswer<T>> Call<T>(
        HttpMethod method, string path, object? body, IReadOnlyList<Publication> publications, CancellationToken cancellation)
        where T : class
    {
        var request = new HttpRequestMessage(method, new Uri(options.Endpoint, $"/{path}"))
        { Content = body is null ? null : JsonContent.Create(body, body.GetType()) };
        var answer = await _api.Send<T>(request, publications, cancellation);
        if (method == HttpMethod.Patch
            && decimal.TryParse(answer.Call.Header("x-amzn-RateLimit-Limit"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit)
            && limit > 0)
        {
            _perSecond = limit;
        }

        return answer;
    }
}
