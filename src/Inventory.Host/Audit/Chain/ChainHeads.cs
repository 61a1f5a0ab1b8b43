using System.Buffers;
using System.Buffers.Binary;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Chain;

/// <summary>The heads of all chains as they were after a round, added up.</summary>
/// <param name="Streams">How many chains there are.</param>
/// <param name="Events">How many events they link.</param>
/// <param name="Root">As <see cref="Checkpoint.Root"/>.</param>
internal sealed record ChainHeads(long Streams, long Events, byte[] Root)
{
    /// <summary>
    /// The heads as they were after a round, also where a repair has replaced links since, by stream in the order of its bytes. From one stream to the next
    /// by the index: there are many times as many links as streams. Parameter: the round.
    /// </summary>
    private const string SelectOne =
        $"""
         with recursive chain(stream) as (
           (select stream from {ChainTables.Links} order by stream limit 1)
           union all
           select (select l.stream from {ChainTables.Links} l where l.stream > chain.stream order by l.stream limit 1)
             from chain where chain.stream is not null)
         select chain.stream, head.version, substring(head.hashes from length(head.hashes) - 31) as hash
         from chain cross join lateral (
           (select version, hashes from {ChainTables.Links} l where l.stream = chain.stream and l.round <= $1 order by version desc limit 1)
           union all
           (select version, hashes from {ChainTables.Replaced} r
            where r.stream = chain.stream and r.round <= $1 and r.replaced_in > $1 order by version desc limit 1)
           order by version desc limit 1) as head
         order by chain.stream collate "C"
         """;

    /// <summary>
    /// The heads after each of several rounds, in one pass over the links: the last link of a stream up to a round is its head there, and stays it until the
    /// next that is here. Parameters: the rounds plus one,
    /// ascending, and the last of them. The third column is the place of the first round that has the link, from 0.
    /// </summary>
    /// <param name="stream">The SQL for the stream in the order of its bytes.</param>
    /// <param name="isRepaired">Whether a repair has replaced links: then the former ones are used up to its round, and all are sorted.</param>
    public static string SelectSeveral(string stream, bool isRepaired)
    {
        var (links, order) = isRepaired
            ? ($"(select stream, version, round, hashes from {ChainTables.Links} union all select stream, version, round, hashes from "
                + $"{ChainTables.Replaced}) as links",
                "round, version")
            : (ChainTables.Links, "version");
        return $"""
            select stream, version, "from", head
            from (
              select stream, version, place as "from", substring(hashes from length(hashes) - 31) as head,
                lead(place) over (partition by {stream} order by {order}) as next
              from (select *, width_bucket(round, $1) as place from {links} where round < $2) as placed) as last
            where next is distinct from "from" order by {stream}, {(isRepaired ? "\"from\"" : "version")}
            """;
    }

    /// <summary>The heads after one round.</summary>
    public static async Task<ChainHeads> Read(NpgsqlConnection connection, long round, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectOne, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue(round);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        using var heads = new Sum();
        while (await reader.ReadAsync(cancellation))
        {
            heads.Add(reader.GetString("stream"), reader.GetInt64("version"), reader.GetFieldValue<byte[]>("hash"));
        }

        return heads.Total();
    }

    /// <param name="reader">Of <see cref="SelectSeveral"/>.</param>
    /// <param name="rounds">How many rounds were asked for.</param>
    /// <returns>In the order of the rounds.</returns>
    public static async Task<ChainHeads[]> ReadSeveral(NpgsqlDataReader reader, int rounds, CancellationToken cancellation)
    {
        var sums = Enumerable.Range(0, rounds).Select(_ => new Sum()).ToArray();
        try
        {
            var (stream, version, from, head) = ("", 0L, rounds, Array.Empty<byte>());
            while (await reader.ReadAsync(cancellation))
            {
                var next = (reader.GetString("stream"), reader.GetInt64("version"), reader.GetInt32("from"), reader.GetFieldValue<byte[]>("head"));
                AddUntil(next.Item1 == stream ? next.Item3 : rounds);
                (stream, version, from, head) = next;
            }

            AddUntil(rounds);
            return Array.ConvertAll(sums, sum => sum.Total());

            void AddUntil(int until)
            {
                for (var round = from; round < until; round++)
                {
                    sums[round].Add(stream, version, head);
                }
            }
        }
        finally
        {
            Array.ForEach(sums, sum => sum.Dispose());
        }
    }

    /// <summary>Adds up heads, which come in the order of their streams.</summary>
    private sealed class Sum : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly ArrayBufferWriter<byte> _bytes = new(256);
        private long _streams;
        private long _events;

        public void Add(string stream, long version, ReadOnlySpan<byte> head)
        {
            _bytes.ResetWrittenCount();
            BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), Encoding.UTF8.GetByteCount(stream));
            _bytes.Advance(sizeof(int));
            Encoding.UTF8.GetBytes(stream, _bytes);
            BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), version);
            _bytes.Advance(sizeof(long));
            _bytes.Write(head);
            _hash.AppendData(_bytes.WrittenSpan);
            (_streams, _events) = (_streams + 1, _events + version);
        }

        public ChainHeads Total() => new(_streams, _events, _hash.GetHashAndReset());

        public void Dispose() => _hash.Dispose();
    }
}
