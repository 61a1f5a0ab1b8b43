using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Audit;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>What an answer about availability is made from.</summary>
/// <param name="Book">Knows the SKUs that were asked for.</param>
/// <param name="Plan">Rules and places.</param>
/// <param name="AsOf">The instant of the answer.</param>
/// <param name="IsMemory">The book has everything; otherwise it was read for these SKUs only.</param>
/// <param name="Past">What was asked about the past; null for an answer as of now.</param>
public readonly record struct Basis(StockBook Book, Plan Plan, Instant AsOf, bool IsMemory, AsOfQuestion? Past = null);

/// <summary>Availability as of now: from memory, or from the database while memory is not current.</summary>
public sealed class ReadAvailability(StockBook book, FollowEvents feed, Planning planning, NpgsqlDataSource database, IClock clock, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Rules and places as they are now.</summary>
    public Plan Plan => planning.Now();

    /// <param name="skus">That will be asked for.</param>
    /// <param name="minSequence">The event that must have been seen; the database has.</param>
    /// <param name="cancellation">Stops the wait.</param>
    public async ValueTask<Basis> Read(IReadOnlyCollection<Sku> skus, long minSequence, CancellationToken cancellation)
    {
        if (feed.IsFollowing && (minSequence <= book.NewestSequence || await HasSeen(minSequence, cancellation)) && FromMemory() is { } basis)
        {
            return basis;
        }

        var now = clock.GetCurrentInstant();
        return new Basis(await StockRows.ReadSkus(database, skus, now, cancellation), planning.At(now), now, IsMemory: false);
    }

    /// <summary>What is in memory; null while that is not current.</summary>
    public Basis? FromMemory()
    {
        if (!feed.IsFollowing)
        {
            return null;
        }

        var now = clock.GetCurrentInstant();
        return new Basis(book, planning.At(now), now, IsMemory: true);
    }

    /// <summary>The event that a caller has to see, as <see cref="ReadYourWrites"/> understands it; 0 for none.</summary>
    public static long MinSequence(HttpRequest request) =>
        long.TryParse(request.Query[ReadYourWrites.Parameter], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;

    private async Task<bool> HasSeen(long sequence, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (book.NewestSequence < sequence && time.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Pause, time, cancellation);
        }

        return book.NewestSequence >= sequence;
    }
}
