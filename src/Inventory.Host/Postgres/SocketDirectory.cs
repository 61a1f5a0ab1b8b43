using System.Security.Cryptography;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>
/// Where PostgreSQL's socket lives: a short path, since a socket's may have 107 bytes and a data directory's may be longer; open to
/// nobody else, and of a name that nobody can guess and take first.
/// </summary>
internal static class SocketDirectory
{
    private const string Prefix = "/tmp/retailsync-";
    private const int NameLength = 16;

    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Not below XDG_RUNTIME_DIR: that goes away when the person who started the host logs out.</summary>
    public static string NewPath() => Prefix + RandomNumberGenerator.GetHexString(NameLength, lowercase: true);

    /// <summary>Removes the directory if its name is one of ours: it comes from a file that PostgreSQL's account can write.</summary>
    public static void Remove(string path)
    {
        if (IsOneOfOurs(path) && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static bool IsOneOfOurs(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) && path.Length == Prefix.Length + NameLength
        && path.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);

    public static string Create(string path, PostgresAccount? owner)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        if (owner is not null)
        {
            PosixCalls.ChangeOwner(path, owner);
        }

        return path;
    }
}
