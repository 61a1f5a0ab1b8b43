using System.Net.Http.Json;
using System.Text.Json;
using NodaTime;
using RetailSync.Channels.Http;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// A Shopify shop, by its Admin GraphQL API. Quantities are set by compare-and-set: where the shop has another quantity than it acknowledged last, it
/// has drifted (it sold, or somebody changed it there); that is read back and reported, and the next try compares with what is there.
/// </summary>
public sealed class ShopifyChannel(ShopifyOptions options, HttpClient http, IClock clock) : IChannel
{
    /// <summary>The API takes so many items in one input.</summary>
    public int MaxBatchSize => 250;

    /// <summary>
    /// A set costs 10 points of 100 that come back each second; other apps of the shop use some too. Each answer states what is left, and calls keep to it.
    /// </summary>
    public CallRate? Rate => new(4, 8);

    public int MaxBatchSizeAt(int locations) => Math.Max(1, MaxBatchSize / Math.Max(1, locations));

    public int MaxReadBackSizeAt(int locations) => MaxBatchSizeAt(locations);

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        if (publications.Sum(publication => publication.At(options.LocationId).Count) > MaxBatchSize)
        {
            return await PublishInParts(publications, cancellation);
        }

        // Two SKUs may be one item there: it can be in a call once.
        var items = publications.DistinctBy(publication => ShopifyIds.InventoryItem(publication.ExternalId)).ToList();
        var settings = ShopifyTranslator.Settings(items, options.LocationId);
        IReadOnlyDictionary<(string ExternalId, string Location), decimal> shown = new Dictionary<(string, string), decimal>();
        var calls = 0;
        if (settings.Where(setting => setting.At.Acknowledged is null).ToList() is { Count: > 0 } unknown)
        {
            calls++;
            var (read, failure) = await Read(publications, unknown, cancellation);
            if (read is null)
            {
                return failure! with { Calls = calls };
            }

            shown = read;
        }

        // A shop does not keep every item at every location: where there is nothing and nothing is to be, nothing is set.
        settings = [.. settings.Where(
            setting => (setting.Publication.Locations.Count == 0 && setting.At.Location == options.LocationId)
            || setting.At.WholeUnits > 0 || Expected(setting) != 0)];
        if (settings.Count == 0)
        {
            return Reply.Of(publications, Verdict.Accepted) with { Calls = calls };
        }

        var (reply, failed) = await Set(publications, settings, ShopifyTranslator.Input(settings, Expected), cancellation);
        if (reply is null)
        {
            return failed! with { Calls = calls + failed.Calls };
        }

        var asked = settings.Select(setting => setting.Publication).ToHashSet();
        return reply with
        {
            Calls = calls + reply.Calls,
            Replies = [.. reply.Replies, .. items.Where(item => !asked.Contains(item)).Select(item => new SkuReply(item.Sku, Verdict.Accepted)),
                .. publications.Except(items).Select(twin => new SkuReply(twin.Sku, Verdict.Refused, "Another SKU is mapped to the same inventory item."))],
        };

