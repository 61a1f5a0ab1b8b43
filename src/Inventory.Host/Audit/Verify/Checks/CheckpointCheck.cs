using Npgsql;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Verify.Checks;

/// <summary>
/// Checks the checkpoints of one state of the database: each alone and against the one before it, all against the copies that the host and the caller have,
/// and what they state against the chains. Each link is
/// compared with its event elsewhere, so the chains are those of the events too.
/// </summary>
/// <param name="trusted">Whose signatures count; disposed of with this.</param>
/// <param name="seen">The newest that the host has seen; null where it has seen none since it started.</param>
/// <param name="file">What the host has written out.</param>
/// <param name="copies">What the caller has kept.</param>
internal sealed class CheckpointCheck(TrustedKeys trusted, Checkpoint? seen, CheckpointFile file, IReadOnlyList<Checkpoint> copies) : IDisposable
{
    /// <summary>
    /// Heads of chains that are added up, over all checkpoints: some ten seconds of a processor. Where there are more chains and checkpoints than that, the
    /// newest are compared with the chains, and whoever signed each of them
    /// has compared the one before it (<see cref="ChainCheckpointSigner"/>).
    /// </summary>
    private const long HeadsAtMost = 50_000_000;

    private readonly List<Difference> _found = [];
    private readonly List<Difference> _ofCopies = [];
    private IReadOnlyList<Checkpoint> _written = [];
    private List<Checkpoint> _stored = [];

    /// <summary>The number of the newest; null when there is none.</summary>
    public long? Newest => _stored.Count == 0 ? null : _stored[^1].Number;

    public int Checked => _stored.Count;

    public int CopiesChecked => copies.Count + _written.Count;

    public void Dispose() => trusted.Dispose();

    /// <summary>Before the state of the database is chosen: what was made afterwards would be missing in it.</summary>
    public void ReadFile()
    {
        try
        {
            _written = file.ReadAll() ?? [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _ofCopies.Add(CheckpointChain.Differs(CheckpointChain.Copy, $"{file.Path} cannot be compared: {unreadable.Message}."));
        }
    }

    /// <summary>Reads and checks the checkpoints, without the chains.</summary>
    public async Task Read(AuditSnapshot snapshot, CancellationToken cancellation)
    {
        await using (var reader = await snapshot.Read(CheckpointTable.SelectAll, cancellation))
        {
            _stored = await CheckpointTable.Read(reader, cancellation);
        }

        _found.AddRange(CheckpointChain.Check(_stored, trusted));
        await using (var reader = await snapshot.Read($"select coalesce(max(round), 0) from {ChainTables.Progress}", cancellation))
        {
            await reader.ReadAsync(cancellation);
            if (Newest is { } newest && reader.GetInt64(0) < _stored[^1].Round)
            {
                _found.Add(Stored($"The chains are said to be behind checkpoint {newest}: no other would be made."));
            }
        }

        Compare(seen is null ? [] : [seen], "what this host has seen");
        Compare(copies, "among those that it was to be compared with");
        Compare(_written, $"in {file.Path}");
    }

    /// <summary>Compares what checkpoints state of the chains; may be done beside others who read.</summary>
    public async Task ReadHeads(AuditSnapshot snapshot, bool isInOrder, CancellationToken cancellation)
    {
        if (_stored.Count == 0)
        {
            return;
        }

        var compared = _stored.TakeLast((int)Math.Clamp(HeadsAtMost / Math.Max(1, _stored[^1].Streams), 1, _stored.Count)).ToList();
        long[] rounds = [.. compared.Select(made => made.Round).Distinct().Order()];
        ChainHeads[] heads;
        bool isRepaired;
        await using (var reader = await snapshot.Read($"select exists (select from {ChainTables.Replaced})", cancellation))
        {
            await reader.ReadAsync(cancellation);
            isRepaired = reader.GetBoolean(0);
        }

        await using (var reader = await snapshot.Read(
            ChainHeads.SelectSeveral(isInOrder ? "stream" : "stream collate \"C\"", isRepaired), cancellation,
            new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(rounds, Above) }, new NpgsqlParameter<long> { TypedValue = Above(rounds[^1]) }))
        {
            heads = await ChainHeads.ReadSeveral(reader, rounds.Length, cancellation);
        }

        foreach (var made in compared)
        {
            var today = heads[Array.BinarySearch(rounds, made.Round)];
            if (today.Streams != made.Streams || today.Events != made.Events || !today.Root.AsSpan().SequenceEqual(made.Root))
            {
                _found.Add(Stored($"The chains of today are not those of checkpoint {made.Number}."));
            }
        }
    }

    /// <summary>The differences: within the database, then from the copies kept elsewhere.</summary>
    public IEnumerable<Difference> Differences() => _found.Concat(_ofCopies);

    private static Difference Stored(FormattableString detail) => CheckpointChain.Differs(CheckpointChain.Stored, detail);

    private static long Above(long round) => round == long.MaxValue ? round : round + 1;

    private void Compare(IReadOnlyList<Checkpoint> kept, string where) => _ofCopies.AddRange(CheckpointChain.Compare(kept, _stored, trusted, where));
}
