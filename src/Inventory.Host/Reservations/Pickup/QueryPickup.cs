using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations.Pickup;

/// <param name="Locations">1 to 500, each once.</param>
/// <param name="Lines">The basket: 1 to 100; lines of one SKU add up.</param>
public sealed record PickupQuery(string Channel, IReadOnlyList<string> Locations, IReadOnlyList<BasketLine> Lines);

/// <param name="Sku">Or another name of it.</param>
/// <param name="Quantity">Above 0.</param>
/// <param name="Unit">Of the quantity; the SKU's own when left out.</param>
public sealed record BasketLine(string Sku, decimal Quantity, string? Unit = null);

/// <param name="Quantity">Units that may be promised there.</param>
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
        Body = typeof(PickupQuery), RecordsEvents = true,
        Problems = ["400 invalid-request", "400 unknown-unit", "400 fractional-unit", "404 unknown-channel", "415 unsupported-media-type", "503 not-yet-seen",
            "503 unavailable"])]
    public static async Task<Ok<PickupItems>> Post(HttpContext http, [NotBody] ReadAvailability availability, [NotBody] KnownChannels channels,
        [NotBody] BaseQuantities quantities)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("channel", "locations", "lines");
        await RequestBody.ReadInto(fields, http.Request);
        var channel = ChannelId.TryParse(fields.OptionalName("channel", required: true), out var parsed) ? parsed : default;
        var (locations, lines) = (Locations(fields), ReservationLines.Read(fields, required: true, mayBackorder: false));
        if (lines?.Count > LinesAtMost || lines?.Any(line => line.Location is not null) == true)
        {
            fields.Refuse(ReservationLines.Name, $"must be at most {LinesAtMost}, without locations of their own");
        }

        fields.ThrowIfRefused();
        Caller.Of(http).RequireToSee(channel);
        await availability.Ask(channels.RequireKnown(channel, http.RequestAborted));
        lines = await availability.Ask(ReservationLines.InBase(lines!, quantities, http.RequestAborted).AsTask());
        var basket = lines.GroupBy(line => line.Sku).ToDictionary(same => same.Key, same => same.Sum(line => line.Quantity));
        var basis = await availability.Read([.. basket.Keys], ReadAvailability.MinSequence(http.Request), http.RequestAborted);
        var newest = basis.Book.NewestSequence;
        basis.ShowAge(http.Response);
        return TypedResults.Ok(new PickupItems(
            basis.AsOf, newest,
            basket.Keys.Any(sku => basis.Plan.Rules.Kit(sku) is not null)
                ? PickupBasket.Of(channel, basket, sku => basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules).At(locations)
                : OfUnits(basket, sku => basis.Book.PromisesByLocation(channel, sku, basis.Plan, basis.AsOf), locations)));
    }

    /// <summary>Where the lines share no component of a kit, each is promised for itself.</summary>
    private static IReadOnlyList<PickupItem> OfUnits(
        Dictionary<Sku, decimal> wanted, Func<Sku, IReadOnlyDictionary<LocationId, decimal>> promisesOf, List<LocationId> locations)
    {
        var lines = wanted.Select(line => (line.Key, line.Value, Promises: promisesOf(line.Key))).ToList();
        return locations.ConvertAll(location => new PickupItem(
            location.Value,
            lines.TrueForAll(line => line.Promises.GetValueOrDefault(location) >= line.Value),
            lines.ConvertAll(line => new PickupLine(line.Key.Value, line.Promises.GetValueOrDefault(location)))));
    }

    private static List<LocationId> Locations(Fields fields)
    {
        var locations = new List<LocationId>();
        if (fields.Nested("locations", '[') is not { } json)
        {
            fields.Refuse("locations", "is missing");
            return locations;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !LocationId.TryParse(element.GetString(), out var location) || locations.Contains(location))
            {
                fields.Refuse("locations", "must be names of locations, each once");
                return locations;
            }

            locations.Add(location);
        }

        if (locations.Count is 0 or > LocationsAtMost)
        {
            fields.Refuse("locations", $"must be 1 to {LocationsAtMost}");
        }

        return locations;
    }
}
