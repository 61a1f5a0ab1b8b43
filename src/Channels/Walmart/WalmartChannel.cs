using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using NodaTime;
using RetailSync.Channels.Http;

namespace RetailSync.Channels.Walmart;

/// <summary>Walmart's Marketplace API: an item at a time for a few changes, a feed for many, whose status is polled until it is processed.</summary>
public sealed class WalmartChannel(WalmartOptions options, HttpClient http, IClock clock) : IChannel
{
    private const int ItemsPerPage = 1_000;

    private readonly OAuthHttpClient _api = new(http, clock)
    {
        Vendor = "Walmart",
        TokenHeader = "WM_SEC.ACCESS_TOKEN",
        TokenMargin = Duration.FromMinutes(1),
        TokenRequest = () => TokenRequest(options),
    };

    private Duration? _untilReplenished;

    public int MaxBatchSize => WalmartTranslator.MostInFeed;

    public int BulkThreshold => options.FeedFrom;

    /// <summary>Of single updates; Walmart's answers correct it by what they say is left, and by 429.</summary>
    public CallRate? Rate => new(3, 10);

    /// <summary>Ten feeds an hour.</summary>
    public CallRate? BulkRate => new(0.0027m, 3);

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        if (await _api.Renew(publications, cancellation) is { } shutOut)
        {
            return shutOut;
        }

        if (publications.Count > 1)
        {
            // A feed has one form. While locations are being mapped, some numbers are by node already and some are not yet; or need both, where nodes are left.
            var form = Form(publications[0]);
            var alike = publications.Where(one => Form(one) == form && form != (true, true)).ToList();
            var reply = alike.Count > 0 ? await Feed(alike, cancellation) : new Reply([]) { Calls = 0 };
            return reply with
            {
                Replies =
                [.. reply.Replies, .. publications.Except(alike).Select(other => new SkuReply(other.Sku, Verdict.Retry, "The feed was of another form."))]
            };
        }

