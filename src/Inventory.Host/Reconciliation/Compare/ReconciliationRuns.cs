using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>The life cycle of runs: each is locked by the host that compares or corrects it, and ends as done or failed.</summary>
public sealed class ReconciliationRuns(NpgsqlDataSource database, IClock clock)
{
    /// <summary>A failed run is resumed where its inputs still exist. Parameters: the run, the table of its counts.</summary>
    private const string Reopen =
        $"""
         update {ReconciliationTables.Runs} set state = '{ReconciliationRun.Running}', error = null, finished_at = null
         where id = $1 and state <> '{ReconciliationRun.Done}' and (compared_at is not null or to_regclass($2) is not null)
         returning id, system, taken_at, correlation_id, counts, documents, compared_at is not null as is_compared
         """;

    /// <summary>Keeps the run from others until it is disposed of.</summary>
    /// <returns>Null when there is nothing to do any more: it is done, or nothing is left of it.</returns>
    /// <exception cref="PostgresException">55P03: another host holds its lock.</exception>
    internal async Task<OpenRun?> Open(Guid run, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await SessionLock.Take(connection, $"{run}", cancellation);
            if (await Read(connection, run, cancellation) is { } found)
            {
                return new OpenRun(connection, found, clock);
            }

            await SessionLock.GiveBack(connection, $"{run}");
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its message has become a dead letter: its inputs are kept, so that a replay can resume it.</summary>
    public async Task SetAside(Guid run, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             update {ReconciliationTables.Runs} set state = '{ReconciliationRun.Failed}', error = $2, finished_at = $3
             where id = $1 and state = '{ReconciliationRun.Running}'
             """);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue("It could not be carried on. GET /v1/messages/dead-letters says why, and there it can be replayed.");
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<ReconciliationRun?> Read(NpgsqlConnection connection, Guid run, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Reopen, connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(ReconciliationTables.CountsOf(run));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new ReconciliationRun(
                reader.GetGuid("id"), reader.GetString("system"), reader.GetFieldValue<Instant>("taken_at"), reader.GetString("correlation_id"),
                reader.GetInt64("counts"), reader.GetInt64("documents"),
                reader.GetBoolean("is_compared"))
            : null;
    }
}

/// <summary>A run under its lock.</summary>
internal sealed class OpenRun(NpgsqlConnection connection, ReconciliationRun run, IClock clock) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public ReconciliationRun Run => run;

    public Task Done() => End(ReconciliationRun.Done, null, "");

    /// <summary>Trying again would fail again: what it was to be made from goes.</summary>
    public Task Failed(string reason) => End(ReconciliationRun.Failed, reason, ReconciliationTables.DropFor(run.Id));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await SessionLock.GiveBack(connection, $"{run.Id}");
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private async Task End(string state, string? reason, string also)
    {
        await using var batch = new NpgsqlBatch(connection);
        var update = new NpgsqlBatchCommand($"update {ReconciliationTables.Runs} set state = $2, error = $3, finished_at = $4 where id = $1");
        update.Parameters.AddWithValue(run.Id);
        update.Parameters.AddWithValue(state);
        update.Parameters.Add(SqlValue.OrNull(reason));
        update.Parameters.AddWithValue(clock.GetCurrentInstant());
        batch.BatchCommands.Add(update);
        if (also.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(also));
        }

        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
