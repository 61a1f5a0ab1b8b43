using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>The heads of all chains, added up.</summary>
/// <param name="Streams">How many chains there are.</param>
/// <param name="Events">How many events they link.</param>
/// <param name="Root">As <see cref="Checkpoint.Root"/>.</param>
internal sealed record ChainHeads(long Streams, long Events, byte[] Root)
{
    /// <summary>
    /// The heads as they were after a round, by stream in the order of its bytes. From one stream to the next by the index: there are many times as many links as streams. Parameter: the round.
    /// </summary>
    public const string Select =
        $"""
         with recursive chain(stream) as (
           (select stream from {ChainTables.Links} order by stream limit 1)
           union all
           select (select l.stream from {ChainTables.Links} l where l.stream > chain.stream order by l.stream limit 1) from chain where chain.stream is not null)
         select chain.stream, head.version, substring(head.hashes from length(head.hashes) - 31)
         from chain cross join lateral (select version, hashes from {ChainTables.Links} l where l.stream = chain.stream and l.round <= $1 order by version desc limit 1) as head
         order by chain.stream collate "C"
         """;

    /// <param name="reader">Of <see cref="Select"/>.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<ChainHeads> Read(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (streams, events) = (0L, 0L);
        while (await reader.ReadAsync(cancellation))
        {
            var version = reader.GetInt64(1);
            Add(hash, reader.GetString(0), version, reader.GetFieldValue<byte[]>(2));
            (streams, events) = (streams + 1, events + version);
        }

        return new ChainHeads(streams, events, hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string stream, long version, byte[] head)
    {
        var name = Encoding.UTF8.GetBytes(stream);
        Span<byte> numbers = stackalloc byte[sizeof(int) + sizeof(long)];
        BinaryPrimitives.WriteInt32BigEndian(numbers, name.Length);
        BinaryPrimitives.WriteInt64BigEndian(numbers[sizeof(int)..], version);
        hash.AppendData(numbers[..sizeof(int)]);
        hash.AppendData(name);
        hash.AppendData(numbers[sizeof(int)..]);
        hash.AppendData(head);
    }
}