        _untilReplenished = null;
        var answer = await PublishOne(publications, cancellation);
        return _untilReplenished is { } wait && wait > (answer.RetryAfter ?? Duration.Zero) ? answer with { RetryAfter = wait } : answer;
    }

    private async Task<Reply> PublishOne(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var publication = publications[0];
        var sku = Uri.EscapeDataString(publication.ExternalId);
        var nodes = publication.At(options.ShipNode);
        if (nodes.Count > 0)
        {
            var (answer, failure) = await Call<MultiNodeResponse>(
                HttpMethod.Put, $"v3/inventories/{sku}", JsonContent.Create(WalmartTranslator.Update(nodes)), publications, cancellation);
            var reply = failure ?? new Reply([WalmartTranslator.Reply(publication, answer!, nodes)]);
            if (!IsOfOneNode(publication) || reply.Replies[0].Verdict != Verdict.Accepted)
            {
                return reply;
            }
        }

        var (_, refused) = await Call<WalmartInventory>(
            HttpMethod.Put, $"v3/inventory?sku={sku}", JsonContent.Create(WalmartTranslator.Inventory(publication)), publications, cancellation);
        return (refused ?? Reply.Of(publications, Verdict.Accepted)) with { Calls = nodes.Count > 0 ? 2 : 1 };
    }

    public async Task<OperationResults?> Poll(string ticket, CancellationToken cancellation)
    {
        if (await _api.Renew([], cancellation) is not null)
        {
            return null;
        }

        List<PartnerItemIngestionStatus> items = [];
        while (true)
        {
            var page = string.Create(
                CultureInfo.InvariantCulture, $"v3/feeds/{Uri.EscapeDataString(ticket)}?includeDetails=true&offset={items.Count}&limit={ItemsPerPage}");
            var (feed, _) = await Call<PartnerFeedResponse>(HttpMethod.Get, page, null, [], cancellation);
            if (feed is null || feed.FeedStatus is not ("PROCESSED" or "ERROR"))
            {
                return null;
            }

            var more = feed.ItemDetails?.ItemIngestionStatus ?? [];
            items.AddRange(more);
            if (feed.FeedStatus == "ERROR" || more.Count == 0 || items.Count >= Math.Min(feed.ItemsReceived, WalmartTranslator.MostInFeed))
            {
                return WalmartTranslator.Results(feed, items);
            }
        }
    }

    public int MaxReadBackSizeAt(int locations) => 1;

    public async Task<Shown> ReadBack(IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        if (await _api.Renew([], cancellation) is { } shutOut)
        {
            return Shown.Nothing(shutOut.RetryAfter);
        }

        var sku = Uri.EscapeDataString(externalIds[0]);
        if (locations.Count == 0 && options.ShipNode is null)
        {
            var (item, noItem) = await Call<WalmartInventory>(HttpMethod.Get, $"v3/inventory?sku={sku}", null, [], cancellation);
            return item?.Quantity is { } quantity ? Shown.Of(externalIds[0], [(ChannelLocation.Single, quantity.Amount)]) : NotShown(externalIds[0], noItem);
        }

        var (nodes, failure) = await Call<NodesShown>(HttpMethod.Get, $"v3/inventories/{sku}", null, [], cancellation);
        return nodes?.Nodes is null ? NotShown(externalIds[0], failure)
            : Shown.Of(externalIds[0], WalmartTranslator.Shown(nodes.Nodes, locations, options.ShipNode));
    }

    public void Dispose() => _api.Dispose();

    private bool IsOfOneNode(Publication publication) => WalmartTranslator.IsOfOneNode(publication, options.ShipNode);

    /// <summary>Whether it has a number without a node, and whether it has some with one.</summary>
    private (bool OfOneNode, bool ByNode) Form(Publication publication) => (IsOfOneNode(publication), publication.At(options.ShipNode).Count > 0);

    /// <summary>What Walmart does not know, it shows nothing of; with anything else it has not answered.</summary>
    private static Shown NotShown(string externalId, Reply? failure) => failure is { CallFailed: false } ? Shown.Of(externalId, [])
        : Shown.Nothing(failure?.RetryAfter);

    private async Task<Reply> Feed(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var (type, feed) = WalmartTranslator.Feed(publications, options.ShipNode);
        var file = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(feed, feed.GetType()));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var form = new MultipartFormDataContent { { file, "file", "inventory.json" } };
        var (answer, failure) = await Call<FeedId>(HttpMethod.Post, $"v3/feeds?feedType={type}", form, publications, cancellation);
        return failure ?? (answer!.Value is { } ticket
            ? Reply.Of(publications, Verdict.Pending) with { Ticket = ticket }
            : Reply.Failed(publications, "Walmart took the feed and did not say its id."));
    }

    private async Task<VendorAnswer<T>> Call<T>(
        HttpMethod method, string path, HttpContent? content, IReadOnlyList<Publication> publications, CancellationToken cancellation)
        where T : class
    {
        var answer = await _api.Send<T>(Request(options, method, path, content), publications, cancellation);
        if (method == HttpMethod.Put)
        {
            var call = answer.Call;
            _untilReplenished = WalmartTranslator.UntilReplenished(
                call.Header("x-current-token-count"), call.Header("X-Next-Replenishment-Time"), call.TheirNow(clock.GetCurrentInstant()));
        }

        return answer;
    }

    private static HttpRequestMessage TokenRequest(WalmartOptions options)
    {
        var request = Request(
            options, HttpMethod.Post, "v3/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.ClientId}:{options.ClientSecret}")));
        return request;
    }

    private static HttpRequestMessage Request(WalmartOptions options, HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(options.Endpoint, $"/{path}")) { Content = content };
        request.Headers.Add("WM_SVC.NAME", "Walmart Marketplace");
        request.Headers.Add("WM_QOS.CORRELATION_ID", Guid.CreateVersion7().ToString());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
