using System.Globalization;

namespace RetailSync.Channels.Shopify;

/// <summary>Between publications and Shopify's words. Pure.</summary>
public static class ShopifyTranslator
{
    private const string Stale = "COMPARE_QUANTITY_STALE";

    /// <summary>What concerns the call and no item of it: trying item by item would not help.</summary>
    private static readonly string[] OfTheCall = ["INVALID_LOCATION", "INVALID_REASON", "INVALID_REFERENCE_DOCUMENT", "INVALID_NAME"];

    /// <param name="publications">At most 250, each of an item of its own.</param>
    /// <param name="shown">What Shopify is expected to show of each; the call is refused where it shows something else.</param>
    /// <param name="locationId">Where.</param>
    public static InventorySetQuantitiesInput Input(IReadOnlyList<Publication> publications, Func<Publication, decimal> shown, string locationId) => new(
        "correction",
        "available",
        string.Create(CultureInfo.InvariantCulture, $"retailsync://publications/{publications.Max(publication => publication.Sequence)}"),
        [.. publications.Select(publication => new InventoryQuantityInput(
            ShopifyIds.InventoryItem(publication.Theirs), locationId, publication.WholeUnits, (long)Math.Floor(shown(publication))))]);

    /// <summary>
    /// Shopify does all of a call or nothing: with errors, the items that they name are answered by them, and the others have to be told again
    /// without those.
    /// </summary>
    public static Reply Reply(IReadOnlyList<Publication> publications, IReadOnlyList<InventorySetQuantitiesUserError> errors)
    {
        if (errors.Count == 0)
        {
            return Channels.Reply.Of(publications, Verdict.Told);
        }

        var byItem = errors.Where(error => Item(error) < publications.Count).ToLookup(Item);
        if (!byItem.Any() || errors.Any(error => OfTheCall.Contains(error.Code)))
        {
            return Channels.Reply.Failed(publications, Detail(errors[0]));
        }

        return new Reply([.. publications.Select((publication, place) => byItem[place].FirstOrDefault() switch
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
