using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <param name="Skus">1 to 1,000.</param>
public sealed record AvailabilityQuery(string Channel, IReadOnlyList<string> Skus);

/// <param name="Asked">The other name by which it was asked for; left out where that is the SKU.</param>
public sealed record AvailabilityItem(
    string Sku, decimal Quantity, long Version, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Asked = null);

/// <param name="AsOf">When this was so.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="Items">In the order of the question.</param>
public sealed record AvailabilityItems(Instant AsOf, long AsOfSequence, IReadOnlyList<AvailabilityItem> Items);

public static class QueryAvailability
{
    public const int SkusAtMost = 1_000;

    [WolverinePost("/v1/availability/query")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What a channel may promise of many SKUs", "As for one, up to 1,000 at once; with the header `Age` where it is what was last known.",
        Body = typeof(AvailabilityQuery), RecordsEvents = true,
        Problems = ["400 invalid-request", "404 unknown-channel", "415 unsupported-media-type", "503 not-yet-seen", "503 unavailable"])]
    public static async Task<Ok<AvailabilityItems>> Post(
        HttpContext http, [NotBody] ReadAvailability availability, [NotBody] KnownChannels channels, [NotBody] SkuNames names)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("channel", "skus");
        await RequestBody.ReadInto(fields, http.Request);
        var channel = ChannelId.TryParse(fields.OptionalName("channel", required: true), out var parsed) ? parsed : default;
        var asked = Skus(fields);
        fields.ThrowIfRefused();
        Caller.Of(http).RequireToSee(channel);
        await availability.Ask(channels.RequireKnown(channel, http.RequestAborted));

        var skus = await availability.Meant(asked, names, http.RequestAborted);
        var basis = await availability.Read(skus, ReadAvailability.MinSequence(http.Request), http.RequestAborted);
        var newest = basis.Book.NewestSequence;
        var items = new AvailabilityItem[skus.Count];
        for (var index = 0; index < items.Length; index++)
        {
            var promised = basis.Book.Promise(channel, skus[index], basis.Plan, basis.AsOf);
            items[index] = new AvailabilityItem(
                skus[index].Value, promised.Promise.Quantity, promised.Version, asked[index] == skus[index] ? null : asked[index].Value);
        }

        basis.ShowAge(http.Response);
        return TypedResults.Ok(new AvailabilityItems(basis.AsOf, newest, items));
    }

    private static List<Sku> Skus(Fields fields)
    {
        var skus = new List<Sku>();
        if (fields.Nested("skus", '[') is not { } json)
        {
            if (!fields.Has("skus"))
            {
                fields.Refuse("skus", "is missing");
            }

            return skus;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !Sku.TryParse(element.GetString(), out var sku))
            {
                fields.Refuse("skus", $"must be texts, each of which {Fields.SkuForm}");
                return skus;
            }

            skus.Add(sku);
        }

        if (skus.Count is 0 or > SkusAtMost)
        {
            fields.Refuse("skus", $"must be 1 to {SkusAtMost}");
        }

        return skus;
    }
}
