using System.Diagnostics;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>
/// One run of PostgreSQL, with a shell beside it that holds the other end of a pipe to us. However the host ends, <c>kill -9</c>
/// included, the pipe closes, and the shell stops PostgreSQL as on any other day.
/// </summary>
internal sealed class PostgresProcess : IDisposable
{
    /// <summary>
    /// The cluster's directory, already opened. Below a directory that is closed to PostgreSQL's account (a clone in <c>/root</c>, a
    /// <c>mktemp -d</c>) this way leads in where the path does not.
    /// </summary>
    public const string OpenedDirectory = "/proc/self/fd/9";

    /// <summary>$1 the cluster, $2 the socket directory, $3 the file for what is said before the log is open; then the command.</summary>
    private const string StopWithTheHost = """
        cluster=$1 sockets=$2
        exec 4<&0 </dev/null >"$3" 2>&1 9<"$cluster"
        shift 3
        "$@" 4<&- &
        postgres=$!
        (read -r _ <&4; kill -INT $postgres) 9<&- &
        watch=$!
        wait $postgres
        code=$?
        kill $watch 2>/dev/null
        if [ $code = 0 ]; then rm -rf "$sockets"; fi
        exit $code
        """;

    private readonly Process process;

    private PostgresProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>In a session of its own: Ctrl-C in a terminal is for the host, which stops PostgreSQL last.</summary>
    public static PostgresProcess Start(PostgresCluster cluster, PostgresSettings settings, string socketDirectory, string firstWords)
    {
        SocketDirectory.Create(socketDirectory, cluster.Account);
        var start = ShellCommand.Describe(
        [
            "setsid", "sh", "-c", StopWithTheHost, "postgres-with-host", cluster.Directory, socketDirectory, firstWords,
            .. cluster.Account?.Prefix() ?? [],
            cluster.Binaries.Server, "-D", OpenedDirectory, .. settings.Arguments(socketDirectory),
        ]);
        start.RedirectStandardInput = true;
        return new(Process.Start(start)!);
    }

    /// <summary>The command as the account, with the directory opened as <see cref="OpenedDirectory"/>.</summary>
    public static IEnumerable<string> InDirectory(string directory, PostgresAccount? account, IEnumerable<string> command) =>
        ["sh", "-c", """exec 9<"$1"; shift; exec "$@" """, "sh", directory, .. account?.Prefix() ?? [], .. command];

    /// <summary>A fast shutdown: sessions are ended, everything is written.</summary>
    public void AskToStop() => process.StandardInput.Close();

    public Task WaitForExit(CancellationToken cancellation) => process.WaitForExitAsync(cancellation);

    public void Dispose() => process.Dispose();
}
