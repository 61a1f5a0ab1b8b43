using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>
/// One stream after the other: its events against the links of its chain, their fold against its balances and the row of its position. What stands
/// beside in the same order and belongs to no stream is a difference too.
/// </summary>
/// <param name="found">Takes what differs.</param>
/// <param name="balances">Folds, and compares what was kept on the way.</param>
/// <param name="memory">Is shown every event.</param>
/// <param name="heads">Takes the heads as they were at the checkpoint.</param>
/// <param name="checkpointRound">The round that the checkpoint was made after; null when there is none.</param>
/// <param name="settled">Every event up to this sequence must be linked.</param>
internal sealed class StreamCheck(VerifyEverything.Differences found, BalanceCheck balances, MovementMemory memory, SignCheckpoints.Heads heads, long? checkpointRound, long settled)
{
    private readonly ChainHash _hash = new();
    private readonly byte[] _link = new byte[ChainHash.Length];
    private readonly List<(long First, byte[] Hashes, long Round)> _links = [];
    private long _version;
    private bool _isPosition;
    private bool _isBroken;
    private int _at;
    private (long Version, byte[] Head)? _headAtCheckpoint;

    public string? Stream { get; private set; }

    public long PositionsChecked { get; private set; }

    public long EventsLinked { get; private set; }

    public async ValueTask Begin(string stream, Lookahead positions, Lookahead links, CancellationToken cancellation)
    {
        Stream = stream;
        (_version, _at, _isBroken, _headAtCheckpoint) = (0, 0, false, null);
        _isPosition = stream.Contains('@', StringComparison.Ordinal);
        Array.Clear(_link);
        await Skip(positions, links, until: stream, cancellation);
        await balances.Begin(stream, cancellation);
        _links.Clear();
        while (links.Key == stream)
        {
            var hashes = links.Row.GetFieldValue<byte[]>(3);
            _links.Add((links.Row.GetInt64(1) - (hashes.Length / ChainHash.Length) + 1, hashes, links.Row.GetInt64(2)));
            await links.Advance(cancellation);
        }
    }

    /// <param name="events">At a row of <see cref="ChainHash.Columns"/> and <see cref="BalanceTable.HoldEnds"/>.</param>
    public void Add(NpgsqlDataReader events)
    {
        var version = events.GetInt64(1);
        var sequence = events.GetInt64(2);
        if (version != _version + 1)
        {
            Tell("event-missing", _version + 1, $"Version {_version} is followed by version {version}.");
            _isBroken = true;
        }

        _version = version;
        var data = events.GetFieldValue<byte[]>(7);
        _hash.Next(events, data, _link);
        Compare(version, sequence);
        if (_isPosition)
        {
            Fold(events, data, version, sequence);
        }
    }

    public async ValueTask End(Lookahead positions, Lookahead links, CancellationToken cancellation)
    {
        if (Stream is null)
        {
            return;
        }

        if (_links.Count > 0 && _links[^1] is var last && last.First + (last.Hashes.Length / ChainHash.Length) - 1 is var linked && linked > _version)
        {
            Tell("event-missing", _version + 1, $"{linked} events are linked in the chain, and {_version} are there.");
        }

        if (_headAtCheckpoint is { } head)
        {
            heads.Add(Stream, head.Version, head.Head);
        }

        if (_isPosition && !_isBroken)
        {
            balances.End();
            if (positions.Key == Stream)
            {
                PositionsChecked++;
                if (PositionRow.Read(positions.Row).FirstDifference(balances.Position) is { } difference)
                {
                    Tell("position", _version, difference);
                }
            }
            else
            {
                Tell("position", null, "The position has events and no row.");
            }
        }

        if (positions.Key == Stream)
        {
            await positions.Advance(cancellation);
        }
    }

    /// <summary>After the last stream.</summary>
    public async ValueTask Rest(Lookahead positions, Lookahead links, CancellationToken cancellation)
    {
        await Skip(positions, links, null, cancellation);
        await balances.Rest(cancellation);
    }

    private async ValueTask Skip(Lookahead positions, Lookahead links, string? until, CancellationToken cancellation)
    {
        while (positions.Key is { } position && (until is null || Utf8Order.Compare(position, until) < 0))
        {
            found.Add(Difference.At("position", position, null, "The position has a row and no events."));
            await positions.Advance(cancellation);
        }

        while (links.Key is { } stream && (until is null || Utf8Order.Compare(stream, until) < 0))
        {
            found.Add(Difference.At("event-missing", stream, 1, "The stream has a chain and no events."));
            await links.Advance(cancellation);
        }
    }

    private void Compare(long version, long sequence)
    {
        while (_at < _links.Count && version >= _links[_at].First + (_links[_at].Hashes.Length / ChainHash.Length))
        {
            _at++;
        }

        if (_at == _links.Count || version < _links[_at].First)
        {
            if (sequence <= settled && !_isBroken)
            {
                Tell("event-not-linked", version, $"Event {sequence} is not in the chain.");
            }

            return;
        }

        EventsLinked++;
        var expected = _links[_at].Hashes.AsSpan((int)(version - _links[_at].First) * ChainHash.Length, ChainHash.Length);
        if (checkpointRound is { } round && _links[_at].Round <= round)
        {
            _headAtCheckpoint = (version, (byte[])_link.Clone());
        }

        if (!expected.SequenceEqual(_link))
        {
            Tell("event-changed", version, $"Event {sequence} is no longer what was recorded.");
            expected.CopyTo(_link); // what follows is compared on its own
        }
    }

    private void Fold(NpgsqlDataReader events, byte[] data, long version, long sequence)
    {
        var type = events.GetString(4);
        if (!StoredEvents.TryRead(type, data, out var happened))
        {
            Tell("event-unreadable", version, $"Event {sequence} of type '{type}' cannot be read.");
            _isBroken = true;
            return;
        }

        memory.Add(happened, sequence);
        if (!_isBroken)
        {
            balances.Add(new RecordedEvent(events.GetFieldValue<Instant>(5), happened, events.IsDBNull(8) ? null : events.GetFieldValue<Instant>(8)));
            if (happened is StockFact fact && fact.OnHandAfter != balances.Position.OnHand)
            {
                Tell("event-inconsistent", version, Text($"It says that on-hand is {fact.OnHandAfter:0.####} afterwards; it is {balances.Position.OnHand:0.####}."));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Tell(string what, long? version, string detail) => found.Add(Difference.At(what, Stream!, version, detail));
}
