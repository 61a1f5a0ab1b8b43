using System.Data;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Audit.Verify.Checks;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>What was repaired of the chains.</summary>
/// <param name="StreamsRepaired">Chains that left events out, and do not any more.</param>
/// <param name="EventsLinked">The events that they left out.</param>
/// <param name="First">The first of those streams, at most a hundred.</param>
/// <param name="StreamsLeft">Chains that leave events out and were not repaired, at most a hundred: links of theirs are of something else than what is
/// stored.</param>
public sealed record ChainsRepaired(long StreamsRepaired, long EventsLinked, IReadOnlyList<string> First, IReadOnlyList<string> StreamsLeft);

/// <summary>
/// Links events that the chains have left out: those of followers that had skipped them. Nothing is linked where the other links are not what their events
/// make: that is no gap but a change, which verify reports. Links that are replaced are kept as they were (<see cref="ChainTables.Replaced"/>), so
/// checkpoints that were
/// made over them can still be checked, and each stream's repair is recorded with who asked for it and which versions are linked late.
/// </summary>
public sealed class RepairChains(
    [FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database, VerifyEverything verify, HashChainWriter chain, RepairLog repairs)
{
    /// <summary>Streams of one commit, for which the chain waits.</summary>
    private const int AtOnce = 50;

    private const int NamedAtMost = 100;

    /// <summary>Hashes of one row.</summary>
    private const int HashesOfRow = 1_000;

    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>Streams whose chain has fewer links than versions, or ends before something that is settled.</summary>
    private const string SelectHoled =
        $"""
         with settled as (select coalesce((select settled from {ChainTables.Progress} where id = 1), 0) as sequence),
         chain as (select stream, max(version) as last, sum(length(hashes)) / 32 as linked from {ChainTables.Links} group by stream)
         select s.id from {Schema}.mt_streams as s left join chain on chain.stream = s.id
         where coalesce(chain.linked, 0) < coalesce(chain.last, 0)
           or (s.version > coalesce(chain.last, 0) and (
             exists (select from {Schema}.mt_events e, settled where e.stream_id = s.id and e.version > coalesce(chain.last, 0) and
                 e.seq_id <= settled.sequence)
             or exists (select from {EventHistory.Archive} a where a.stream = s.id and a.version + cardinality(a.sequences) - 1 > coalesce(chain.last, 0))))
         order by s.id
         """;

    private const string SelectRows =
        $"""
         select stream, {ChainRows.Columns}
         from (select stream, version, hashes from {ChainTables.Links} where stream = any($1) order by stream, version offset 0) as l group by stream
         """;

    private static readonly string SelectEvents =
        $"""
         select e.* from unnest($1) as wanted(stream)
         cross join lateral (select {ChainedEvent.Columns} from {EventHistory.Of("wanted.stream")} offset 0) as e order by wanted.stream, e.version
         """;

    private const string Replace =
        $"""
         with old as (
           delete from {ChainTables.Links} l using unnest($1, $2) as w(stream, after) where l.stream = w.stream and l.version > w.after
           returning l.stream, l.version, l.round, l.hashes)
         insert into {ChainTables.Replaced} (stream, version, replaced_in, round, hashes) select stream, version, $3, round, hashes from old
         """;

    private const string InsertLinks =
        $"insert into {ChainTables.Links} (stream, version, round, hashes) select s, v, $4, h from unnest($1, $2, $3) as made(s, v, h)";

    /// <summary>Before <see cref="Run"/>.</summary>
    /// <exception cref="Http.ApiProblemException">
    /// 409 <c>checkpoint-differs</c>: the chains are not those that were signed; <c>role-may-not-repair</c>: hosts run as a role that changes no links.
    /// </exception>
    public async Task RequireSigned(CancellationToken cancellation)
    {
        await using (var may = database.CreateCommand($"select has_table_privilege('{ChainTables.Links}', 'delete')"))
        {
            if (!(bool)(await may.ExecuteScalarAsync(cancellation))!)
            {
                throw Http.ApiProblemException.Conflict(
                    "role-may-not-repair", "The host's role in the database may not replace links: repair as the owner of the tables.");
            }
        }

        await chain.Extend(cancellation);
        if (!await verify.ChainsAreAsSigned(cancellation))
        {
            throw Http.ApiProblemException.Conflict(
                "checkpoint-differs", "The chains are not those that were signed: verify says what differs. Nothing was repaired.");
        }
    }

    /// <param name="provenance">Who asked for it.</param>
    /// <param name="progress">Called with how many streams are done, of how many that leave events out.</param>
    /// <param name="cancellation">Stops it; what is repaired stays so.</param>
    public async Task<ChainsRepaired> Run(Provenance provenance, Action<long, long>? progress, CancellationToken cancellation)
    {
        var holed = await FindHoled(cancellation);
        var (done, all) = (0L, new List<Relinked>());
        foreach (var streams in holed.Chunk(AtOnce))
        {
            all.AddRange(await Repair(streams, provenance, cancellation));
            progress?.Invoke(done += streams.Length, holed.Count);
        }

        var (repaired, left) = (all.FindAll(one => one.IsIntact), all.FindAll(one => !one.IsIntact));
        return new ChainsRepaired(
            repaired.Count, repaired.Sum(one => one.Late.Count), [.. repaired.Take(NamedAtMost).Select(one => one.Stream)],
            [.. left.Take(NamedAtMost).Select(one => one.Stream)]);
    }

    private async Task<List<string>> FindHoled(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(SelectHoled);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var streams = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            streams.Add(reader.GetString(0));
        }

        return streams;
    }

    private async Task<List<Relinked>> Repair(string[] streams, Provenance provenance, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(ChainTables.Lock);
        var (settled, round) = await ChainTables.ReadProgress(connection, cancellation);
        var made = await Relink(connection, streams, settled, cancellation);
        var intact = made.FindAll(one => one.IsIntact);
        if (intact.Count > 0)
        {
            var rows = intact.SelectMany(one => one.Rows()).ToList();
            await Execute(
                Replace,
                SqlArray.Of(NpgsqlDbType.Text, intact, one => one.Stream), SqlArray.Of(NpgsqlDbType.Bigint, intact, one => one.After),
                new NpgsqlParameter<long> { TypedValue = round + 1 });
            await Execute(
                InsertLinks,
                SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Stream), SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Last),
                SqlArray.Of(NpgsqlDbType.Bytea, rows, row => row.Hashes), new NpgsqlParameter<long> { TypedValue = round + 1 });
            await Execute($"update {ChainTables.Progress} set round = $1 where id = 1", new NpgsqlParameter<long> { TypedValue = round + 1 });
            await repairs.Add(connection, provenance, round + 1, intact.ConvertAll(one => (one.Stream, one.Late)), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return made;

        async Task Execute(string sql, params NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
            command.Parameters.AddRange(parameters);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<List<Relinked>> Relink(NpgsqlConnection connection, string[] streams, long settled, CancellationToken cancellation)
    {
        var chains = new Dictionary<string, List<(long Last, ReadOnlyMemory<byte> Hashes)>>();
        await using (var select = new NpgsqlCommand(SelectRows, connection) { CommandTimeout = 0 })
        {
            select.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
            await using var rows = await select.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                chains.Add(rows.GetString("stream"), ChainRows.Read(rows));
            }
        }

        var made = new List<Relinked>();
        await using var command = new NpgsqlCommand(SelectEvents, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
        await using var events = await command.ExecuteReaderAsync(cancellation);
        while (await events.ReadAsync(cancellation))
        {
            var stored = ChainedEvent.Read(events, events.GetString("stream_id"));
            if (made.Count == 0 || made[^1].Stream != stored.Stream)
            {
                made.Add(new Relinked(stored.Stream, chains.GetValueOrDefault(stored.Stream, []), settled));
            }

            made[^1].Add(stored);
        }

        // One that has been repaired meanwhile has nothing that is late.
        return made.FindAll(one => one.Late.Count > 0 || !one.IsIntact);
    }

    /// <summary>A stream's chain as it should be, beside what it is.</summary>
    private sealed class Relinked
    {
        private readonly LinkMatch _match = new();
        private readonly ChainHash _hash = new();
        private readonly byte[] _link = new byte[ChainHash.Length];
        private readonly List<byte[]> _hashes = [];
        private readonly long _settled;
        private long _version;
        private bool _isChanged;

        public Relinked(string stream, List<(long Last, ReadOnlyMemory<byte> Hashes)> rows, long settled)
        {
            (Stream, _settled) = (stream, settled);
            _match.Begin(rows);
            After = _match.FirstGap ?? _match.Last;
        }

        public string Stream { get; }

        /// <summary>Links up to this version are as they should be.</summary>
        public long After { get; }

        /// <summary>What is linked late: versions and sequences.</summary>
        public List<(long Version, long Sequence)> Late { get; } = [];

        /// <summary>Whether every link is of the event that it should be of.</summary>
        public bool IsIntact => !_isChanged && _version >= _match.Last;

        /// <param name="stored">The next event of the stream; one that is not settled is linked by <see cref="HashChainWriter"/>.</param>
        public void Add(in ChainedEvent stored)
        {
            if (stored.Version > _match.Last && stored.Sequence > _settled)
            {
                return;
            }

            var state = _match.Next(stored);
            _isChanged |= state == LinkState.Changed || stored.Version != _version + 1;
            _version = stored.Version;
            _hash.Next(stored, _link);
            if (state == LinkState.NotLinked)
            {
                Late.Add((stored.Version, stored.Sequence));
            }

            if (stored.Version > After)
            {
                _hashes.Add([.. _link]);
            }
        }

        public IEnumerable<(string Stream, long Last, byte[] Hashes)> Rows()
        {
            var last = After;
            foreach (var hashes in _hashes.Chunk(HashesOfRow))
            {
                last += hashes.Length;
                yield return (Stream, last, hashes.SelectMany(hash => hash).ToArray());
            }
        }
    }
}
