namespace RetailSync.Inventory.Host.Postgres;

/// <summary>How PostgreSQL shares the machine with the host.</summary>
/// <param name="SharedBuffersMegabytes">Megabytes of shared_buffers, above 0.</param>
/// <param name="MaxConnections">One host takes at most <see cref="LocalPostgres.PoolSize"/> of them.</param>
public sealed record PostgresSettings(int SharedBuffersMegabytes, int MaxConnections)
{
    /// <summary>A quarter of the memory, at least 128 MB and at most 4 GB.</summary>
    public static PostgresSettings ForThisMachine() =>
        new((int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (4 * 1024 * 1024), 128, 4096), MaxConnections: 100);

    /// <summary>
    /// Given as arguments rather than as a file: the cluster belongs to another account when the host is root, and root must not
    /// write where another account could have planted a link.
    /// </summary>
    public IEnumerable<string> Arguments(string socketDirectory)
    {
        string[] settings =
        [
            "listen_addresses=",
            $"unix_socket_directories={socketDirectory}",
            "unix_socket_permissions=0700",
            $"max_connections={MaxConnections}",
            $"shared_buffers={SharedBuffersMegabytes}MB",
            $"effective_cache_size={SharedBuffersMegabytes * 2}MB",
            // What makes a commit a commit. Said here so that nothing else can say otherwise.
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            // Checkpoints seldom and spread out: after each, the first change of a page is logged whole.
            "max_wal_size=4GB",
            "checkpoint_timeout=15min",
            "checkpoint_completion_target=0.9",
            "wal_buffers=16MB",
            // Compiling a plan costs more than our short statements take.
            "jit=off",
            "random_page_cost=1.1",
            "timezone=UTC",
            // A file per weekday, each overwritten a week later and kept small in between.
            "logging_collector=on",
            "log_directory=log",
            "log_filename=postgresql-%a.log",
            "log_rotation_age=1d",
            "log_rotation_size=0",
            "log_truncate_on_rotation=on",
            "log_timezone=UTC",
            "cluster_name=retailsync",
        ];
        return settings.SelectMany(setting => new[] { "-c", setting });
    }
}
