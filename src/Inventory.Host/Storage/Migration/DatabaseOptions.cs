using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Storage.Migration;

/// <summary>Section <c>Database</c> of the configuration. Which database it is says the connection string <c>ConnectionStrings:RetailSync</c>.</summary>
[Section("Database")]
public sealed class DatabaseOptions
{
    /// <summary>Whether a host brings the tables up to date at its start. Where it does not, and something is missing, it does not start.</summary>
    [Setting(Default = "true in Development and with a PostgreSQL of its own, else false")]
    public bool? MigrateAtStart { get; init; }
}
