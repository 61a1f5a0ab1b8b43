using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>
/// The unit in which hosts exclude each other: each SKU is in one of 64 partitions, the same on every host and in every build. A transaction
/// of a lane has locks of its SKUs' partitions, taken in ascending order before anything else, so hosts get them in the order in which they
/// asked and never deadlock. They are in PostgreSQL's memory, write nothing, and cover rows that do not exist yet; they are few, since those
/// of all lanes of all hosts have to fit there.
/// </summary>
internal static class SkuPartition
{
    public const int Count = 64;

    /// <summary>
    /// The exclusive lock of a batch that decides on what it reads under the lock. Parameter: <c>int[]</c> partitions, ascending.
    /// </summary>
    public const string Lock = $"select pg_advisory_xact_lock({Key}, partition) from unnest($1) as partition";

    /// <summary>The shared lock of an optimistic commit, which waits for exclusive locks only. Parameter as of <see cref="Lock"/>.</summary>
    public const string Share = $"select pg_advisory_xact_lock_shared({Key}, partition) from unnest($1) as partition";

    private const string Key = "1398362964";

    /// <summary>FNV-1a, folded: hosts of different builds and machines have to agree, which <see cref="string.GetHashCode()"/> does not.</summary>
    public static int Of(Sku sku)
    {
        var hash = 2166136261;
        foreach (var letter in sku.Value)
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        return (int)((hash ^ (hash >> 16)) % Count);
    }

    /// <summary>The partitions of these SKUs, each once, in the order in which they are locked.</summary>
    public static int[] Of(IEnumerable<Sku> skus)
    {
        var wanted = new bool[Count];
        foreach (var sku in skus)
        {
            wanted[Of(sku)] = true;
        }

        return [.. Enumerable.Range(0, Count).Where(partition => wanted[partition])];
    }
}
