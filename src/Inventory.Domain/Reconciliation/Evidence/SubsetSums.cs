namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>Which few of some numbers add up to another.</summary>
internal static class SubsetSums
{
    /// <summary>Of many movements, some few add up to anything: larger sets would prove nothing.</summary>
    private const int LargestSet = 4;

    /// <summary>More are cut off, the last first: the search is bounded whatever comes.</summary>
    private const int MostItems = 24;

    /// <returns>The sets of the smallest size that add up, at most <paramref name="atMost"/>; none when there is none.</returns>
    public static IReadOnlyList<IReadOnlyList<T>> Smallest<T>(IReadOnlyList<T> items, Func<T, decimal> value, decimal sum, int atMost)
    {
        if (sum == 0)
        {
            return [];
        }

        var considered = items.Take(MostItems).ToArray();
        for (var size = 1; size <= Math.Min(LargestSet, considered.Length); size++)
        {
            var found = new List<IReadOnlyList<T>>();
            Search([], 0, sum, size, found);
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [];

        void Search(List<T> chosen, int from, decimal rest, int left, List<IReadOnlyList<T>> found)
        {
            if (left == 0)
            {
                if (rest == 0)
                {
                    found.Add([.. chosen]);
                }

                return;
            }

            for (var index = from; index <= considered.Length - left && found.Count < atMost; index++)
            {
                chosen.Add(considered[index]);
                Search(chosen, index + 1, rest - value(considered[index]), left - 1, found);
                chosen.RemoveAt(chosen.Count - 1);
            }
        }
    }
}
