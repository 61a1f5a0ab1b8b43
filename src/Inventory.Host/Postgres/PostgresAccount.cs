using System.Globalization;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>The account that PostgreSQL runs as. It refuses to run as root, and so do we.</summary>
public sealed record PostgresAccount(int UserId, int GroupId)
{
    /// <summary>
    /// Null when the host is no root: PostgreSQL then runs as the host does. A root host starts it as whoever owns the
    /// cluster already, else to <c>postgres</c>, else to <c>nobody</c>.
    /// </summary>
    public static PostgresAccount? ToDropTo(string? existingCluster)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        if (existingCluster is not null && Owner(existingCluster) is { UserId: not 0 } owner)
        {
            return owner;
        }

        var accounts = File.ReadAllLines("/etc/passwd");
        return Find(accounts, "postgres") ?? Find(accounts, "nobody")
            ?? throw new LocalPostgresException("PostgreSQL does not run as root, and there is neither an account 'postgres' nor 'nobody' to run it as.");
    }

    /// <summary>The command that runs what follows as this account, unable to gain anything back.</summary>
    public IEnumerable<string> Prefix() =>
        ["setpriv", $"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", "--no-new-privs", "--"];

    public static PostgresAccount? Find(IEnumerable<string> passwd, string name) =>
        passwd.Select(line => line.Split(':'))
            .Where(fields => fields.Length > 3 && fields[0] == name)
            .Select(fields => Parse(fields[2], fields[3]))
            .FirstOrDefault(account => account.UserId != 0);

    private static PostgresAccount Owner(string path)
    {
        var owner = ShellCommand.Run(["stat", "-c", "%u %g", path]).Split(' ');
        return Parse(owner[0], owner[1]);
    }

    private static PostgresAccount Parse(string user, string group) =>
        new(int.Parse(user, CultureInfo.InvariantCulture), int.Parse(group, CultureInfo.InvariantCulture));
}
