using System.Security.Cryptography;
using Npgsql;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>
/// The keys of checkpoints, from the configuration: <c>Audit:SigningKey</c> (a PEM with an EC private key) or <c>Audit:SigningKeyFile</c> (a file with one)
/// signs, and beside its public key those of
/// <c>Audit:TrustedKeys</c> (PEM, one or several for each entry) count: keys that signed before, or those of other hosts. In Development a key is made where
/// none is configured. A host with a PostgreSQL of its own keeps it
/// beside that, in the file that <c>Audit:DevelopmentKeyFile</c> names; without one it is in the database, where several hosts find it, and proves nothing
/// against the database's owner.
/// </summary>
public sealed class CheckpointKeys : IDisposable
{
    public const string SigningSetting = "Audit:SigningKey";
    public const string SigningFileSetting = "Audit:SigningKeyFile";
    public const string DevelopmentFileSetting = "Audit:DevelopmentKeyFile";
    public const string TrustedSetting = "Audit:TrustedKeys";

    private readonly NpgsqlDataSource _database;
    private readonly SemaphoreSlim _one = new(1);
    private readonly bool _isDevelopment;
    private readonly string? _developmentFile;
    private readonly byte[][] _trusted;
    private string? _signing;

    /// <exception cref="SettingsException">A key is none, and which.</exception>
    public CheckpointKeys(NpgsqlDataSource database, IConfiguration configuration, IHostEnvironment environment)
    {
        var options = configuration.Read<AuditOptions>();
        (_database, _isDevelopment, _developmentFile) = (database, environment.IsDevelopment(), options.DevelopmentKeyFile);
        _trusted = [.. Trusted(configuration)];
        if (options.SigningKey is { Length: > 0 } configured)
        {
            using var key = PrivateKey(configured, SigningSetting);
            _signing = configured;
        }
        else if (options.SigningKeyFile is { Length: > 0 } file)
        {
            _signing = ReadFile(file, SigningFileSetting);
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The key that signs; null where there is none. The caller disposes of it.</summary>
    public async Task<ECDsa?> Signing(CancellationToken cancellation)
    {
        if (_signing is null && _isDevelopment && _trusted.Length == 0)
        {
            await _one.WaitAsync(cancellation);
            try
            {
                _signing ??= string.IsNullOrEmpty(_developmentFile) ? await KeptInDatabase(cancellation) : await KeptInFile(_developmentFile, cancellation);
            }
            finally
            {
                _one.Release();
            }
        }

        return _signing is null ? null : PrivateKey(_signing, SigningSetting);
    }

    /// <summary>The keys whose signatures count: the signing key's and the configured ones. The caller disposes of them.</summary>
    public async Task<TrustedKeys> Trusted(CancellationToken cancellation)
    {
        using var signing = await Signing(cancellation);
        return new TrustedKeys(signing is null ? _trusted : [signing.ExportSubjectPublicKeyInfo(), .. _trusted]);
    }

    private static IEnumerable<byte[]> Trusted(IConfiguration configuration)
    {
        var section = configuration.GetSection(TrustedSetting);
        foreach (var entry in section.GetChildren().Prepend(section).Where(entry => !string.IsNullOrWhiteSpace(entry.Value)))
        {
            ReadOnlySpan<char> rest = entry.Value;
            List<byte[]> found = [];
            while (PemEncoding.TryFind(rest, out var pem))
            {
                found.Add(PublicKey(rest[pem.Location], entry.Path));
                rest = rest[pem.Location.End..];
            }

            if (found.Count == 0 || !rest.IsWhiteSpace())
            {
                throw NoPublicKey(entry.Path);
            }

            foreach (var key in found)
            {
                yield return key;
            }
        }
    }

    private static byte[] PublicKey(ReadOnlySpan<char> pem, string setting)
    {
        // A private key would be read as well, and has no business where only public ones are meant to be.
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw NoPublicKey(setting);
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.ExportSubjectPublicKeyInfo();
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            throw NoPublicKey(setting);
        }
    }

    private static ECDsa PrivateKey(string pem, string setting)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            _ = key.SignData([], HashAlgorithmName.SHA256); // a public key is read as well
            return key;
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new SettingsException($"{setting} is no PEM with an EC private key."); // without the cause, which may quote it
        }
    }

    private static SettingsException NoPublicKey(string setting) =>
        new($"{setting} is no PEM with EC public keys (openssl ec -in key.pem -pubout makes one).");

    private static string ReadFile(string path, string setting)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{setting} names {path}, which cannot be read: {unreadable.Message}");
        }

        using var key = PrivateKey(pem, setting);
        return pem;
    }

    /// <summary>
    /// Of a development host with a directory of its own. A key that an earlier build kept in the database is moved out of it, so what it signed still counts.
    /// </summary>
    private async Task<string> KeptInFile(string path, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            return ReadFile(path, DevelopmentFileSetting);
        }

        await using var select = _database.CreateCommand($"select private_key from {ChainTables.Keys} where id = 1");
        var pem = await select.ExecuteScalarAsync(cancellation) as string ?? NewKey();
        var isNewAndOurs = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new StreamWriter(path, isNewAndOurs))
        {
            await file.WriteAsync(pem.AsMemory(), cancellation);
        }

        await using var drop = _database.CreateCommand($"delete from {ChainTables.Keys} where id = 1");
        await drop.ExecuteNonQueryAsync(cancellation);
        return pem;
    }

    /// <summary>Of development hosts over a PostgreSQL that several of them may share: all sign with one key.</summary>
    private async Task<string> KeptInDatabase(CancellationToken cancellation)
    {
        await using var insert = _database.CreateCommand($"insert into {ChainTables.Keys} (id, private_key) values (1, $1) on conflict (id) do nothing");
        insert.Parameters.AddWithValue(NewKey());
        await using var select = _database.CreateCommand($"select private_key from {ChainTables.Keys} where id = 1");
        if (await select.ExecuteScalarAsync(cancellation) is string known)
        {
            return known;
        }

        await insert.ExecuteNonQueryAsync(cancellation);
        return (string)(await select.ExecuteScalarAsync(cancellation))!;
    }

    private static string NewKey()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return made.ExportPkcs8PrivateKeyPem();
    }
}
