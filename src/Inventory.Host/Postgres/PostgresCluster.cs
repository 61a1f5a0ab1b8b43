using System.Globalization;
using System.Security.Cryptography;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>PostgreSQL's files under the data directory: made once, whole or not at all.</summary>
internal sealed class PostgresCluster
{
    private const string PasswordFile = "postgres.password";
    private const string UnfinishedPrefix = "postgres.new-";

    private PostgresCluster(string directory, string password, PostgresBinaries binaries, PostgresAccount? account) =>
        (Directory, Password, Binaries, Account) = (directory, password, binaries, account);

    public string Directory { get; }

    public string Password { get; }

    public PostgresBinaries Binaries { get; }

    /// <summary>Null: as the host.</summary>
    public PostgresAccount? Account { get; }

    /// <summary>Finds the cluster in the data directory, or creates it. The caller holds the directory's lock.</summary>
    public static PostgresCluster OpenOrCreate(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, "postgres");
        return System.IO.Directory.Exists(directory) ? Open(directory, dataDirectory) : Create(directory, dataDirectory);
    }

    private static PostgresCluster Open(string directory, string dataDirectory)
    {
        try
        {
            var version = int.Parse(File.ReadAllText(Path.Combine(directory, "PG_VERSION")), CultureInfo.InvariantCulture);
            var password = File.ReadAllText(Path.Combine(dataDirectory, PasswordFile));
            var account = PostgresAccount.ToDropTo(directory);
            if (account is not null && ShellCommand.Run(["stat", "-c", "%u", directory]) == "0")
            {
                // A copy that root restored from a backup.
                ShellCommand.Run(["chown", "-R", $"{account.UserId}:{account.GroupId}", directory]);
            }

            return new(PosixCalls.RealPath(directory), password, PostgresBinaries.Find(version), account);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalPostgresException(
                $"The data in {dataDirectory} belongs to another account: start as that account or as root, or choose another --data directory.", denied);
        }
        catch (Exception broken) when (broken is FileNotFoundException or FormatException)
        {
            throw new LocalPostgresException(
                $"{dataDirectory} is no data directory of RetailSync, or a part of it is missing ({broken.Message}). Choose another --data directory.", broken);
        }
    }

    private static PostgresCluster Create(string directory, string dataDirectory)
    {
        var account = PostgresAccount.ToDropTo(existingCluster: null);
        var binaries = PostgresBinaries.Find(version: null);
        foreach (var left in System.IO.Directory.GetDirectories(dataDirectory, UnfinishedPrefix + "*"))
        {
            System.IO.Directory.Delete(left, recursive: true);
        }

        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        var unfinished = Path.Combine(dataDirectory, UnfinishedPrefix + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var passing = SocketDirectory.Create(SocketDirectory.NewPath(), account);
        try
        {
            WritePrivately(Path.Combine(dataDirectory, PasswordFile), password);
            var passwordFile = Path.Combine(passing, "password");
            WritePrivately(passwordFile, password);
            System.IO.Directory.CreateDirectory(unfinished, SocketDirectory.OwnerOnly);
            if (account is not null)
            {
                PosixCalls.ChangeOwner(passwordFile, account);
                PosixCalls.ChangeOwner(unfinished, account);
            }

            ShellCommand.Run(PostgresProcess.InDirectory(unfinished, account,
            [
                binaries.Initdb, "-D", PostgresProcess.OpenedDirectory, "--locale=C", "--encoding=UTF8", "--data-checksums",
                "--auth=scram-sha-256", $"--username={LocalPostgres.User}", $"--pwfile={passwordFile}", "--no-instructions",
            ]));
            System.IO.Directory.Move(unfinished, directory);
        }
        finally
        {
            System.IO.Directory.Delete(passing, recursive: true);
        }

        return new(PosixCalls.RealPath(directory), password, binaries, account);
    }

    private static void WritePrivately(string path, string text)
    {
        File.Delete(path);
        using var file = new StreamWriter(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(text);
    }
}
