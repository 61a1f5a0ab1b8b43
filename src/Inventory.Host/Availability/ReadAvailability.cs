using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Availability.Query;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>The inputs of an availability answer.</summary>
/// <param name="Book">Has the SKUs that were asked for.</param>
/// <param name="AsOf">The instant of the answer.</param>
/// <param name="IsMemory">Whether the book is the stock cache; otherwise it was read from the database for these SKUs only.</param>
/// <param name="Past">The instant of a question about the past; null for an answer as of now.</param>
/// <param name="Age">How long ago this was so, where it is what was last known; zero for an answer that is current.</param>
public readonly record struct AvailabilityInputs(StockCache Book, Plan Plan, Instant AsOf, bool IsMemory, AsOfQuestion? Past = null, Duration Age = default)
{
    /// <summary>
    /// How long ago the newest fact was recorded. An answer that is not current is as old as that at least, also where this host itself committed something
    /// since it last read what others did.
    /// </summary>
    public string? SourceAge(Instant? recordedAt) => GetAvailability.Age(AsOf + Age, Age > Duration.Zero ? Instant.Min(recordedAt ?? AsOf, AsOf) : recordedAt);

    /// <summary>HTTP's own header for the age of an answer, in whole seconds; on answers that are not current only.</summary>
    public void ShowAge(HttpResponse response)
    {
        if (Age > Duration.Zero)
        {
            response.Headers.Age = ((long)Math.Ceiling(Age.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>
/// Availability as of now: from memory, or from the database while memory is not current. Where the database gives no answer either, it is what was
/// last known, as long as that is younger than <see cref="AvailabilityOptions.LastKnownSeconds"/>; no question waits for longer than two seconds.
/// </summary>
public sealed class ReadAvailability(
    StockCache book, StockCacheUpdater feed, PlanCache planning, NpgsqlDataSource database, DatabaseWatch watch, IConfiguration configuration, IClock clock,
    TimeProvider time)
{
    private readonly TimeSpan _lastKnownFor = TimeSpan.FromSeconds(configuration.Read<AvailabilityOptions>().LastKnownSeconds);

    private static readonly TimeSpan SeenTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Rules and locations as they are now.</summary>
    public Plan Plan => planning.Now();

    /// <param name="skus">That will be asked for.</param>
    /// <param name="minSequence">The event that the answer must include; the database has it.</param>
    public async ValueTask<AvailabilityInputs> Read(IReadOnlyCollection<Sku> skus, long minSequence, CancellationToken cancellation)
    {
        if (feed.IsFollowing && await HasSeen(minSequence, cancellation) && FromMemory() is { } basis)
        {
            return basis;
        }

        try
        {
            var now = clock.GetCurrentInstant();
            if (watch.IsStalled)
            {
                throw new DatabaseUnavailableException();
            }

            var stock = await Ask(StockRows.ReadSkus(database, planning.Book.WithComponents(skus), now, cancellation));
            return new AvailabilityInputs(stock, planning.At(now), now, IsMemory: false);
        }
        catch (Exception away) when (away is DatabaseUnavailableException or NpgsqlException)
        {
            return LastKnown(minSequence) ?? throw new DatabaseUnavailableException();
        }
    }

    /// <summary>
    /// A query for other data than stock: it fails at once while the database is known to be unavailable.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is unavailable.</exception>
    public Task<T> Ask<T>(Task<T> question) => watch.WhileAnswering(question);

    /// <summary>
    /// The SKUs that a caller means by these names, in their order; while the database is unavailable, those that were last known to be meant. What has units
    /// is a SKU's own name.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is unavailable, and nothing is known of a name.</exception>
    public async ValueTask<IReadOnlyList<Sku>> Meant(IReadOnlyList<Sku> named, SkuNames names, CancellationToken cancellation)
    {
        try
        {
            var known = await Ask(names.Read(named.Select(sku => sku.Value), cancellation).AsTask());
            return [.. named.Select(sku => known.GetValueOrDefault(sku.Value)?.Sku ?? sku)];
        }
        catch (Exception away) when (away is DatabaseUnavailableException or NpgsqlException)
        {
            return [.. named.Select(sku => names.LastMeant(sku) ?? (book.VersionOf(sku) > 0 ? sku : throw new DatabaseUnavailableException()))];
        }
    }

    /// <summary>
    /// The stock cache as of when it was last current; null when it never was, when that is too long ago, or when it lacks an event that has to be included.
    /// </summary>
    private AvailabilityInputs? LastKnown(long minSequence)
    {
        if (feed.Age is not { } age || age > _lastKnownFor || !book.HasSeen(minSequence, long.MaxValue))
        {
            return null;
        }

        // In the milliseconds in which it is shown, so that nothing shown is below another.
        var shown = Duration.FromMilliseconds((long)Math.Ceiling(age.TotalMilliseconds));
        var asOf = clock.GetCurrentInstant() - shown;
        return new AvailabilityInputs(book, planning.At(asOf), asOf, IsMemory: true, Age: shown);
    }

    /// <summary>The stock cache; null while it is not current.</summary>
    public AvailabilityInputs? FromMemory()
    {
        if (!feed.IsFollowing)
        {
            return null;
        }

        var now = clock.GetCurrentInstant();
        return new AvailabilityInputs(book, planning.At(now), now, IsMemory: true);
    }

    /// <summary>The event that an answer has to include, as <see cref="ReadYourWrites"/> understands it; 0 for none.</summary>
    public static long MinSequence(HttpRequest request) =>
        long.TryParse(request.Query[ReadYourWrites.Parameter], System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;

    private async ValueTask<bool> HasSeen(long sequence, CancellationToken cancellation)
    {
        var round = book.Round;
        var wait = new SeenWait(time, SeenTimeout, Pause);
        while (!book.HasSeen(sequence, round))
        {
            if (!await wait.Pause(cancellation))
            {
                return false;
            }
        }

        return true;
    }
}
