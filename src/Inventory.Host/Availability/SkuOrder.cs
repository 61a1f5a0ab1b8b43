using System.Collections.Concurrent;
using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// SKUs in order, so that those that begin with a text are found without looking at all. What was added since is merged when somebody asks, on the time of who
/// asks: whoever adds only appends to a queue. For many threads.
/// </summary>
internal sealed class SkuOrder
{
    /// <summary>Without regard to case first, so that what differs in case only is together.</summary>
    public static readonly Comparer<Sku> ByText = Comparer<Sku>.Create((one, other) =>
        string.Compare(one.Value, other.Value, StringComparison.OrdinalIgnoreCase) is not 0 and var order ? order
            : string.CompareOrdinal(one.Value, other.Value));

    private readonly ConcurrentQueue<Sku> _added = [];
    private readonly Lock _merging = new();
    private volatile Sku[] _sorted = [];

    public void Add(Sku sku) => _added.Enqueue(sku);

    /// <summary>Those that begin with a text, in whatever case; all for an empty one.</summary>
    public ReadOnlyMemory<Sku> BeginningWith(string text)
    {
        var sorted = Sorted();
        var first = FirstWhere(sorted, sku => string.Compare(sku.Value, text, StringComparison.OrdinalIgnoreCase) >= 0);
        var end = FirstWhere(sorted, sku => string.Compare(sku.Value, text, StringComparison.OrdinalIgnoreCase) >= 0
            && !sku.Value.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return sorted.AsMemory(first, end - first);
    }

    private Sku[] Sorted()
    {
        if (_added.IsEmpty)
        {
            return _sorted;
        }

        lock (_merging)
        {
            List<Sku> added = [];
            while (_added.TryDequeue(out var sku))
            {
                added.Add(sku);
            }

            added.Sort(ByText);
            return _sorted = Merge(_sorted, added);
        }
    }

    private static Sku[] Merge(Sku[] sorted, List<Sku> added)
    {
        var merged = new Sku[sorted.Length + added.Count];
        for (int from = 0, next = 0; from + next < merged.Length;)
        {
            var isAdded = from == sorted.Length || (next < added.Count && ByText.Compare(added[next], sorted[from]) < 0);
            merged[from + next] = isAdded ? added[next] : sorted[from];
            _ = isAdded ? next++ : from++;
        }

        return merged;
    }

    /// <param name="holds">True from one index on.</param>
    private static int FirstWhere(Sku[] sorted, Predicate<Sku> holds)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = holds(sorted[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
