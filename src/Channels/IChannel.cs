using NodaTime;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels;

/// <summary>
/// A channel that quantities are published to. An adapter is a folder here that translates publications to the vendor's API; it keeps no record of what it
/// published (the publication ledger does) and does not decide when to publish. It is called by one caller at a time.
/// </summary>
public interface IChannel : IDisposable
{
    /// <summary>Publications that one call takes, 1 or more.</summary>
    int MaxBatchSize { get; }

    /// <summary>The same where each publication has a quantity for each of <paramref name="locations"/> locations of the channel.</summary>
    int MaxBatchSizeAt(int locations) => MaxBatchSize;

    /// <summary>With fewer publications than this a call takes one: a channel may have one endpoint for single updates and another for bulk updates.</summary>
    int BulkThreshold => 1;

    /// <summary>The vendor's rate limit; null when it states none.</summary>
    CallRate? Rate { get; }

    /// <summary>The vendor's rate limit for bulk calls, where it counts those separately.</summary>
    CallRate? BulkRate => null;

    /// <summary>
    /// Publishes these quantities, each SKU once. Every outcome, including no response at all, is in the reply; only a cancelled call throws.
    /// Idempotent: publishing the same again does no harm.
    /// </summary>
    Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation);

    /// <summary>The results of a pending operation; null while it is still running, or the channel does not say.</summary>
    Task<OperationResults?> Poll(string ticket, CancellationToken cancellation) => Task.FromResult<OperationResults?>(null);

    /// <summary>How many items one read-back can ask for, each at <paramref name="locations"/> locations; 0 where the channel cannot be read back.</summary>
    int MaxReadBackSizeAt(int locations) => 0;

    /// <summary>Whether fractions of a unit are published, instead of the floor.</summary>
    bool PublishesFractions => false;

    /// <summary>The quantities that the channel has now, as they were published: where it deducts its own open orders, these are not deducted.</summary>
    /// <param name="externalIds">The external ids of the items; at most <see cref="MaxReadBackSizeAt"/>.</param>
    /// <param name="locations">The external ids of the locations; empty where the channel has a single location.</param>
    Task<Shown> ReadBack(IReadOnlyList<string> externalIds, IReadOnlyList<string> locations, CancellationToken cancellation) =>
        throw new NotSupportedException();
}

/// <summary>Calls a second on average, and the burst that is allowed.</summary>
public readonly record struct CallRate(decimal PerSecond, int Burst);

/// <summary>One quantity to be published.</summary>
/// <param name="Sku">The SKU whose availability it is.</param>
/// <param name="Sequence">Rises with every new quantity of the channel: a publication with a lower one is older.</param>
/// <param name="Quantity">Units, exact; never below 0. For a channel of whole units the floor is published.</param>
/// <param name="Level">The name of its availability level where rules define levels.</param>
/// <param name="DesiredAt">Since when this is the desired quantity.</param>
public sealed record Publication(Sku Sku, long Sequence, decimal Quantity, string? Level, Instant DesiredAt)
{
    /// <summary>The channel's id of the SKU.</summary>
    public string ExternalId { get; init; } = Sku.Value;

    /// <summary>
    /// The same by the channel's locations, all that are mapped; empty where one quantity is published for all. Their sum is at most <see cref="Quantity"/>.
    /// </summary>
    public IReadOnlyList<LocationQuantity> Locations { get; init; } = [];

    /// <summary>
    /// Units of the channel's own unshipped orders, where it has a single location; 0 where the channel does not deduct its open orders from the published
    /// quantity.
    /// </summary>
    public decimal OpenOrderUnits { get; init; }

    /// <summary>The quantity that the channel acknowledged last; null when nothing was published yet, or the result of the last call is unknown.</summary>
    public decimal? Acknowledged { get; init; }

    /// <summary>
    /// Since when it is due: the same for every retry until the channel has acknowledged it, and another instant when the same quantity is published again.
    /// </summary>
    public Instant WaitingSince { get; init; } = DesiredAt;

    /// <summary>For channels that take whole units.</summary>
    public long WholeUnits => (long)Math.Floor(Quantity);

    /// <summary>
    /// Locations that were published before and no longer are, by the channel's ids (<see cref="ChannelLocation"/>): 0 is published for them.
    /// </summary>
    public IReadOnlyList<string> Leaving { get; init; } = [];

    /// <summary>
    /// The quantity for each location: by <see cref="Locations"/>, or all of it at <paramref name="singleLocation"/> (left out where that is null); and 0 for
    /// <see cref="Leaving"/>.
    /// </summary>
    public IReadOnlyList<LocationQuantity> At(string? singleLocation)
    {
        IReadOnlyList<LocationQuantity> published = Locations.Count > 0 ? Locations : singleLocation is null ? []
            : [new LocationQuantity(singleLocation, Quantity, Acknowledged) { OpenOrderUnits = OpenOrderUnits }];
        return Leaving.Count == 0 ? published
            : [.. published, .. Leaving.Select(location => location == ChannelLocation.Single ? singleLocation : location).OfType<string>().Distinct()
                .Except(published.Select(location => location.Location)).Select(location => new LocationQuantity(location, 0, null))];
    }
}

