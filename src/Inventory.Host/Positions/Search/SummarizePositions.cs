using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions.Search;

/// <summary>Sums over the positions of a place.</summary>
/// <param name="Place">A location or a group; null for the locations that are in no group.</param>
/// <param name="Positions">How many there are.</param>
/// <param name="BelowZero">Of these, with less than nothing on hand.</param>
/// <param name="BelowSafety">Of these, with less left than their safety stock.</param>
/// <param name="NeverCounted">Of these, never counted.</param>
/// <param name="HeldBeyondOnHand">Of these, with more reserved than on hand.</param>
/// <param name="AsOf">When this was so.</param>
public sealed record PlaceSummary(
    string? Place, long Positions, decimal OnHand, decimal Unsellable, decimal Reserved, decimal InTransit, decimal SafetyStock, decimal Available,
    long BelowZero, long BelowSafety, long NeverCounted, long HeldBeyondOnHand, Instant AsOf);

public static class SummarizePositions
{
    [WolverineGet("/v1/positions/summary")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Sums over positions", "By place, from memory. A location counts in each of its groups. A store sees its own.",
        Query =
        [
            "by: `location` (default) or `group`", PositionFilter.DescribesQ, "sku: of this SKU only", "location: at this location only",
            PositionFilter.DescribesGroup, PositionFilter.DescribesState,
        ],
        Problems = ["400 invalid-request", "429 too-many-scans", "503 not-in-memory", "503 not-yet-seen"])]
    public static async Task<Ok<Page<PlaceSummary>>> Get(HttpContext http, [NotBody] ScanPositions scan)
    {
        var query = new QueryText(http.Request, ["by", .. PositionFilter.Parameters]);
        var (byGroup, caller, cancellation) = (query.Choice("by", "location", "group") == "group", Caller.Of(http), http.RequestAborted);
        var filter = PositionFilter.Of(query, caller);
        var basis = await scan.Memory(http.Request, cancellation);
        var skus = await scan.Skus(basis.Book, filter, cancellation);
        using var slot = skus.Length <= ScanPositions.SkusBesides ? null : await scan.Enter(cancellation);
        basis.ShowAge(http.Response);
        var sums = new Dictionary<string, Sums>(StringComparer.Ordinal);
        foreach (var seen in ScanPositions.Seen(basis, skus, filter, caller, cancellation))
        {
            if (!sums.TryGetValue(seen.Key.Location.Value, out var sum))
            {
                sums.Add(seen.Key.Location.Value, sum = new Sums());
            }

            sum.Add(seen);
        }

        return TypedResults.Ok(new Page<PlaceSummary>(
            [.. (byGroup ? ByGroup() : sums.Select(sum => (Place: (string?)sum.Key, Sums: sum.Value))).OrderBy(sum => sum.Place, StringComparer.Ordinal)
                .Select(sum => sum.Sums.Of(sum.Place, basis.AsOf))],
            null));

        IEnumerable<(string? Place, Sums Sums)> ByGroup() =>
            from sum in sums
            from name in basis.Plan.LocationOf(Domain.LocationId.Parse(sum.Key)).Groups.DefaultIfEmpty<string?>(null)
            where filter.Group is null || name == filter.Group
            group sum.Value by name into together
            select (together.Key, together.Aggregate(new Sums(), (all, one) => all.Add(one)));
    }

    private sealed class Sums
    {
        private long _positions, _belowZero, _belowSafety, _neverCounted, _heldBeyond;
        private decimal _onHand, _unsellable, _reserved, _inTransit, _safetyStock;

        public void Add(in PositionSeen seen)
        {
            var position = seen.Position;
            _positions++;
            _belowZero += position.OnHand < 0 ? 1 : 0;
            _belowSafety += seen.SafetyStock > 0 && seen.Available < 0 ? 1 : 0;
            _neverCounted += position.CountedAt is null ? 1 : 0;
            _heldBeyond += position.Reserved > position.OnHand ? 1 : 0;
            _onHand += position.OnHand;
            _unsellable += position.UnsellableTotal;
            _reserved += position.Reserved;
            _inTransit += position.InTransitTotal;
            _safetyStock += seen.SafetyStock;
        }

        public Sums Add(Sums other)
        {
            _positions += other._positions;
            _belowZero += other._belowZero;
            _belowSafety += other._belowSafety;
            _neverCounted += other._neverCounted;
            _heldBeyond += other._heldBeyond;
            _onHand += other._onHand;
            _unsellable += other._unsellable;
            _reserved += other._reserved;
            _inTransit += other._inTransit;
            _safetyStock += other._safetyStock;
            return this;
        }

        public PlaceSummary Of(string? name, Instant asOf) => new(
            name, _positions, _onHand, _unsellable, _reserved, _inTransit, _safetyStock, _onHand - _unsellable - _reserved - _safetyStock,
            _belowZero, _belowSafety, _neverCounted, _heldBeyond, asOf);
    }
}
