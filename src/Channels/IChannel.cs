using NodaTime;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels;

/// <summary>
/// A channel that is told numbers. An adapter is a folder here that translates to its vendor's words; it keeps no memory of what it
/// told (the ledger does) and decides nothing about when. One call at a time is made to it.
/// </summary>
public interface IChannel : IDisposable
{
    /// <summary>Publications that one call takes, 1 or more.</summary>
    int MaxBatchSize { get; }

    /// <summary>The same where each publication is told at so many of the channel's locations.</summary>
    int MaxBatchSizeAt(int places) => MaxBatchSize;

    /// <summary>With fewer than so many a call takes one: a channel may have one way for a few and another for many.</summary>
    int BulkThreshold => 1;

    /// <summary>What the vendor allows; null when it states no limit.</summary>
    CallRate? Rate { get; }

    /// <summary>What it allows of calls with many, where those are counted by themselves.</summary>
    CallRate? BulkRate => null;

    /// <summary>Whether the channel calls things by ids of its own, so that a SKU without a mapping cannot be told.</summary>
    bool NeedsMapping => false;

    /// <summary>
    /// Tells these numbers, each SKU once. Whatever the channel says, also nothing at all, is in the answer; only a cancelled call throws.
    /// Telling the same again does no harm.
    /// </summary>
    Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation);

    /// <summary>What became of everything that the channel took with a ticket, by its own names; null while it works on it, or does not say.</summary>
    Task<Func<string, (Verdict Verdict, string? Detail)>?> Poll(string ticket, CancellationToken cancellation) =>
        Task.FromResult<Func<string, (Verdict Verdict, string? Detail)>?>(null);

    /// <summary>After so many things it can be asked at once what it shows, each at so many of its locations; 0 where it cannot be asked.</summary>
    int MaxReadBackSizeAt(int places) => 0;

    /// <summary>Whether parts of a unit are told, instead of the floor.</summary>
    bool PublishesFractions => false;

    /// <summary>What the channel shows now, as it was told it: where it takes off its own orders, they are still in it.</summary>
    /// <param name="theirs">Of what, by its own names; at most <see cref="MaxReadBackSizeAt"/>.</param>
    /// <param name="places">Where, by its own names; empty where it has one place for all.</param>
    /// <param name="cancellation">Stops it.</param>
    Task<Shown> ReadBack(IReadOnlyList<string> theirs, IReadOnlyList<string> places, CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>Calls a second on average, and how many may come at once.</summary>
public readonly record struct CallRate(decimal PerSecond, int Burst);

/// <summary>One number to be told.</summary>
/// <param name="Sku">Of what.</param>
/// <param name="Sequence">Rises with every new number of the channel: what is told with a lower one is older.</param>
/// <param name="Quantity">Units, exact; below 0 never. A channel of whole units is told the floor.</param>
/// <param name="Level">The name of its level where rules define levels.</param>
/// <param name="DesiredAt">Since when it is to be told.</param>
public sealed record Publication(Sku Sku, long Sequence, decimal Quantity, string? Level, Instant DesiredAt)
{
    /// <summary>What the channel calls it.</summary>
    public string ExternalId { get; init; } = Sku.Value;

    /// <summary>
    /// The same by the channel's locations, all that are mapped; empty where it is told one number. Together they are no more than <see cref="Quantity"/>.
    /// </summary>
    public IReadOnlyList<PlacedQuantity> Places { get; init; } = [];

    /// <summary>
    /// Units of the channel's own orders that have not shipped, where it has one place for all; 0 where the channel does not take them off by itself.
    /// </summary>
    public decimal OpenOrderUnits { get; init; }

    /// <summary>What the channel believes by its last answer; null when it was never told, or nobody knows.</summary>
    public decimal? Believed { get; init; }

    /// <summary>
    /// Since when it waits to be told: the same for every try until the channel has answered, another one when the same number is to be told anew.
    /// </summary>
    public Instant WaitingSince { get; init; } = DesiredAt;

    /// <summary>For channels that take whole units.</summary>
    public long WholeUnits => (long)Math.Floor(Quantity);

    /// <summary>
    /// Places that it was told of and is told of no longer, by the channel's own names, "" for its one place of all: it is to show nothing there.
    /// </summary>
    public IReadOnlyList<string> Leaving { get; init; } = [];

    /// <summary>
    /// What is to be where: at its locations, or all of it at <paramref name="onePlace"/>, which is left out where it has no name; and nothing where it is told
    /// of no longer.
    /// </summary>
    public IReadOnlyList<PlacedQuantity> At(string? onePlace)
    {
        IReadOnlyList<PlacedQuantity> told = Places.Count > 0 ? Places : onePlace is null ? []
            : [new PlacedQuantity(onePlace, Quantity, Believed) { OpenOrderUnits = OpenOrderUnits }];
        return Leaving.Count == 0 ? told
            : [.. told, .. Leaving.Select(place => place.Length > 0 ? place : onePlace).OfType<string>().Distinct()
                .Except(told.Select(place => place.Place)).Select(place => new PlacedQuantity(place, 0, null))];
    }
}

/// <param name="Place">One of the channel's locations, by its own name.</param>
/// <param name="Quantity">Units there, exact.</param>
/// <param name="Believed">What the channel believes there by its last answer; null when nobody knows.</param>
public sealed record PlacedQuantity(string Place, decimal Quantity, decimal? Believed)
{
    /// <summary>Units of the channel's own orders that have not shipped and are kept there; 0 where the channel does not take them off by itself.</summary>
    public decimal OpenOrderUnits { get; init; }

    /// <summary>For channels that take whole units.</summary>
    public long WholeUnits => (long)Math.Floor(Quantity);
}

/// <summary>What a channel shows.</summary>
/// <param name="Quantities">By its names of a thing and of a place, "" where it has one place for all. What it does not know is left out.</param>
/// <param name="Calls">How many calls it took.</param>
public sealed record Shown(IReadOnlyDictionary<(string Theirs, string Place), decimal> Quantities, int Calls = 1)
{
    /// <summary>It did not answer, or not so that it could be understood.</summary>
    public bool Failed { get; init; }

    /// <summary>No call before this is over.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>The channel was asked and did not answer.</summary>
    public static Shown Nothing(Duration? retryAfter = null) => new(new Dictionary<(string, string), decimal>()) { Failed = true, RetryAfter = retryAfter };

    /// <summary>What it shows of one thing.</summary>
    public static Shown Of(string theirs, IEnumerable<(string Place, decimal Quantity)> quantities) =>
        new(quantities.GroupBy(one => one.Place).ToDictionary(same => (theirs, same.Key), same => same.Last().Quantity));
}

public enum Verdict
{
    /// <summary>The channel has it.</summary>
    Accepted,

    /// <summary>The channel took it and works on it: ask later, with the reply's ticket.</summary>
    Pending,

    /// <summary>Not now: the same may be told again.</summary>
    Retry,

    /// <summary>No: the same again would be answered the same.</summary>
    Refused,
}

/// <param name="Sku">Of what.</param>
/// <param name="Verdict">What the channel said.</param>
/// <param name="Detail">In the channel's own words; null when there is nothing to say.</param>
public sealed record SkuReply(Sku Sku, Verdict Verdict, string? Detail = null)
{
    /// <summary>What the channel turned out to show, in all its places, instead of what it was believed to: it has drifted.</summary>
    public decimal? Shows { get; init; }
}

/// <summary>A channel's answer to one call.</summary>
/// <param name="Replies">One for every publication of the call.</param>
public sealed record Reply(IReadOnlyList<SkuReply> Replies)
{
    private const int MaxDetail = 1_000;

    /// <summary>How many calls it took, each of which the vendor counts.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>No call before this is over.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>By which the channel is asked later about what is <see cref="Verdict.Pending"/>.</summary>
    public string? Ticket { get; init; }

    /// <summary>The whole call came to nothing: the channel is not well, or does not let us in.</summary>
    public bool CallFailed { get; init; }

    /// <summary>One verdict for all of them.</summary>
    public static Reply Of(IReadOnlyList<Publication> publications, Verdict verdict, string? detail = null) =>
        new([.. publications.Select(publication => new SkuReply(publication.Sku, verdict, Shorten(detail)))]);

    /// <summary>The call came to nothing, for now.</summary>
    public static Reply Failed(IReadOnlyList<Publication> publications, string detail, Duration? retryAfter = null) =>
        Of(publications, Verdict.Retry, detail) with { CallFailed = true, RetryAfter = retryAfter };

    public static string? Shorten(string? detail) => detail is { Length: > MaxDetail } ? detail[..MaxDetail] : detail;
}

/// <summary>The channel cannot be told anything as it is set up; the message says what is missing and names no secret.</summary>
public sealed class ChannelNotReadyException(string message) : Exception(message);
