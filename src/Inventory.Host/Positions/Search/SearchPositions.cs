using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Positions.Search;

/// <summary>A page of a search.</summary>
/// <param name="Count">Positions of the page.</param>
public sealed record SearchRequest(PositionFilter Filter, PositionSort Sort, PositionPlace? After, int Count)
{
    /// <summary>The parameters that a list of positions by SKU does not have: with any of them it is a search.</summary>
    public static readonly string[] Own = ["q", "group", "state", "sort", "count"];

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, naming the field; 403: a location that the caller may not see.</exception>
    public static SearchRequest Of(IQueryCollection parameters, Caller caller)
    {
        var query = new QueryText(parameters, [.. PositionFilter.Parameters, "sort", "count", "limit", "after"]);
        var count = query.Whole("count", 1, QueryText.MaxLimit);
        if (count is not null && query.Text("limit") is not null)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("limit", "is another word for 'count'"));
        }

        return new SearchRequest(PositionFilter.Of(query, caller), PositionSort.Of(query), PositionPlace.Of(query), (int)(count ?? query.Limit()));
    }
}

/// <summary>Finds a page of positions in memory, in any order.</summary>
public sealed class SearchPositions(ScanPositions scan)
{
    /// <exception cref="ApiProblemException">429 <c>too-many-scans</c>, 503 <c>not-in-memory</c>.</exception>
    public async Task<Page<PositionAnswer>> Page(HttpContext http, SearchRequest request)
    {
        var (filter, sort, cancellation) = (request.Filter, request.Sort, http.RequestAborted);
        var basis = await scan.Memory(http.Request, cancellation);
        var skus = await scan.Skus(basis.Book, filter, cancellation);

        // By SKU a page ends the work, unless places or states leave most positions out.
        var endsEarly = sort.Column is null && !filter.LooksAtProfiles && Caller.Of(http).SeesAll;
        using var slot = endsEarly || skus.Length <= ScanPositions.SkusBesides ? null : await scan.Enter(cancellation);
        basis.ShowAge(http.Response);
        var rows = Find(basis, skus, request, Caller.Of(http), cancellation);
        var sequence = basis.Book.NewestSequence;
        var page = Page<PositionSeen>.Of(rows, request.Count, seen => sort.PlaceOf(seen).ToString());
        return new Page<PositionAnswer>(
            [.. page.Items.Select(seen => PositionAnswer.Of(seen.Key, seen.Position, basis.AsOf, sequence, basis.Plan))
                .Zip(page.Items, (answer, seen) => answer with { SupplyHeld = answer.SupplyHeld - seen.SupplyOver })],
            page.Next);
    }

    /// <summary>As many as a page has, and one more, of these SKUs.</summary>
    internal static List<PositionSeen> Find(
        AvailabilityInputs basis, ReadOnlyMemory<Sku> skus, SearchRequest request, Caller caller, CancellationToken cancellation) =>
        request.Sort.Column is null ? InOrder(basis, skus, request, caller, cancellation) : First(basis, skus, request, caller, cancellation);

    /// <summary>By SKU: as many as a page has, and one more.</summary>
    private static List<PositionSeen> InOrder(
        AvailabilityInputs basis, ReadOnlyMemory<Sku> skus, SearchRequest request, Caller caller, CancellationToken cancellation)
    {
        var (sort, after) = (request.Sort, request.After);
        if (after is { } last)
        {
            var from = skus.Span.BinarySearch(last.Key.Sku, SkuOrder.ByText) is var found && found >= 0 ? found : ~found;
            skus = sort.Descending ? skus[..Math.Min(skus.Length, from + 1)] : skus[from..];
        }

        List<PositionSeen> rows = [];
        for (var index = 0; index < skus.Length && rows.Count <= request.Count; index++)
        {
            var seen = ScanPositions.Seen(basis, skus.Slice(sort.Descending ? skus.Length - 1 - index : index, 1), request.Filter, caller, cancellation)
                .Where(one => after is not { } behind || sort.Compare(behind, sort.PlaceOf(one)) < 0);
            rows.AddRange(sort.Descending ? seen.Reverse() : seen);
        }

        return rows.Count > request.Count + 1 ? rows[..(request.Count + 1)] : rows;
    }

    /// <summary>By a number: of all, those that come first behind the place, and one more than a page has.</summary>
    private static List<PositionSeen> First(
        AvailabilityInputs basis, ReadOnlyMemory<Sku> skus, SearchRequest request, Caller caller, CancellationToken cancellation)
    {
        var sort = request.Sort;
        var first = new PriorityQueue<PositionSeen, PositionPlace>(Comparer<PositionPlace>.Create((one, other) => sort.Compare(other, one)));
        foreach (var seen in ScanPositions.Seen(basis, skus, request.Filter, caller, cancellation))
        {
            var rank = sort.PlaceOf(seen);
            if (request.After is { } after && sort.Compare(after, rank) >= 0)
            {
                continue;
            }

            if (first.Count <= request.Count)
            {
                first.Enqueue(seen, rank);
            }
            else if (first.TryPeek(out _, out var last) && sort.Compare(rank, last) < 0)
            {
                first.DequeueEnqueue(seen, rank);
            }
        }

        var rows = new List<PositionSeen>(first.Count);
        while (first.TryDequeue(out var seen, out _))
        {
            rows.Add(seen);
        }

        rows.Reverse();
        return rows;
    }
}