/// <param name="Location">One of the channel's locations, by its own id.</param>
/// <param name="Quantity">Units there, exact.</param>
/// <param name="Acknowledged">The quantity that the channel acknowledged last for this location; null when it is unknown.</param>
public sealed record LocationQuantity(string Location, decimal Quantity, decimal? Acknowledged)
{
    /// <summary>Units reserved there by the channel's own unshipped orders; 0 where the channel does not deduct its open orders.</summary>
    public decimal OpenOrderUnits { get; init; }

    /// <summary>For channels that take whole units.</summary>
    public long WholeUnits => (long)Math.Floor(Quantity);
}

/// <summary>The quantities that a channel has, as read back from it.</summary>
/// <param name="Quantities">By the channel's ids of item and location (<see cref="ChannelLocation"/>). Items that it does not know are left out.</param>
/// <param name="Calls">How many API calls the read-back took.</param>
public sealed record Shown(IReadOnlyDictionary<(string ExternalId, string Location), decimal> Quantities, int Calls = 1)
{
    /// <summary>The channel did not respond, or its response could not be parsed.</summary>
    public bool Failed { get; init; }

    /// <summary>No call to the channel before this time has passed.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>The channel was read and did not respond.</summary>
    public static Shown Nothing(Duration? retryAfter = null) => new(new Dictionary<(string, string), decimal>()) { Failed = true, RetryAfter = retryAfter };

    /// <summary>The quantities of one item.</summary>
    public static Shown Of(string externalId, IEnumerable<(string Location, decimal Quantity)> quantities) =>
        new(quantities.GroupBy(one => one.Location).ToDictionary(same => (externalId, same.Key), same => same.Last().Quantity));
}

public enum Verdict
{
    /// <summary>The channel acknowledged the quantity.</summary>
    Accepted,

    /// <summary>The channel processes it asynchronously: poll later, with the reply's ticket.</summary>
    Pending,

    /// <summary>A transient failure: the same publication may be retried.</summary>
    Retry,

    /// <summary>A permanent failure: a retry of the same publication would be refused again.</summary>
    Refused,
}

/// <param name="Sku">The SKU of the publication.</param>
/// <param name="Verdict">The outcome for it.</param>
/// <param name="Detail">The channel's own message; null when there is none.</param>
public sealed record SkuReply(Sku Sku, Verdict Verdict, string? Detail = null)
{
    /// <summary>The quantity, over all its locations, that the channel turned out to have instead of the last acknowledged one: a drift.</summary>
    public decimal? Shows { get; init; }
}

/// <summary>The result of one item of a pending operation.</summary>
/// <param name="Detail">The channel's own message; null when there is none.</param>
public readonly record struct ItemResult(Verdict Verdict, string? Detail = null);

/// <summary>The results of a pending operation that has ended.</summary>
/// <param name="Items">By the channel's external ids.</param>
/// <param name="Others">The result of an item that is not among them.</param>
public sealed record OperationResults(IReadOnlyDictionary<string, ItemResult> Items, ItemResult Others)
{
    /// <summary>One result for all items.</summary>
    public static OperationResults Same(Verdict verdict, string? detail) => new(new Dictionary<string, ItemResult>(), new(verdict, detail));

    public ItemResult Of(string externalId) => Items.GetValueOrDefault(externalId, Others);
}

/// <summary>A channel's reply to one call.</summary>
/// <param name="Replies">One for every publication of the call.</param>
public sealed record Reply(IReadOnlyList<SkuReply> Replies)
{
    private const int MaxDetail = 1_000;

    /// <summary>How many API calls it took; each counts against the vendor's rate limit.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>No call to the channel before this time has passed.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>The token with which the channel is polled for what is <see cref="Verdict.Pending"/>.</summary>
    public string? Ticket { get; init; }

    /// <summary>The whole call failed: the channel is unavailable, or refuses our credentials.</summary>
    public bool CallFailed { get; init; }

    /// <summary>One verdict for all of them.</summary>
    public static Reply Of(IReadOnlyList<Publication> publications, Verdict verdict, string? detail = null) =>
        new([.. publications.Select(publication => new SkuReply(publication.Sku, verdict, Shorten(detail)))]);

    /// <summary>The whole call failed and may be retried.</summary>
    public static Reply Failed(IReadOnlyList<Publication> publications, string detail, Duration? retryAfter = null) =>
        Of(publications, Verdict.Retry, detail) with { CallFailed = true, RetryAfter = retryAfter };

    public static string? Shorten(string? detail) => detail is { Length: > MaxDetail } ? detail[..MaxDetail] : detail;
}

/// <summary>Nothing can be published with the channel's settings; the message says what is missing and contains no secret.</summary>
public sealed class ChannelNotReadyException(string message) : Exception(message);
