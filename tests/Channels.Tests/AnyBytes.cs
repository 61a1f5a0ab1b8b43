using System.Text;
using CsCheck;

namespace RetailSync.Channels.Tests;

/// <summary>Bytes for readers that must read or refuse whatever is sent. <c>RETAILSYNC_FUZZ_SECONDS=600</c> searches longer.</summary>
internal static class AnyBytes
{
    public const long Iterations = 200;

    public static readonly int Seconds = int.TryParse(Environment.GetEnvironmentVariable("RETAILSYNC_FUZZ_SECONDS"), out var seconds) ? seconds : -1;

    public static readonly Gen<byte[]> Random = Gen.Byte.Array[0, 300];

    /// <param name="corpus">Files whose neighbourhood is searched: one of each thing that the syntax has.</param>
    /// <param name="pieces">Texts that mean something to the reader.</param>
    public static Gen<byte[]> NearlyRight(byte[][] corpus, params string[] pieces)
    {
        var piece = Gen.OneOf(Gen.Byte.Array[0, 6], OneOf(pieces).Select(Encoding.UTF8.GetBytes));
        return from seed in OneOf(corpus)
               from changes in Gen.Select(Gen.Int[0, seed.Length], Gen.Int[0, 12], piece).Array[1, 6]
               select changes.Aggregate(seed, (bytes, change) => Spliced(bytes, Math.Min(change.Item1, bytes.Length), change.Item2, change.Item3));
    }

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static byte[] Spliced(byte[] bytes, int at, int removed, byte[] inserted) =>
        [.. bytes[..at], .. inserted, .. bytes[Math.Min(at + removed, bytes.Length)..]];
}
