using System.Data;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>
/// Makes a checkpoint every hour and signs it (<see cref="CheckpointKeys"/>); without a key there are none. A signature says more than the statement: before it
/// signs, it compares the newest checkpoint with the
/// chains of today, with what this host has seen before and with what was written to the file of checkpoints (<see cref="CheckpointFile"/>). Where they differ
/// it does not sign and raises the alert
/// <c>checkpoint-differs</c>: a changed history is not signed, so the newest checkpoint vouches for all before it.
/// </summary>
public sealed class ChainCheckpointSigner(NpgsqlDataSource database, CheckpointKeys keys, CheckpointFile file, IClock clock, ILogger<ChainCheckpointSigner> log)
{
    private static readonly Duration Between = Duration.FromHours(1);

    /// <summary>After a refusal: the comparison reads the heads of all chains.</summary>
    private static readonly Duration BetweenRefusals = Duration.FromMinutes(10);

    private bool _isWithoutKey;
    private Instant _notBefore = Instant.MinValue;
    private volatile Checkpoint? _seen;

    /// <summary>The newest that this host has read since it started: it must not disappear.</summary>
    public Checkpoint? Seen => _seen;

    public async Task SignWhenDue(CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        if (now < _notBefore)
        {
            return;
        }

        if (await Look(cancellation) is not { } newest || now - newest.At >= Between)
        {
            await Sign(cancellation);
        }
    }

    /// <summary>Reads the newest; if it disappears, this host detects that from now on.</summary>
    public async Task<Checkpoint?> Look(CancellationToken cancellation)
    {
        var newest = await Newest(cancellation);
        if (newest is not null && (_seen is not { } seen || newest.Number > seen.Number))
        {
            _seen = newest;
        }

        return newest;
    }

    /// <summary>Makes one now.</summary>
    /// <returns>Null where there is no key, nothing new to state, or a difference to be resolved first.</returns>
    public async Task<Checkpoint?> Sign(CancellationToken cancellation)
    {
        using var key = await keys.Signing(cancellation);
        if (key is null)
        {
            WarnOnce();
            return null;
        }

        // Before the state of the database is chosen: what another host makes afterwards is not in it.
        var seen = _seen;
        var (written, unreadable) = ReadFile();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var before = await CheckpointTable.Newest(connection, cancellation);
        if (await Round(connection, cancellation) is not { } round || before?.Round == round && before.Number >= (seen?.Number ?? 0))
        {
            return null;
        }

        var outside = new[] { (seen, "this host has seen"), (written, $"was written to {file.Path}") };
        if ((unreadable ?? await Contradiction(connection, outside, before, round, cancellation)) is { } contradiction)
        {
            await Refuse(contradiction, cancellation);
            return null;
        }

        var signed = Next(before, round, await ChainHeads.Read(connection, round, cancellation), key);
        try
        {
            if (!await CheckpointTable.Add(connection, signed, cancellation))
            {
                return null;
            }

            await transaction.CommitAsync(cancellation);
        }
        catch (PostgresException other) when (other.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            return null; // another host won the race
        }

        _seen = signed;
        await UpdateAlerts([], cancellation);
        return signed;
    }

    private void WarnOnce()
    {
        if (!_isWithoutKey)
        {
            log.LogWarning("{Setting} is not set: no signed checkpoints are made", CheckpointKeys.SigningSetting);
            _isWithoutKey = true;
        }
    }

    /// <summary>The newest checkpoint of the host's file; or why that cannot be read.</summary>
    private (Checkpoint? Written, string? Unreadable) ReadFile()
    {
        try
        {
            return (file.Newest(), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, $"{file.Path} cannot be compared: {failure.Message}.");
        }
    }

    private async Task Refuse(string contradiction, CancellationToken cancellation)
    {
        _notBefore = clock.GetCurrentInstant() + BetweenRefusals;
        log.LogError("No checkpoint is signed: {Contradiction}", contradiction);
        var detail = $"{contradiction} No checkpoint is signed until that is cleared up. Verify everything (GET /v1/audit/verify).";
        await UpdateAlerts([new Finding(AlertKind.CheckpointDiffers, "checkpoints", detail)], cancellation);
    }

    private Checkpoint Next(Checkpoint? before, long round, ChainHeads heads, ECDsa key)
    {
        // The database keeps microseconds.
        var at = Instant.FromUnixTimeTicks(clock.GetCurrentInstant().ToUnixTimeTicks() / 10 * 10);
        var unsigned = new Checkpoint(
            (before?.Number ?? 0) + 1, at, round, heads.Streams, heads.Events, heads.Root,
            before?.Hash ?? new byte[ChainHash.Length], TrustedKeys.NameOf(key), []);
        return unsigned with { Signature = key.SignData(Encoding.UTF8.GetBytes(unsigned.Statement), HashAlgorithmName.SHA256) };
    }

    public async Task<Checkpoint?> Newest(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await CheckpointTable.Newest(connection, cancellation);
    }

    /// <summary>Checkpoints behind a number, oldest first.</summary>
    public async Task<List<Checkpoint>> After(long number, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await CheckpointTable.After(connection, number, limit, cancellation);
    }

    private static async Task<long?> Round(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select round from {ChainTables.Progress} where id = 1", connection);
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>Why the next checkpoint must not be signed; null where it may be.</summary>
    private async Task<string?> Contradiction(
        NpgsqlConnection connection, (Checkpoint? Known, string Where)[] outside, Checkpoint? before, long round, CancellationToken cancellation)
    {
        using var trusted = await keys.Trusted(cancellation);
        foreach (var (known, where) in outside)
        {
            if (known is not null && !(await CheckpointTable.Find(connection, known.Number, cancellation) is { } stored && stored.States(known)))
            {
                return $"Checkpoint {known.Number}, which {where}, is no longer in the database.";
            }
        }

        if (before is null)
        {
            return null;
        }

        if (trusted.Refusal(before) is { } refusal)
        {
            return $"Checkpoint {before.Number} {refusal}.";
        }

        var heads = await ChainHeads.Read(connection, before.Round, cancellation);
        return round <= before.Round || heads.Streams != before.Streams || heads.Events != before.Events || !heads.Root.AsSpan().SequenceEqual(before.Root)
            ? $"The chains of today are not those of checkpoint {before.Number}."
            : null;
    }

    private Task UpdateAlerts(IReadOnlyList<Finding> findings, CancellationToken cancellation) =>
        AlertTable.Update(database, [AlertKind.CheckpointDiffers], findings, clock.GetCurrentInstant(), cancellation);
}
