using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>
/// Drops the tables of abandoned sheets: a host was receiving them when it died, so that they have no run and no lock is held on them, or
/// their run failed so long ago that its dead letter is gone.
/// </summary>
internal static class DropAbandoned
{
    /// <summary>Parameters: what failed before this can no longer be replayed.</summary>
    private const string Find =
        $"""
         select replace(relname, 'reconciliation_count_', '')::uuid from pg_class
         where relnamespace = '{Projections.InventorySchema.Name}'::regnamespace and relkind = 'r' and relname like 'reconciliation\_count\_%'
           and not exists (
             select 1 from {ReconciliationTables.Runs} where id = replace(relname, 'reconciliation_count_', '')::uuid
               and not (state = '{ReconciliationRun.Failed}' and finished_at < $1))
         """;

    public static async Task Run(NpgsqlDataSource database, Instant failedBefore, ILogger log, CancellationToken stopping)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stopping);
            foreach (var run in await Abandoned(connection, failedBefore, stopping))
            {
                // A sheet that another host has just received has a run by the time that its lock is released.
                if (await SessionLock.TryTake(connection, $"{run}", stopping))
                {
                    if ((await Abandoned(connection, failedBefore, stopping)).Contains(run))
                    {
                        await using var drop = new NpgsqlCommand(ReconciliationTables.DropFor(run), connection);
                        await drop.ExecuteNonQueryAsync(stopping);
                        log.LogInformation("Dropped the counts of {Run}, of which nothing will come", run);
                    }

                    await SessionLock.GiveBack(connection, $"{run}");
                }
            }
        }
        catch (NpgsqlException failure) when (!stopping.IsCancellationRequested)
        {
            log.LogWarning("Sheets that were never received as a whole could not be dropped ({Reason}); retention tries again", failure.Message);
        }
    }

    private static async Task<List<Guid>> Abandoned(NpgsqlConnection connection, Instant failedBefore, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Find, connection);
        command.Parameters.AddWithValue(failedBefore);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var runs = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            runs.Add(reader.GetGuid(0));
        }

        return runs;
    }
}
