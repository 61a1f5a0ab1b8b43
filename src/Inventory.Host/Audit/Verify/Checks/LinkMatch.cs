using RetailSync.Inventory.Host.Audit.Chain;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>What the chain says of an event.</summary>
internal enum LinkState
{
    /// <summary>It has a link, and is what was linked.</summary>
    Linked,

    /// <summary>It has none. The links around it are what their events make without it.</summary>
    NotLinked,

    /// <summary>Its link, or that of an event in its place, is of something else.</summary>
    Changed,
}

/// <summary>
/// Holds the events of a stream, in the order of versions, against the rows of its chain. A row has the hashes of the events after the row before, up to
/// its own version. One with fewer hashes than there are versions leaves events out: each hash is then of the next event that makes it, so an event that was
/// never linked is distinguished from one that was changed, whose successors' links no event makes. Not for two threads.
/// </summary>
internal sealed class LinkMatch
{
    private readonly ChainHash _hash = new();
    private readonly List<Row> _rows = [];
    private readonly byte[] _link = new byte[ChainHash.Length];
    private readonly byte[] _made = new byte[ChainHash.Length];
    private int _at;
    private int _matched;

    /// <summary>The version that the chain ends with; 0 for no chain.</summary>
    public long Last => _rows.Count > 0 ? _rows[^1].Last : 0;

    /// <summary>The version after which the first row begins that leaves an event out; null where none does.</summary>
    public long? FirstGap => _rows.Find(row => row.LeavesOut)?.After;

    /// <summary>Begins with another stream.</summary>
    /// <param name="rows">Of its chain: the version of the last event of each, and its hashes, in the order of versions.</param>
    public void Begin(IEnumerable<(long Last, ReadOnlyMemory<byte> Hashes)> rows)
    {
        (_at, _matched) = (0, 0);
        Array.Clear(_link);
        _rows.Clear();
        foreach (var (last, hashes) in rows)
        {
            _rows.Add(new Row(Last, last, hashes));
        }
    }

    /// <param name="stored">The next event of the stream.</param>
    public LinkState Next(in ChainedEvent stored)
    {
        while (_at < _rows.Count && stored.Version > _rows[_at].Last)
        {
            (_at, _matched) = (_at + 1, 0);
        }

        if (_at == _rows.Count)
        {
            return LinkState.NotLinked;
        }

        var row = _rows[_at];
        var index = row.LeavesOut ? _matched : row.Count - 1 - (int)(row.Last - stored.Version);
        if (index >= row.Count)
        {
            return LinkState.NotLinked;
        }

        _link.CopyTo(_made, 0);
        _hash.Next(stored, _made);
        var expected = row.Hashes.Span.Slice(index * ChainHash.Length, ChainHash.Length);
        var isRight = expected.SequenceEqual(_made);
        if (!isRight && row.LeavesOut && row.Last - stored.Version >= row.Count - _matched)
        {
            return LinkState.NotLinked;
        }

        // What follows a changed event is compared on its own.
        expected.CopyTo(_link);
        _matched++;
        return isRight ? LinkState.Linked : LinkState.Changed;
    }

    private sealed record Row(long After, long Last, ReadOnlyMemory<byte> Hashes)
    {
        public int Count => Hashes.Length / ChainHash.Length;

        public bool LeavesOut => Count < Last - After;
    }
}
