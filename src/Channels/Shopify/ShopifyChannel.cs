using System.Net.Http.Json;
using System.Text.Json;
using NodaTime;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// A Shopify shop, by its Admin GraphQL API. Quantities are set by compare-and-set: where the shop shows something else than it was told, it
/// has drifted (it sold, or somebody changed it there); that is read back and reported, and the next try compares with what is there.
/// </summary>
public sealed class ShopifyChannel(ShopifyOptions options, HttpClient http, IClock clock) : IChannel
{
    /// <summary>The API takes so many items in one input.</summary>
    public int MostPerCall => 250;

    /// <summary>A set costs 10 points of 100 that come back each second; other apps of the shop want some too. What is left is said in each answer, and obeyed.</summary>
    public CallRate? Rate => new(4, 8);

    public bool NeedsMapping => true;

    public bool CanShow => true;

    public async Task<Reply> Tell(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        // Two SKUs may be one item there: it can be in a call once.
        var items = publications.DistinctBy(publication => ShopifyIds.InventoryItem(publication.Theirs)).ToList();
        var calls = 0;
        IReadOnlyDictionary<string, decimal> shown = new Dictionary<string, decimal>();
        if (items.Where(item => item.Believed is null).Select(item => item.Theirs).ToList() is { Count: > 0 } unknown)
        {
            calls++;
            var (read, failure) = await Read(publications, unknown, cancellation);
            if (read is null)
            {
                return failure! with { Calls = calls };
            }

            shown = read;
        }

        var input = ShopifyTranslator.Input(items, item => item.Believed ?? shown.GetValueOrDefault(item.Theirs), options.LocationId);
        calls++;
        var (answer, refused) = await Call<SetQuantitiesVariables, SetQuantitiesData>(publications, ShopifyDocuments.SetQuantities, new SetQuantitiesVariables(input), cancellation);
        if (answer?.Data?.InventorySetQuantities?.UserErrors is not { } errors)
        {
            return (refused ?? Reply.Failed(publications, "Shopify answered without a result.")) with { Calls = calls };
        }

        var reply = ShopifyTranslator.Reply(items, errors) with { RetryAfter = PauseFor(answer.Extensions?.Cost) };
        var stale = errors.Where(ShopifyTranslator.IsStale).Select(ShopifyTranslator.Item).Where(place => place < items.Count).Select(place => items[place]).ToList();
        if (stale.Count > 0)
        {
            calls++;
            var (now, _) = await Read(publications, [.. stale.Select(item => item.Theirs)], cancellation);
            var drifted = stale.ToDictionary(item => item.Sku, item => now is not null && now.TryGetValue(item.Theirs, out var shows) ? shows : (decimal?)null);
            reply = reply with { Replies = [.. reply.Replies.Select(one => drifted.TryGetValue(one.Sku, out var shows) ? one with { Shows = shows } : one)] };
        }

        return reply with
        {
            Calls = calls,
            Replies = [.. reply.Replies, .. publications.Except(items).Select(twin => new SkuReply(twin.Sku, Verdict.Refused, "Another SKU is mapped to the same inventory item."))],
        };
    }

    public async Task<IReadOnlyDictionary<string, decimal>?> Show(IReadOnlyList<string> theirs, CancellationToken cancellation) => (await Read([], theirs, cancellation)).Shown;

    public void Dispose() => http.Dispose();

    private async Task<(IReadOnlyDictionary<string, decimal>? Shown, Reply? Failure)> Read(IReadOnlyList<Publication> publications, IReadOnlyList<string> theirs, CancellationToken cancellation)
    {
        var ids = theirs.ToDictionary(ShopifyIds.InventoryItem);
        var (answer, failure) = await Call<ReadQuantitiesVariables, ReadQuantitiesData>(
            publications, ShopifyDocuments.ReadQuantities, new ReadQuantitiesVariables([.. ids.Keys], options.LocationId), cancellation);
        if (answer?.Data?.Nodes is not { } nodes)
        {
            return (null, failure ?? Reply.Failed(publications, "Shopify answered without a result."));
        }

        var shown = new Dictionary<string, decimal>();
        foreach (var node in nodes)
        {
            if (node?.Id is { } id && ids.TryGetValue(id, out var name) && node.InventoryLevel?.Quantities?.FirstOrDefault(quantity => quantity.Name == "available") is { } available)
            {
                shown[name] = available.Quantity;
            }
        }

        return (shown, null);
    }

    private async Task<(GraphQlResponse<TData>? Answer, Reply? Failure)> Call<TVariables, TData>(
        IReadOnlyList<Publication> publications, string document, TVariables variables, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Endpoint) { Content = JsonContent.Create(new GraphQlRequest<TVariables>(document, variables)) };
        request.Headers.Add("X-Shopify-Access-Token", options.AccessToken);
        var call = await HttpCall.Make(http, request, cancellation);
        if (!call.Succeeded)
        {
            return (null, call.Failed(publications, clock.GetCurrentInstant()));
        }

        GraphQlResponse<TData>? answer;
        try
        {
            answer = JsonSerializer.Deserialize<GraphQlResponse<TData>>(call.Body);
        }
        catch (JsonException)
        {
            return (null, Reply.Failed(publications, $"Not JSON as Shopify writes it: {call.Detail}"));
        }

        if (answer?.Errors is { Count: > 0 } errors)
        {
            var isThrottled = errors.Any(error => error.Extensions?.Code == "THROTTLED");
            return (null, Reply.Failed(publications, $"Shopify: {errors[0].Message}", isThrottled ? PauseFor(answer.Extensions?.Cost) ?? Duration.FromSeconds(1) : null));
        }

        return (answer, null);
    }

    /// <summary>How long until there are points for another call like this; null when there are.</summary>
    private static Duration? PauseFor(QueryCost? cost) =>
        cost is { ThrottleStatus: { RestoreRate: > 0 } status } && status.CurrentlyAvailable < cost.RequestedQueryCost
            ? Duration.FromMilliseconds((long)Math.Ceiling((cost.RequestedQueryCost - status.CurrentlyAvailable) / status.RestoreRate * 1_000))
            : null;
}
