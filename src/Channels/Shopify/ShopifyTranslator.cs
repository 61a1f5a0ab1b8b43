using System.Globalization;

namespace RetailSync.Channels.Shopify;

/// <summary>Between publications and Shopify's words. Pure.</summary>
public static class ShopifyTranslator
{
    private const string Stale = "COMPARE_QUANTITY_STALE";

    /// <summary>What concerns the call and no item of it: trying item by item would not help.</summary>
    private static readonly string[] OfTheCall = ["INVALID_LOCATION", "INVALID_REASON", "INVALID_REFERENCE_DOCUMENT", "INVALID_NAME"];

    /// <summary>Each publication at each of its locations; at the shop's one location where it has none. A location has two names, and is told once.</summary>
    public static IReadOnlyList<(Publication Publication, PlacedQuantity At)> Settings(IReadOnlyList<Publication> publications, string locationId) =>
        [.. from publication in publications from place in publication.At(locationId).DistinctBy(place => ShopifyIds.Location(place.Place)) select (publication, place)];

    /// <param name="settings">At most 250, each item at each location once.</param>
    /// <param name="shown">What Shopify is expected to show of each; the call is refused where it shows something else.</param>
    public static InventorySetQuantitiesInput Input(IReadOnlyList<(Publication Publication, PlacedQuantity At)> settings, Func<(Publication Publication, PlacedQuantity At), decimal> shown) => new(
        "correction",
        "available",
        string.Create(CultureInfo.InvariantCulture, $"retailsync://publications/{settings.Max(setting => setting.Publication.Sequence)}"),
        [.. settings.Select(setting => new InventoryQuantityInput(
            ShopifyIds.InventoryItem(setting.Publication.Theirs), ShopifyIds.Location(setting.At.Place), setting.At.WholeUnits, (long)Math.Floor(shown(setting))))]);

    /// <summary>
    /// Shopify does all of a call or nothing: with errors, the items that they name are answered by them, and the others have to be told again
    /// without those.
    /// </summary>
    public static Reply Reply(IReadOnlyList<(Publication Publication, PlacedQuantity At)> settings, IReadOnlyList<InventorySetQuantitiesUserError> errors)
    {
        IReadOnlyList<Publication> publications = [.. settings.Select(setting => setting.Publication).Distinct()];
        if (errors.Count == 0)
        {
            return Channels.Reply.Of(publications, Verdict.Told);
        }

        var byItem = errors.Where(error => Item(error) < settings.Count).ToLookup(error => settings[Item(error)].Publication.Sku);
        if (!byItem.Any() || errors.Any(error => OfTheCall.Contains(error.Code)))
        {
            return Channels.Reply.Failed(publications, Detail(errors[0]));
        }

        return new Reply([.. publications.Select(publication => byItem[publication.Sku].OrderBy(IsStale).FirstOrDefault() switch
        {
            null => new SkuReply(publication.Sku, Verdict.Later, "The call was refused for another item."),
            { Code: Stale } stale => new SkuReply(publication.Sku, Verdict.Later, Detail(stale)),
            var error => new SkuReply(publication.Sku, Verdict.Refused, Detail(error)),
        })]);
    }

    /// <summary>Whether Shopify shows something else than we believed.</summary>
    public static bool IsStale(InventorySetQuantitiesUserError error) => error.Code == Stale;

    /// <summary>The place of the item that an error is about; beyond all places when it is about none.</summary>
    public static int Item(InventorySetQuantitiesUserError error) =>
        error.Field is [_, "quantities", var place, ..] && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;

    private static string Detail(InventorySetQuantitiesUserError error) => $"{error.Code}: {error.Message}";
}
