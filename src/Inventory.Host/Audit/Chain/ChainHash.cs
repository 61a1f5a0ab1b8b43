using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Npgsql;

namespace RetailSync.Inventory.Host.Audit.Chain;

/// <summary>
/// The link of a chain: SHA-256 over the link before it and the event's canonical bytes. Those are, in this order: version and sequence (8
/// bytes each, big-endian), id (16 bytes, big-endian), timestamp (microseconds since 1970 as 8 bytes), then stream, type, correlation id and data, each as
/// UTF-8 behind its length (4 bytes; -1 for none), and at the end, where it was recorded who did it, that name likewise. Data is the text that PostgreSQL has
/// for the stored jsonb: its keys sorted, its numbers as they were stored, and unchanged until another value is stored, also in a dump that is
/// loaded elsewhere. The first link follows 32 zeros. Not for two threads.
/// </summary>
internal sealed class ChainHash
{
    public const int Length = SHA256.HashSizeInBytes;

    private readonly ArrayBufferWriter<byte> _bytes = new(4 * 1024);

    /// <param name="previous">The link before; replaced by the one that follows.</param>
    public void Next(in ChainedEvent link, Span<byte> previous)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(previous);
        Add(link.Version);
        Add(link.Sequence);
        link.Id.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out _);
        _bytes.Advance(16);
        Add(link.RecordedAt.ToUnixTimeTicks() / 10);
        Add(link.Stream);
        Add(link.Type);
        Add(link.Correlation);
        AddLength(link.Data.Length);
        _bytes.Write(link.Data);
        if (link.By is not null)
        {
            Add(link.By); // events from before names were recorded keep their hashes
        }

        SHA256.HashData(_bytes.WrittenSpan, previous);
    }

    private void Add(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), number);
        _bytes.Advance(sizeof(long));
    }

    private void Add(string? text)
    {
        if (text is null)
        {
            AddLength(-1);
            return;
        }

        AddLength(Encoding.UTF8.GetByteCount(text));
        _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    private void AddLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), length);
        _bytes.Advance(sizeof(int));
    }
}

/// <summary>An event as it is stored, with everything that its link is made of.</summary>
internal readonly record struct ChainedEvent(
    string Stream, long Version, long Sequence, Guid Id, string Type, Instant RecordedAt, string? Correlation, string? By, byte[] Data)
{
    /// <summary>Of <c>mt_events</c>, in the order of <see cref="Read"/>.</summary>
    public const string Columns = "stream_id, version, seq_id, id, type, timestamp, correlation_id, user_name, data";

    /// <summary>The places of the columns of <see cref="Columns"/>.</summary>
    private static class Column
    {
        public const int Stream = 0, Version = 1, Sequence = 2, Id = 3, Type = 4, RecordedAt = 5, CorrelationId = 6, UserName = 7, Data = 8;
    }

    /// <param name="row">One whose first columns are <see cref="Columns"/>, which are each read once: there are many.</param>
    /// <param name="stream">The first of them.</param>
    public static ChainedEvent Read(NpgsqlDataReader row, string stream) => new(
        stream, row.GetInt64(Column.Version), row.GetInt64(Column.Sequence), row.GetGuid(Column.Id), row.GetString(Column.Type),
        row.GetFieldValue<Instant>(Column.RecordedAt), row.IsDBNull(Column.CorrelationId) ? null : row.GetString(Column.CorrelationId),
        row.IsDBNull(Column.UserName) ? null : row.GetString(Column.UserName), row.GetFieldValue<byte[]>(Column.Data));
}
