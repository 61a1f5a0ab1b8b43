using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using Npgsql;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>A statement about all chains at once. Who keeps one elsewhere can prove later that nothing before it was changed, whoever owns the database.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When it was made.</param>
/// <param name="Round">Links of this round and of earlier ones are in it.</param>
/// <param name="Streams">How many chains there are.</param>
/// <param name="Events">How many events they link.</param>
/// <param name="Root">SHA-256 over the heads of all chains, by stream: its length (4 bytes), its UTF-8, the version of the head (8 bytes), the head's hash.</param>
/// <param name="Previous">SHA-256 of the statement before it; 32 zeros for the first.</param>
/// <param name="Key">Which key signed it: the first 16 hexadecimal digits of the SHA-256 of the public key.</param>
/// <param name="Signature">ECDSA with SHA-256 over the UTF-8 of <see cref="Statement"/>, in the form of IEEE P1363.</param>
public sealed record Checkpoint(long Number, Instant At, long Round, long Streams, long Events, byte[] Root, byte[] Previous, string Key, byte[] Signature)
{
    /// <summary>What is signed.</summary>
    public string Statement => string.Create(
        CultureInfo.InvariantCulture,
        $"retailsync checkpoint {Number}\nat {InstantPattern.ExtendedIso.Format(At)}\nround {Round}\nstreams {Streams}\nevents {Events}\nroot {Convert.ToHexStringLower(Root)}\nprevious {Convert.ToHexStringLower(Previous)}\n");

    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Statement));
}

/// <summary>
/// Makes a checkpoint every hour and signs it with <c>Audit:SigningKey</c>, a PEM with an EC private key. In Development a key is made and kept in
/// the database; elsewhere, without one, there are no checkpoints: a key beside what it protects would prove nothing.
/// </summary>
public sealed class SignCheckpoints(NpgsqlDataSource database, IConfiguration configuration, IHostEnvironment environment, IClock clock, ILogger<SignCheckpoints> log)
{
    public const string KeySetting = "Audit:SigningKey";

    private static readonly Duration Between = Duration.FromHours(1);

    private const string Columns = "number, at, round, streams, events, root, previous, key, signature";

    private bool _isWithoutKey;

    /// <summary>The public key in PEM; null where there is no key.</summary>
    public async Task<string?> PublicKey(CancellationToken cancellation)
    {
        using var key = await Key(cancellation);
        return key?.ExportSubjectPublicKeyInfoPem();
    }

    public async Task SignWhenDue(CancellationToken cancellation)
    {
        if (await Newest(cancellation) is not { } newest || clock.GetCurrentInstant() - newest.At >= Between)
        {
            await Sign(cancellation);
        }
    }

    /// <summary>Makes one now.</summary>
    /// <returns>Null where there is no key, or nothing new to state.</returns>
    public async Task<Checkpoint?> Sign(CancellationToken cancellation)
    {
        using var key = await Key(cancellation);
        if (key is null)
        {
            if (!_isWithoutKey)
            {
                log.LogWarning("{Setting} is not set: no signed checkpoints are made", KeySetting);
                _isWithoutKey = true;
            }

            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        await using var progress = new NpgsqlCommand($"select round from {ChainTables.Progress} where id = 1", connection);
        if (await progress.ExecuteScalarAsync(cancellation) is not long round || await Newest(cancellation) is { } newest && newest.Round >= round)
        {
            return null;
        }

        var before = await Newest(cancellation);
        await using var select = new NpgsqlCommand(ChainHeads.Select, connection) { CommandTimeout = 0 };
        select.Parameters.AddWithValue(round);
        ChainHeads heads;
        await using (var reader = await select.ExecuteReaderAsync(cancellation))
        {
            heads = await ChainHeads.Read(reader, cancellation);
        }

        // The database keeps microseconds.
        var at = Instant.FromUnixTimeTicks(clock.GetCurrentInstant().ToUnixTimeTicks() / 10 * 10);
        var unsigned = new Checkpoint(
            (before?.Number ?? 0) + 1, at, round, heads.Streams, heads.Events, heads.Root, before?.Hash ?? new byte[ChainHash.Length], NameOf(key), []);
        var signed = unsigned with { Signature = key.SignData(Encoding.UTF8.GetBytes(unsigned.Statement), HashAlgorithmName.SHA256) };
        await Put(signed, connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return signed;
    }

    public async Task<Checkpoint?> Newest(CancellationToken cancellation) => (await List(long.MaxValue, 1, newestFirst: true, cancellation)).FirstOrDefault();

    /// <summary>Checkpoints behind a number, oldest first; or before it, newest first.</summary>
    public async Task<List<Checkpoint>> List(long number, int limit, bool newestFirst, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {ChainTables.Checkpoints} where number {(newestFirst ? "<" : ">")} $1 order by number {(newestFirst ? "desc" : "")} limit $2");
        command.Parameters.AddWithValue(number);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Checkpoint> found = [];
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Checkpoint(
                reader.GetInt64(0), reader.GetFieldValue<Instant>(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5),
                reader.GetFieldValue<byte[]>(6), reader.GetString(7), reader.GetFieldValue<byte[]>(8)));
        }

        return found;
    }

    /// <summary>Whether the signature is right; one of another key, which was in use before, is not judged.</summary>
    public async Task<bool> IsSigned(Checkpoint checkpoint, CancellationToken cancellation)
    {
        using var key = await Key(cancellation);
        return key is null || NameOf(key) != checkpoint.Key || key.VerifyData(Encoding.UTF8.GetBytes(checkpoint.Statement), checkpoint.Signature, HashAlgorithmName.SHA256);
    }

    private static async Task Put(Checkpoint made, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {ChainTables.Checkpoints} ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (number) do nothing", connection);
        foreach (var value in new object[] { made.Number, made.At, made.Round, made.Streams, made.Events, made.Root, made.Previous, made.Key, made.Signature })
        {
            command.Parameters.AddWithValue(value);
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string NameOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private async Task<ECDsa?> Key(CancellationToken cancellation)
    {
        var pem = configuration[KeySetting] is { Length: > 0 } configured ? configured : environment.IsDevelopment() ? await DevelopmentKey(cancellation) : null;
        if (pem is null)
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidOperationException($"{KeySetting} is no PEM with an EC private key."); // without the cause, which may quote it
        }
    }

    private async Task<string> DevelopmentKey(CancellationToken cancellation)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var insert = database.CreateCommand($"insert into {ChainTables.Keys} (id, private_key) values (1, $1) on conflict (id) do nothing");
        insert.Parameters.AddWithValue(made.ExportPkcs8PrivateKeyPem());
        await using var select = database.CreateCommand($"select private_key from {ChainTables.Keys} where id = 1");
        if (await select.ExecuteScalarAsync(cancellation) is string known)
        {
            return known;
        }

        await insert.ExecuteNonQueryAsync(cancellation);
        return (string)(await select.ExecuteScalarAsync(cancellation))!;
    }
}
