using System.Security.Cryptography;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>
/// Where PostgreSQL's socket lives: a short path, since a socket's may have 107 bytes and a data directory's may be longer; open to
/// nobody else, and of a name that nobody can guess and take first.
/// </summary>
internal static class SocketDirectory
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Not below XDG_RUNTIME_DIR: that goes away when the person who started the host logs out.</summary>
    public static string NewPath() => Path.Combine("/tmp", "retailsync-" + RandomNumberGenerator.GetHexString(16, lowercase: true));

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
