using Npgsql;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>
/// Separate connection pools, so that no kind of work exhausts the connections of another. Requests have the pool of the connection string
/// (<c>Maximum Pool Size</c>: 20 where the host keeps its own PostgreSQL), lanes have theirs (<see cref="Lanes.WriteLanes"/>: lanes + 2), followers of the
/// event log have <see cref="Followers"/>, the cluster has <see cref="Cluster"/>, and long reads of history have <see cref="Audit"/>.
/// <see cref="DatabaseWatch"/> has one more. With 20 of the first a host opens at most 80 connections, and seldom more than 25.
/// </summary>
public static class ConnectionPools
{
    /// <summary>Key of the source for what follows events: memory, publications, the chain.</summary>
    public const string Followers = "followers";

    /// <summary>
    /// Key of the source for Wolverine: heartbeats, the leadership, messages; a host that waited for a connection with these would be taken for dead. Marten's
    /// documents (channels, rules) come by it too, a row at a time.
    /// </summary>
    public const string Cluster = "cluster";

    /// <summary>Key of the source for audits, exports and simulations, whose statements end after <c>Limits:Exports:StatementSeconds</c>.</summary>
    public const string Audit = "audit";

    /// <summary>A follower uses one connection at a time, a publisher for a moment only.</summary>
    public const int FollowerConnections = 10;

    /// <summary>Two are kept all along; heartbeats, leader, durability agent and control messages use one each for a moment.</summary>
    public const int ClusterConnections = 10;

    /// <summary>
    /// One verification reads up to 16 tables and ranges side by side; the rest is for exports, simulations and single questions about the past.
    /// </summary>
    public const int AuditConnections = 32;

    public static NpgsqlDataSource Create(string connectionString, string name, int size, string options)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = $"retailsync-{name}", MinPoolSize = 0, MaxPoolSize = size };
        connection.Options = $"{connection.Options} {options}".Trim();
        return new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = name }.UseNodaTime().Build();
    }
}
