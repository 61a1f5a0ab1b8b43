using System.Globalization;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>Where PostgreSQL's programs are on this machine.</summary>
public sealed record PostgresBinaries(string Directory, int Version)
{
    public const int OldestVersion = 15;

    public string Initdb => Path.Combine(Directory, "initdb");

    public string Server => Path.Combine(Directory, "postgres");

    /// <summary>
    /// The newest that is new enough, or exactly the one that an existing cluster was made with: a cluster is not read by another
    /// major version.
    /// </summary>
    /// <exception cref="LocalPostgresException">There is none.</exception>
    public static PostgresBinaries Find(int? version)
    {
        var found = Candidates().Where(candidate => version is null ? candidate.Version >= OldestVersion : candidate.Version == version)
            .MaxBy(candidate => candidate.Version);
        return found ?? throw new LocalPostgresException(version is null
            ? $"PostgreSQL {OldestVersion} or newer is needed and was not found: install it ('apt-get install postgresql'), or name a database in "
                + $"ConnectionStrings__RetailSync."
            : $"The data was written by PostgreSQL {version}, which is not installed here: install it ('apt-get install postgresql-{version}'), or choose "
                + $"another --data directory.");
    }

    private static IEnumerable<PostgresBinaries> Candidates()
    {
        const string packaged = "/usr/lib/postgresql";
        var directories = System.IO.Directory.Exists(packaged)
            ? System.IO.Directory.GetDirectories(packaged).Select(directory => Path.Combine(directory, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted);
        return directories.Concat(onPath)
            .Where(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")))
            .Select(directory => new PostgresBinaries(directory, MajorVersion(ShellCommand.Run([Path.Combine(directory, "postgres"), "--version"]))));
    }

    /// <summary>15 of <c>postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)</c>.</summary>
    public static int MajorVersion(string text)
    {
        var digits = text[(text.IndexOf(')', StringComparison.Ordinal) + 1)..].Trim().TakeWhile(char.IsAsciiDigit).ToArray();
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
