using Npgsql;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>Drops the tables of sheets that a host was receiving when it died: there is no run of theirs, and nobody is at them.</summary>
internal static class DropAbandoned
{
    private const string Find =
        $"""
         select replace(relname, 'reconciliation_count_', '')::uuid from pg_class
         where relnamespace = '{Projections.Projections.Schema}'::regnamespace and relkind = 'r' and relname like 'reconciliation\_count\_%'
           and not exists (select 1 from {ReconciliationTables.Runs} where id = replace(relname, 'reconciliation_count_', '')::uuid)
         """;

    public static async Task Run(NpgsqlDataSource database, ILogger log, CancellationToken stopping)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stopping);
            foreach (var run in await Abandoned(connection, stopping))
            {
                // Received just now by another host, it has a run by the time that its turn is given back.
                if (await Turn.TryTake(connection, $"{run}", stopping))
                {
                    if ((await Abandoned(connection, stopping)).Contains(run))
                    {
                        await using var drop = new NpgsqlCommand(ReconciliationTables.DropFor(run), connection);
                        await drop.ExecuteNonQueryAsync(stopping);
                        log.LogInformation("Dropped what had been received of sheet {Run} when its host died", run);
                    }

                    await Turn.GiveBack(connection, $"{run}");
                }
            }
        }
        catch (NpgsqlException failure) when (!stopping.IsCancellationRequested)
        {
            log.LogWarning("Sheets that were never received as a whole could not be dropped ({Reason}); the next start tries again", failure.Message);
        }
    }

    private static async Task<List<Guid>> Abandoned(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Find, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var runs = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            runs.Add(reader.GetGuid(0));
        }

        return runs;
    }
}