        decimal Expected((Publication Publication, LocationQuantity At) setting) => setting.At.Acknowledged ?? shown.GetValueOrDefault(Key(setting));
    }

    public async Task<Shown> ReadBack(IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        var (shown, failure) = await Read([], externalIds, locations.Count > 0 ? locations : [options.LocationId], cancellation);
        return shown is null ? Shown.Nothing(failure?.RetryAfter)
            : new Shown(locations.Count > 0 ? shown : shown.ToDictionary(one => (one.Key.ExternalId, ChannelLocation.Single), one => one.Value));
    }

    public void Dispose() => http.Dispose();

    /// <summary>
    /// Splits a batch that with <see cref="Publication.Leaving"/> has more quantities than fit into a call. Those locations are set to 0 first, so that
    /// nothing is sold there even when a later part fails.
    /// </summary>
    private async Task<Reply> PublishInParts(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var (first, stays) = (publications[0], publications[0] with { Leaving = [] });
        IReadOnlyList<Publication>[] parts = publications.Count > 1
            ? [[.. publications.Take(publications.Count / 2)], [.. publications.Skip(publications.Count / 2)]]
            : [.. first.At(options.LocationId).ExceptBy(stays.At(options.LocationId).Select(Location), Location)
                .Chunk(MaxBatchSize).Select(left => new[] { stays with { Locations = left } }), [stays]];
        var replies = new Dictionary<Sku, SkuReply>();
        var calls = 0;
        Reply reply = Reply.Of([], Verdict.Accepted);
        foreach (var part in parts)
        {
            reply = await Publish(part, cancellation);
            calls += reply.Calls;
            foreach (var one in reply.Replies)
            {
                replies[one.Sku] = one;
            }

            if (reply.CallFailed || reply.RetryAfter is not null || (publications.Count == 1 && reply.Replies[0].Verdict != Verdict.Accepted))
            {
                break;
            }
        }

        return reply with
        {
            Calls = calls,
            Replies = [.. publications.Select(
                publication => replies.GetValueOrDefault(publication.Sku)
                ?? new SkuReply(publication.Sku, Verdict.Retry, "There were too many for one call."))]
        };
    }

    /// <summary>
    /// The quantity that the shop has instead of the acknowledged one. Where that is the published one, an earlier response was lost: that is no drift.
    /// </summary>
    private static SkuReply Seen(
        SkuReply reply, IReadOnlyList<(Publication Publication, LocationQuantity At)> published,
        IReadOnlyDictionary<(string ExternalId, string Location), decimal> now) =>
        published.Count == 0 || !published.All(setting => now.ContainsKey(Key(setting))) ? reply
        : published.All(setting => now[Key(setting)] == setting.At.WholeUnits) ? new SkuReply(reply.Sku, Verdict.Accepted)
        : reply with { Shows = published.Sum(setting => now[Key(setting)]) };

    /// <summary>Sets the quantities, and reads back those that the shop had changed meanwhile.</summary>
    /// <returns>A reply for the publications of these settings, or the failure of all.</returns>
    private async Task<(Reply? Reply, Reply? Failure)> Set(
        IReadOnlyList<Publication> publications, IReadOnlyList<(Publication Publication, LocationQuantity At)> settings, InventorySetQuantitiesInput input,
        CancellationToken cancellation)
    {
        var calls = 1;
        var (answer, failure) = await Set(publications, input, ShopifyTranslator.Key(settings, input), cancellation);
        if (answer?.Data?.InventorySetQuantities?.UserErrors is { } failed && ShopifyTranslator.IsSpent(failed))
        {
            // What was refused under this key stays refused under it, though it may be possible by now.
            calls++;
            (answer, failure) = await Set(publications, input, ShopifyTranslator.Key(settings, input, clock.GetCurrentInstant()), cancellation);
        }

        if (answer?.Data?.InventorySetQuantities?.UserErrors is not { } errors)
        {
            return (null, (failure ?? Reply.Failed(publications, "Shopify answered without a result.")) with { Calls = calls });
        }

        var reply = ShopifyTranslator.Reply(settings, errors);
        reply = reply with { RetryAfter = PauseFor(answer.Extensions?.Cost) ?? reply.RetryAfter };
        var stale = errors.Where(ShopifyTranslator.IsStale).Select(ShopifyTranslator.Item).Where(index => index < settings.Count)
            .Select(index => settings[index].Publication).ToHashSet();
        if (stale.Count > 0)
        {
            calls++;
            var drifted = settings.Where(setting => stale.Contains(setting.Publication)).ToLookup(setting => setting.Publication.Sku);
            var (now, _) = await Read(publications, [.. drifted.SelectMany(same => same)], cancellation);
            reply = reply with { Replies = [.. reply.Replies.Select(one => now is null ? one : Seen(one, [.. drifted[one.Sku]], now))] };
        }

        return (reply with { Calls = calls }, null);
    }

    private Task<(GraphQlResponse<SetQuantitiesData>? Answer, Reply? Failure)> Set(
        IReadOnlyList<Publication> publications, InventorySetQuantitiesInput input, string key, CancellationToken cancellation) =>
        Call<SetQuantitiesVariables, SetQuantitiesData>(publications, ShopifyDocuments.SetQuantities, new SetQuantitiesVariables(input, key), cancellation);

    private static string Location(LocationQuantity at) => ShopifyIds.Location(at.Location);

    private static (string ExternalId, string Location) Key((Publication Publication, LocationQuantity At) setting) =>
        (setting.Publication.ExternalId, setting.At.Location);

    private Task<(IReadOnlyDictionary<(string ExternalId, string Location), decimal>? Shown, Reply? Failure)> Read(
        IReadOnlyList<Publication> publications, IReadOnlyList<(Publication Publication, LocationQuantity At)> settings, CancellationToken cancellation) =>
        Read(publications, [.. settings.Select(setting => setting.Publication.ExternalId).Distinct()],
            [.. settings.Select(setting => setting.At.Location).Distinct()], cancellation);

    private async Task<(IReadOnlyDictionary<(string ExternalId, string Location), decimal>? Shown, Reply? Failure)> Read(
        IReadOnlyList<Publication> publications, IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        var ids = externalIds.ToDictionary(ShopifyIds.InventoryItem);
        var variables = new Dictionary<string, object> { ["ids"] = ids.Keys };
        foreach (var (location, at) in locations.Select((location, at) => (location, at)))
        {
            variables.Add($"at{at}", ShopifyIds.Location(location));
        }

        var (answer, failure) = await Call<Dictionary<string, object>,
            ReadQuantitiesData>(publications, ShopifyDocuments.ReadQuantities(locations.Count), variables, cancellation);
        if (answer?.Data?.Nodes is not { } nodes)
        {
            return (null, failure ?? Reply.Failed(publications, "Shopify answered without a result."));
        }

        var shown = new Dictionary<(string, string), decimal>();
        foreach (var node in nodes)
        {
            if (node?.Id is { } id && ids.TryGetValue(id, out var name))
            {
                foreach (var (location, at) in locations.Select((location, at) => (location, at)))
                {
                    if (Level(node, $"at{at}")?.Quantities?.FirstOrDefault(quantity => quantity.Name == "available") is { } available)
                    {
                        shown[(name, location)] = available.Quantity;
                    }
                }
            }
        }

        return (shown, null);
    }

    private static InventoryLevelNode? Level(InventoryItemNode node, string name)
    {
        try
        {
            return node.Levels.TryGetValue(name, out var level) ? level.Deserialize<InventoryLevelNode>() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(GraphQlResponse<TData>? Answer, Reply? Failure)> Call<TVariables, TData>(
        IReadOnlyList<Publication> publications, string document, TVariables variables, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Endpoint)
        { Content = JsonContent.Create(new GraphQlRequest<TVariables>(document, variables)) };
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
            return (null, Reply.Failed(
                publications, $"Shopify: {errors[0].Message}", isThrottled ? PauseFor(answer.Extensions?.Cost) ?? Duration.FromSeconds(1) : null));
        }

        return (answer, null);
    }

    /// <summary>How long until there are points for another call like this; null when there are.</summary>
    private static Duration? PauseFor(QueryCost? cost) =>
        cost is { ThrottleStatus: { RestoreRate: > 0 } status } && status.CurrentlyAvailable < cost.RequestedQueryCost
            ? Duration.FromMilliseconds((long)Math.Ceiling((cost.RequestedQueryCost - status.CurrentlyAvailable) / status.RestoreRate * 1_000))
            : null;
}
