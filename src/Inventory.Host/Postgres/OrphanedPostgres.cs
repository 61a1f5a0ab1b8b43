namespace RetailSync.Inventory.Host.Postgres;

/// <summary>
/// What a host that was killed may have left: a PostgreSQL that still runs, or the note of one that does not. Whoever holds the data
/// directory's lock may end it; every commit is on disk.
/// </summary>
internal static class OrphanedPostgres
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="LocalPostgresException">It does not end.</exception>
    public static async Task End(string cluster, CancellationToken cancellation)
    {
        var note = Path.Combine(cluster, "postmaster.pid");
        var running = ProcessesOf(cluster).ToArray();
        if (Postmaster(note) is { } postmaster && running.Contains(postmaster))
        {
            PosixCalls.Signal(postmaster, PosixCalls.Interrupt);
            if (!await AllGone(cluster, [postmaster], StopTimeout, cancellation))
            {
                PosixCalls.Signal(postmaster, PosixCalls.Quit);
            }
        }

        // Sessions outlive a postmaster that was killed until they next look up from their work.
        foreach (var signal in new[] { PosixCalls.Quit, PosixCalls.Kill })
        {
            running = ProcessesOf(cluster).ToArray();
            Array.ForEach(running, process => PosixCalls.Signal(process, signal));
            if (await AllGone(cluster, running, KillTimeout, cancellation))
            {
                RemoveSockets(note);
                // The process id may belong to another program by now, which PostgreSQL would mistake for itself.
                File.Delete(note);
                return;
            }
        }

        throw new LocalPostgresException($"An earlier PostgreSQL still runs on {cluster} and does not end.");
    }

    /// <summary>PostgreSQL's processes work in their cluster's directory; a process number alone proves nothing after a restart of the machine.</summary>
    public static IEnumerable<int> ProcessesOf(string cluster) =>
        from directory in Directory.EnumerateDirectories("/proc")
        let process = int.TryParse(Path.GetFileName(directory), out var number) ? number : 0
        where process > 0 && IsPostgresIn(directory, cluster)
        select process;

    private static bool IsPostgresIn(string process, string cluster)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim() == "postgres"
                && new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget == cluster;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The note's fifth line says where they are.</summary>
    private static void RemoveSockets(string note)
    {
        if (File.Exists(note) && File.ReadLines(note).ElementAtOrDefault(4) is { } sockets)
        {
            SocketDirectory.Remove(sockets);
        }
    }

    private static int? Postmaster(string note) =>
        File.Exists(note) && int.TryParse(File.ReadLines(note).FirstOrDefault(), out var process) ? process : null;

    private static async Task<bool> AllGone(string cluster, int[] processes, TimeSpan timeout, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; waited < timeout; waited += TimeSpan.FromMilliseconds(20))
        {
            // Not kill(0): in a container nobody may collect the dead.
            if (!processes.Any(process => IsPostgresIn($"/proc/{process}", cluster)))
            {
                return true;
            }

            await Task.Delay(20, cancellation);
        }

        return processes.Length == 0;
    }
}
