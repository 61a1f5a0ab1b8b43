using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using NodaTime;
using RetailSync.Channels.Http;

namespace RetailSync.Channels.AdobeCommerce;

/// <summary>An Adobe Commerce shop: source items are set at once, all of a call or none, or as an asynchronous bulk whose operations are asked for.</summary>
public sealed class AdobeCommerceChannel(AdobeCommerceOptions options, HttpClient http, IClock clock) : IChannel
{
    /// <summary>The most pages that one read-back fetches; a shop with more source items than that is not read completely.</summary>
    private const int MostPages = 20;

    public int MaxBatchSize => 10_000;

    public CallRate? Rate => new(5, 5);

    /// <summary>Its own web shop's machine: it is not flooded.</summary>
    public CallRate? BulkRate => new(0.2m, 2);

    public int BulkThreshold => options.BulkFrom;

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        SourceItems[] items = [.. publications.Select(publication => new SourceItems(AdobeCommerceTranslator.Items(publication, options.SourceCode)))];
        return publications.Count == 1 ? await Set(publications, items[0], cancellation) : await Bulk(publications, items, cancellation);
    }

    public async Task<OperationResults?> Poll(string ticket, CancellationToken cancellation)
    {
        var call = await Call(HttpMethod.Get, $"rest/V1/bulk/{Uri.EscapeDataString(ticket)}/detailed-status", null, cancellation);
        return call.Succeeded && call.Parse<BulkStatus>()?.OperationsList is { } operations
            ? AdobeCommerceTranslator.Results([.. operations.Select(operation => (operation, SkuOf(operation)))])
            : null;
    }

    public bool PublishesFractions => true;

    public int MaxBatchSizeAt(int locations) => Math.Max(1, MaxBatchSize / Math.Max(1, locations));

    public int MaxReadBackSizeAt(int locations) =>
        Math.Clamp(AdobeCommerceTranslator.MostOnPage / Math.Max(1, locations), 1, AdobeCommerceTranslator.MostInSearch);

    public async Task<Shown> ReadBack(IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        List<SourceItem> found = [];
        for (var page = 1; ; page++)
        {
            var search = AdobeCommerceTranslator.Search(externalIds, locations.Count > 0 ? null : options.SourceCode, page);
            var call = await Call(HttpMethod.Get, $"rest/V1/inventory/source-items?{search}", null, cancellation);
            if (!call.Succeeded || call.Parse<SourceItemsFound>() is not { Items: { } items } answer)
            {
                return Shown.Nothing(call.RetryAfter(clock.GetCurrentInstant())) with { Calls = page };
            }

            found.AddRange(items);
            if (items.Count == 0 || found.Count >= answer.TotalCount || page == MostPages)
            {
                return new Shown(AdobeCommerceTranslator.Shown(found, externalIds, locations, options.SourceCode), page);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Reply> Set(IReadOnlyList<Publication> publications, SourceItems items, CancellationToken cancellation)
    {
        var call = await Call(HttpMethod.Post, "rest/V1/inventory/source-items", items, cancellation);
        return !call.Succeeded ? NotDone(publications, call)
            // a page for people, from something in front of the shop
            : call.Parse<object>() is null ? Reply.Failed(publications, $"Not JSON as Adobe Commerce writes it: {call.Detail}")
            : Reply.Of(publications, Verdict.Accepted);
    }

    private async Task<Reply> Bulk(IReadOnlyList<Publication> publications, SourceItems[] items, CancellationToken cancellation)
    {
        var call = await Call(HttpMethod.Post, "rest/async/bulk/V1/inventory/source-items", items, cancellation);
        if (!call.Succeeded)
        {
            return NotDone(publications, call);
        }

        if (call.Parse<BulkAnswer>() is not { BulkUuid: { } ticket } answer)
        {
            return Reply.Failed(publications, $"Not JSON as Adobe Commerce writes it: {call.Detail}");
        }

        var rejected = (answer.RequestItems ?? []).Where(item => item.Status == "rejected").ToDictionary(item => item.Id, item => item.ErrorMessage);
        return new Reply([.. publications.Select((publication, location) =>
            rejected.TryGetValue(location, out var why) ? new SkuReply(publication.Sku, Verdict.Refused, why)
                : new SkuReply(publication.Sku, Verdict.Pending))])
        { Ticket = ticket };
    }

    private Reply NotDone(IReadOnlyList<Publication> publications, HttpCall call) => call.MayWorkLater || (int)call.Status! is 401 or 403
        ? call.Failed(publications, clock.GetCurrentInstant())
        : Reply.Of(publications, Verdict.Refused, call.Parse<AdobeError>()?.Message ?? call.Detail);

    private async Task<HttpCall> Call(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.Endpoint, $"{options.Endpoint.AbsolutePath.TrimEnd('/')}/{path}"))
        {
            Content = body is null ? null : JsonContent.Create(body, body.GetType()),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.AccessToken);
        return await HttpCall.Make(http, request, cancellation);
    }

    /// <summary>An operation says what it was about in <c>meta_information</c>, which is JSON in JSON in JSON.</summary>
    private static string? SkuOf(BulkOperation operation)
    {
        try
        {
            using var data = JsonDocument.Parse(operation.SerializedData ?? "{}");
            using var about = JsonDocument.Parse(data.RootElement.GetProperty("meta_information").GetString()!);
            var items = about.RootElement.TryGetProperty("sourceItems", out var camel) ? camel : about.RootElement.GetProperty("source_items");
            return items[0].GetProperty("sku").GetString();
        }
        catch (Exception unreadable)
        when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
