using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace RetailSync.Channels.Shopify;

/// <summary>Between publications and Shopify's words. Pure.</summary>
public static class ShopifyTranslator
{
    private const string Stale = "CHANGE_FROM_QUANTITY_STALE";

    /// <summary>The same call is under way: its answer was lost, or two of us make it.</summary>
    private const string UnderWay = "IDEMPOTENCY_CONCURRENT_REQUEST";

    /// <summary>The key is of no more use: what it named was refused, or was something else.</summary>
    private static readonly string[] Spent = ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"];

    private static readonly Duration WhileUnderWay = Duration.FromSeconds(2);

    /// <summary>What concerns the call and no item of it: trying item by item would not help.</summary>
    private static readonly string[] OfTheCall = ["INVALID_LOCATION", "INVALID_REASON", "INVALID_REFERENCE_DOCUMENT", "INVALID_NAME"];

    /// <summary>
    /// Each publication at each of its locations; at the shop's one location where it has none. A location that is mapped by both of its ids is published once.
    /// </summary>
    public static IReadOnlyList<(Publication Publication, LocationQuantity At)> Settings(IReadOnlyList<Publication> publications, string locationId) =>
        [.. from publication in publications from location in publication.At(locationId).DistinctBy(location => ShopifyIds.Location(location.Location))
            select (publication, location)];

    /// <param name="settings">At most 250, each item at each location once.</param>
    /// <param name="shown">What Shopify is expected to show of each; the call is refused where it shows something else.</param>
    public static InventorySetQuantitiesInput Input(
        IReadOnlyList<(Publication Publication, LocationQuantity At)> settings, Func<(Publication Publication, LocationQuantity At), decimal> shown) => new(
        "correction",
        "available",
        string.Create(CultureInfo.InvariantCulture, $"retailsync://publications/{settings.Max(setting => setting.Publication.Sequence)}"),
        [.. settings.Select(setting => new InventoryQuantityInput(
            ShopifyIds.InventoryItem(setting.Publication.ExternalId), ShopifyIds.Location(setting.At.Location), setting.At.WholeUnits,
            (long)Math.Floor(shown(setting))))]);

    /// <summary>
    /// The key of a call: a UUID of what is to be set, and of which publications. A call whose answer was lost is made again under the same key, and Shopify
    /// answers it as the first time; a quantity that is published again, even the same, is due since another instant and gets another key.
    /// </summary>
    /// <param name="settings">As they go into <paramref name="input"/>.</param>
    /// <param name="retriedAt">Makes another key; null for the first.</param>
    public static string Key(
        IReadOnlyList<(Publication Publication, LocationQuantity At)> settings, InventorySetQuantitiesInput input, Instant? retriedAt = null)
    {
        var text = new StringBuilder();
        foreach (var (setting, quantity) in settings.Zip(input.Quantities))
        {
            text.Append(CultureInfo.InvariantCulture, $"{quantity.InventoryItemId} {quantity.LocationId} {quantity.Quantity} {quantity.ChangeFromQuantity} ");
            text.Append(CultureInfo.InvariantCulture, $"{setting.Publication.Sequence} {setting.Publication.WaitingSince.ToUnixTimeTicks()}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{retriedAt?.ToUnixTimeTicks()}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), hash);

        // A UUID of version 8, which is for hashes of one's own (RFC 9562, 5.8).
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    /// <summary>Whether the call has to be made under another key.</summary>
    public static bool IsSpent(IReadOnlyList<InventorySetQuantitiesUserError> errors) => errors.Any(error => Spent.Contains(error.Code));

    /// <summary>
    /// Shopify does all of a call or nothing: with errors, the items that they name are answered by them, and the others have to be published again
    /// without those.
    /// </summary>
    public static Reply Reply(IReadOnlyList<(Publication Publication, LocationQuantity At)> settings, IReadOnlyList<InventorySetQuantitiesUserError> errors)
    {
        IReadOnlyList<Publication> publications = [.. settings.Select(setting => setting.Publication).Distinct()];
        if (errors.Count == 0)
        {
            return Channels.Reply.Of(publications, Verdict.Accepted);
        }

        if (errors.FirstOrDefault(error => error.Code == UnderWay) is { } underWay)
        {
            return Channels.Reply.Of(publications, Verdict.Retry, Detail(underWay)) with { RetryAfter = WhileUnderWay };
        }

        var byItem = errors.Where(error => Item(error) < settings.Count).ToLookup(error => settings[Item(error)].Publication.Sku);
        if (!byItem.Any() || errors.Any(error => OfTheCall.Contains(error.Code)))
        {
            return Channels.Reply.Failed(publications, Detail(errors[0]));
        }

        return new Reply([.. publications.Select(publication => byItem[publication.Sku].OrderBy(IsStale).FirstOrDefault() switch
        {
            null => new SkuReply(publication.Sku, Verdict.Retry, "The call was refused for another item."),
            { Code: Stale } stale => new SkuReply(publication.Sku, Verdict.Retry, Detail(stale)),
            var error => new SkuReply(publication.Sku, Verdict.Refused, Detail(error)),
        })]);
    }

    /// <summary>Whether Shopify has another quantity than it acknowledged last.</summary>
    public static bool IsStale(InventorySetQuantitiesUserError error) => error.Code == Stale;

    /// <summary>The index of the item that an error is about; beyond all items when it is about none.</summary>
    public static int Item(InventorySetQuantitiesUserError error) =>
        error.Field is [_, "quantities", var item, ..] && int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        ? index : int.MaxValue;

    private static string Detail(InventorySetQuantitiesUserError error) => $"{error.Code}: {error.Message}";
}
