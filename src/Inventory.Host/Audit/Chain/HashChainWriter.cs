using System.Data;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit.Chain;

/// <summary>
/// Follows the event log and links every stream's events into a chain of hashes, in a table beside them, with a position checkpoint of its position now
/// and then (<see cref="CheckpointWriter"/>): the write path does not wait for it and does nothing for it. One host does; verification links what is
/// missing as well, so each round takes a lock. Under write load it lags rather than slow writers down, and catches up afterwards.
/// </summary>
public sealed class HashChainWriter([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, TimeProvider time, ILogger<HashChainWriter> log)
    : ClusterAgent("chain-writer")
{
    /// <summary>Few enough that concurrent requests are not slowed down.</summary>
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>While it lags, it pauses this many times as long as it works.</summary>
    private const int RestToWork = 4;

    private const string Schema = Projections.InventorySchema.Name;

    private const string SelectHeads =
        $"""
         select wanted.stream, head.version, substring(head.hashes from length(head.hashes) - 31) as hash
         from unnest($1) as wanted(stream)
         cross join lateral (select version, hashes from {ChainTables.Links} l where l.stream = wanted.stream order by version desc limit 1) as head
         """;

    /// <summary>
    /// What comes after the heads of streams and was not settled when the round began: whatever the tail returned in which read, a chain goes on with its next
    /// event. What is missing of a stream and is settled is for a repair to link, which says so. Parameters: streams, their heads, settled, the newest of the
    /// round.
    /// </summary>
    private const string SelectEvents =
        $"""
         select next.* from unnest($1, $2) as wanted(stream, head)
         cross join lateral (
           select {ChainedEvent.Columns} from {Schema}.mt_events
           where stream_id = wanted.stream and version > wanted.head and seq_id > $3 and seq_id <= $4 order by version offset 0) as next
         order by next.stream_id collate "C", next.version
         """;

    private const string InsertLinks =
        $"insert into {ChainTables.Links} (stream, version, round, hashes) select s, v, $4, h from unnest($1, $2, $3) as made(s, v, h)";

    private const string PutProgress =
        $"insert into {ChainTables.Progress} (id, settled, round) values (1, $1, $2) on conflict (id) do update set settled = excluded.settled, round = "
            + $"excluded.round";

    private readonly SemaphoreSlim _one = new(1);
    private readonly ChainHash _hash = new();
    private EventTail? _tail;

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>Links what has been recorded and is not linked yet, unless another host holds the lock.</summary>
    /// <returns>How many events.</returns>
    public Task<int> Extend(CancellationToken cancellation) => Extend(everything: true, cancellation);

    private async Task<int> Extend(bool everything, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var all = 0;
            int linked;
            do
            {
                all += linked = await Round(cancellation);
            }
            while (everything && linked >= AtOnce);
            return all;
        }
        catch
        {
            _tail = null; // what it has returned is not linked
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    protected override async Task Work(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                var started = time.GetTimestamp();
                var linked = await Extend(everything: false, stopping);
                pause = linked >= AtOnce ? time.GetElapsedTime(started) * RestToWork : Pause;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("Events could not be linked into their chains ({Reason}); trying again", failure.Message);
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> Round(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var turn = new NpgsqlCommand(ChainTables.TryLock, connection, transaction))
        {
            if (!(bool)(await turn.ExecuteScalarAsync(cancellation))!)
            {
                return 0;
            }
        }

        var (settled, round) = await ChainTables.ReadProgress(connection, cancellation);
        if (_tail is null || _tail.CompleteUpTo < settled)
        {
            _tail = new EventTail(database, settled);
        }

        var events = await _tail.Read(AtOnce, cancellation);
        var linked = events.Count == 0 ? 0 : await Link(transaction, events, settled, round + 1, cancellation);
        if (linked > 0 || _tail.CompleteUpTo > settled)
        {
            await using var put = new NpgsqlCommand(PutProgress, connection, transaction);
            put.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _tail.CompleteUpTo });
            put.Parameters.Add(new NpgsqlParameter<long> { TypedValue = round + 1 });
            await put.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return events.Count;
    }

    private async Task<int> Link(NpgsqlTransaction transaction, IReadOnlyList<TailedEvent> events, long settled, long round, CancellationToken cancellation)
    {
        var connection = transaction.Connection!;
        string[] streams = [.. events.Select(happened => happened.Stream).Distinct()];
        var heads = await ReadHeads(connection, streams, cancellation);

        // Some may be linked already: by a round whose progress was not settled.
        var made = new List<(string Stream, long Version, MemoryStream Hashes)>();
        await using (var command = new NpgsqlCommand(SelectEvents, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(streams, stream => heads.GetValueOrDefault(stream).Version) });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = settled });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = events[^1].Sequence });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var recorded = ChainedEvent.Read(reader, reader.GetString("stream_id"));
                var (version, hash) = heads.TryGetValue(recorded.Stream, out var head) ? head : (0, new byte[ChainHash.Length]);

                // A row has the hashes of neighbours: where one is missing, another row begins, which says which one it is.
                if (made.Count == 0 || made[^1].Stream != recorded.Stream || recorded.Version != version + 1)
                {
                    made.Add((recorded.Stream, 0, new MemoryStream()));
                }

                _hash.Next(recorded, hash);
                made[^1].Hashes.Write(hash);
                made[^1] = made[^1] with { Version = recorded.Version };
                heads[recorded.Stream] = (recorded.Version, hash);
            }
        }

        await using var insert = new NpgsqlCommand(InsertLinks, connection);
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, made, link => link.Stream));
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, made, link => link.Version));
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bytea, made, link => link.Hashes.ToArray()));
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = round });
        await insert.ExecuteNonQueryAsync(cancellation);

        var passed = made.FindAll(
            link => link.Stream.Contains('@', StringComparison.Ordinal)
            && CheckpointWriter.Due(link.Version) > link.Version - (link.Hashes.Length / ChainHash.Length));
        await Balance(transaction, passed.ConvertAll(link => link.Stream), passed.ConvertAll(link => link.Version), cancellation);
        return made.Count;
    }

    /// <summary>
    /// A position checkpoint that cannot be made is no reason to leave events unlinked: those that are due of its position are made the next time.
    /// </summary>
    private async Task Balance(NpgsqlTransaction transaction, List<string> streams, List<long> heads, CancellationToken cancellation)
    {
        if (streams.Count == 0)
        {
            return;
        }

        const string Linked = "linked";
        await transaction.SaveAsync(Linked, cancellation);
        try
        {
            await CheckpointWriter.Make(transaction.Connection!, streams, heads, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            await transaction.RollbackAsync(Linked, cancellation);
            log.LogWarning(failure, "Balances of positions could not be made; questions about the past are answered from more events");
        }
    }

    private static async Task<Dictionary<string, (long Version, byte[] Hash)>> ReadHeads(
        NpgsqlConnection connection, string[] streams, CancellationToken cancellation)
    {
        var heads = new Dictionary<string, (long, byte[])>(streams.Length);
        await using var command = new NpgsqlCommand(SelectHeads, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            heads.Add(reader.GetString("stream"), (reader.GetInt64("version"), reader.GetFieldValue<byte[]>("hash")));
        }

        return heads;
    }
}
