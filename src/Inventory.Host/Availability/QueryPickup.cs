using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability;

/// <param name="Locations">1 to 500, each once.</param>
/// <param name="Lines">The basket: 1 to 100; lines of one SKU add up.</param>
public sealed record PickupQuery(string Channel, IReadOnlyList<string> Locations, IReadOnlyList<PickupLine> Lines);

/// <param name="Quantity">In a question units of the basket, above 0; in an answer units that may be promised there.</param>
public sealed record PickupLine(string Sku, decimal Quantity);

/// <param name="Complete">Whether all of the basket may be promised there.</param>
/// <param name="Lines">Each SKU of the basket once, in its order.</param>
public sealed record PickupItem(string Location, bool Complete, IReadOnlyList<PickupLine> Lines);

/// <param name="AsOf">When this was so.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="Items">In the order of the locations asked for.</param>
public sealed record PickupItems(Instant AsOf, long AsOfSequence, IReadOnlyList<PickupItem> Items);

/// <summary>In which stores a whole basket may be picked up.</summary>
public static class QueryPickup
{
    public const int LocationsAtMost = 500;
    public const int LinesAtMost = 100;

    [WolverinePost("/v1/availability/pickup")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Where a basket may be picked up", "What the channel may promise of each SKU at each of up to 500 locations, and where the whole basket is. At "
        + "a location where it may not sell, or that is unknown, it is 0; with the header `Age` where it is what was last known.",
        Body = typeof(PickupQuery), RecordsEvents = true, Answer = typeof(PickupItems),
        Problems = ["400 invalid-request", "404 unknown-channel", "415 unsupported-media-type", "503 not-yet-seen", "503 unavailable"])]
    public static async Task<IResult> Post(HttpContext http, [NotBody] ReadAvailability availability, [NotBody] KnownChannels channels,
        [NotBody] BaseQuantities quantities)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("channel", "locations", "lines");
        await RequestBody.ReadInto(fields, http.Request);
        var channel = ChannelId.TryParse(fields.OptionalName("channel", required: true), out var parsed) ? parsed : default;
        var (locations, basket) = (Locations(fields), Basket(fields));
        fields.ThrowIfRefused();
        Caller.Of(http).RequireToSee(channel);
        await availability.Ask(channels.RequireKnown(channel, http.RequestAborted));

        var meant = await availability.Ask(
            quantities.Of([.. basket.Select(line => new AsStated(line.Key.Value, line.Value, null))], http.RequestAborted).AsTask());
        basket = meant.GroupBy(one => one.Sku).ToDictionary(same => same.Key, same => same.Sum(one => one.Quantity));
        var basis = await availability.Read([.. basket.Keys], ReadAvailability.MinSequence(http.Request), http.RequestAborted);
        var newest = basis.Book.NewestSequence;
        basis.ShowAge(http.Response);
        return Results.Json(new PickupItems(
            basis.AsOf, newest,
            Items(locations, basket, sku => ChannelStock.Of(channel, basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules))));
    }

    /// <param name="locations">In the order of the answer.</param>
    /// <param name="basket">Units of each SKU.</param>
    /// <param name="stockOf">A SKU as the channel may use it.</param>
    internal static IReadOnlyList<PickupItem> Items(
        IReadOnlyList<LocationId> locations, IReadOnlyDictionary<Sku, decimal> basket, Func<Sku, ChannelStock> stockOf)
    {
        var stock = basket.Select(line => (line.Key, Wanted: line.Value, Stock: stockOf(line.Key))).ToList();
        return [.. locations.Select(location =>
        {
            var lines = stock.ConvertAll(line => (line.Key, line.Wanted, There: line.Stock.At(location) + line.Stock.BackorderAt(location)));
            return new PickupItem(
                location.Value, lines.TrueForAll(line => line.There >= line.Wanted), lines.ConvertAll(line => new PickupLine(line.Key.Value, line.There)));
        })];
    }

    private static List<LocationId> Locations(Fields fields)
    {
        var locations = new List<LocationId>();
        foreach (var element in Elements(fields, "locations", LocationsAtMost))
        {
            if (element.ValueKind != JsonValueKind.String || !LocationId.TryParse(element.GetString(), out var location) || locations.Contains(location))
            {
                fields.Refuse("locations", "must be names of locations, each once");
                break;
            }

            locations.Add(location);
        }

        return locations;
    }

    private static Dictionary<Sku, decimal> Basket(Fields fields)
    {
        var basket = new Dictionary<Sku, decimal>();
        var line = new Fields("sku", "quantity");
        foreach (var (index, element) in Elements(fields, "lines", LinesAtMost).Index())
        {
            line.Clear();
            var isObject = line.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            var (sku, quantity) = (line.Sku("sku"), line.Number("quantity", required: true));
            if (quantity <= 0)
            {
                line.Refuse("quantity", "must be above 0");
            }

            foreach (var (field, why) in line.Refusals)
            {
                fields.Refuse(isObject ? $"lines[{index}].{field}" : $"lines[{index}]", why);
            }

            if (line.Refusals.Count == 0)
            {
                basket[sku] = basket.GetValueOrDefault(sku) + quantity!.Value;
            }
        }

        return basket;
    }

    private static List<JsonElement> Elements(Fields fields, string name, int atMost)
    {
        if (fields.Nested(name, '[') is not { } json)
        {
            fields.Refuse(name, "is missing");
            return [];
        }

        using var document = JsonDocument.Parse(json);
        List<JsonElement> elements = [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
        if (elements.Count == 0 || elements.Count > atMost)
        {
            fields.Refuse(name, $"must be 1 to {atMost}");
            return [];
        }

        return elements;
    }
}
