using System.Collections.Frozen;
using System.Runtime.InteropServices;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Positions.Search;

/// <summary>
/// Looks at positions in memory: no index has their quantities, since each would have to be written with every movement. A SKU is copied at a time, so writers
/// wait for no more than that. What concerns more SKUs than <see cref="SkusBesides"/> is a scan, and a host does one at a time.
/// </summary>
public sealed class ScanPositions(ReadAvailability availability, SkuNames names, NpgsqlDataSource database)
{
    /// <summary>SKUs that a search may look at beside a scan: some milliseconds.</summary>
    public const int SkusBesides = 500;

    /// <summary>SKUs that are found by their other names.</summary>
    private const int SkusByName = 1_000;

    /// <summary>How long a scan waits for the one before.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How many scans run on this host at once.</summary>
    private readonly SemaphoreSlim _scans = new(1);

    /// <summary>A scan may begin; it ends when this is disposed of. A page asks for its list and its sums at once, so the second waits for the first.</summary>
    /// <exception cref="ApiProblemException">429 <c>too-many-scans</c>: another one runs for longer.</exception>
    public async Task<IDisposable> Enter(CancellationToken cancellation) => await _scans.WaitAsync(Timeout, cancellation)
        ? new Slot(_scans)
        : throw new ApiProblemException(
            StatusCodes.Status429TooManyRequests, "too-many-scans", "Another search of all positions is running on this host. Try again, or narrow the search.")
        { RetryAfterSeconds = 1 };

    /// <summary>The state of stock that is looked at.</summary>
    /// <exception cref="ApiProblemException">503 <c>not-in-memory</c>: there are more positions than this host keeps, or it has just started.</exception>
    public async Task<AvailabilityInputs> Memory(HttpRequest request, CancellationToken cancellation)
    {
        var basis = await availability.Read([], ReadAvailability.MinSequence(request), cancellation);
        return basis.IsMemory ? basis : throw new ApiProblemException(
            StatusCodes.Status503ServiceUnavailable, "not-in-memory", "Positions are searched in memory, and this host does not have all of them there now.")
        { RetryAfterSeconds = 5 };
    }

    /// <summary>The SKUs that a filter is about, in order.</summary>
    public async ValueTask<ReadOnlyMemory<Sku>> Skus(StockCache book, PositionFilter filter, CancellationToken cancellation)
    {
        if (filter.Sku is { } named)
        {
            var sku = await names.Meant(named, cancellation);
            return sku.Value.StartsWith(filter.Beginning, StringComparison.OrdinalIgnoreCase) || filter.Beginning.Length == 0 ? new[] { sku } : default;
        }

        var own = book.SkusBeginningWith(filter.Beginning);
        if (filter.Beginning.Length == 0 || names.AreNone)
        {
            return own;
        }

        var known = MemoryMarshal.ToEnumerable(own).ToFrozenSet();
        Sku[] others = [.. (await ByOtherNames(filter.Beginning, cancellation)).Where(sku => !known.Contains(sku))];
        Sku[] all = [.. own.Span, .. others];
        Array.Sort(all, SkuOrder.ByText);
        return all;
    }

    /// <summary>The positions of these SKUs that a filter covers and the caller sees, by SKU and location.</summary>
    public static IEnumerable<PositionSeen> Seen(
        AvailabilityInputs basis, ReadOnlyMemory<Sku> skus, PositionFilter filter, Caller caller, CancellationToken cancellation)
    {
        var (book, plan, rows) = (basis.Book, basis.Plan, new List<PositionCopy>());
        book.Advance(basis.AsOf);
        for (var index = 0; index < skus.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var sku = skus.Span[index];
            book.CopyPositions(sku, rows);
            var keepsBack = plan.Rules.HasSafetyStock(sku);
            foreach (var row in rows)
            {
                if (!caller.MaySee(row.Location))
                {
                    continue;
                }

                var profile = filter.LooksAtProfiles || keepsBack ? plan.LocationOf(row.Location) : null;
                if (profile is not null && !filter.Covers(profile))
                {
                    continue;
                }

                var seen = new PositionSeen(
                    new PositionKey(sku, row.Location), row.Over == 0 ? row.Position : row.Position with { Reserved = row.Position.Reserved - row.Over },
                    keepsBack ? SafetyStock(plan.Rules, sku, profile!, row.Position.OnHand) : 0, row.SupplyOver);
                if (filter.Covers(seen))
                {
                    yield return seen;
                }
            }
        }
    }

    private static decimal SafetyStock(RulesInForce rules, Sku sku, LocationProfile profile, decimal onHand) =>
        rules.SafetyStock(sku, profile, onHand)?.Body.Of(onHand) ?? 0;

    private async Task<IReadOnlyList<Sku>> ByOtherNames(string beginning, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select distinct sku from {SkuTables.Names} where starts_with(lower(name), lower($1)) order by sku limit {SkusByName}");
        command.Parameters.AddWithValue(beginning);
        List<Sku> skus = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            skus.Add(Sku.Parse(reader.GetString(0)));
        }

        return skus;
    }

    private sealed class Slot(SemaphoreSlim scans) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                scans.Release();
            }
        }
    }
}
