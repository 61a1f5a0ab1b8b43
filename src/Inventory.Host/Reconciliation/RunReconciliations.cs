using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>
/// Carries runs on, the oldest first, one at a time: whoever has the turn. A host that dies loses it with its connection, and with it everything half-done,
/// and another host begins the run anew; two hosts never carry on the same one.
/// </summary>
public sealed class RunReconciliations(NpgsqlDataSource database, StoredPolicy policy, CorrectDrift correct, IClock clock, TimeProvider time, ILogger<RunReconciliations> log)
    : BackgroundService
{
    private const int MostAttempts = 3;

    /// <summary>The name of the turn.</summary>
    private const string Work = "reconciliation";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _nudges = new(0);

    /// <summary>There is something to do, on this host: it need not wait for the next look.</summary>
    public void Nudge() => _nudges.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await DropAbandoned.Run(database, log, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await CarryOn(stoppingToken))
                {
                    // Another may wait.
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(failure, "Reconciliations could not be carried on; trying again");
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var nudged = _nudges.WaitAsync(pause.Token);
            await Task.WhenAny(nudged, Task.Delay(Pause, time, pause.Token));
            await pause.CancelAsync();
        }
    }

    /// <summary>Takes one run one step further; false when none waits.</summary>
    private async Task<bool> CarryOn(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        if (!await Turn.TryTake(connection, Work, stopping))
        {
            return false;
        }

        try
        {
            return await Next(connection, stopping) is { } run && await CarryOn(connection, run, stopping);
        }
        finally
        {
            await Turn.GiveBack(connection, Work);
        }
    }

    private async Task<bool> CarryOn(NpgsqlConnection connection, ReconciliationRun run, CancellationToken stopping)
    {
        try
        {
            if (run.IsCompared)
            {
                await Correct(run, stopping);
                await RepeatedDrift.Settle(database, clock.GetCurrentInstant(), stopping);
                await Execute(connection, $"update {ReconciliationTables.Runs} set state = '{ReconciliationRun.Done}', finished_at = $2 where id = $1", run.Id, clock.GetCurrentInstant());
            }
            else
            {
                var drifts = await new CompareCounts(connection, run, await policy.Read(stopping), clock, new GiveWay(database, time)).Run(stopping);
                log.LogInformation("Compared {Counts} counts of {System} at {TakenAt}: {Drifts} drifts (run {Run})", run.Counts, run.System, run.TakenAt, drifts, run.Id);
                ReconciliationMetrics.Compared(run, drifts);
            }
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            await GiveUpOrTryAgain(run, failure);
        }

        return true;
    }

    private async Task<ReconciliationRun?> Next(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select id, system, taken_at, correlation_id, counts, documents, compared_at is not null from {ReconciliationTables.Runs}
             where state = '{ReconciliationRun.Running}' and (retry_at is null or retry_at <= $1) order by received_at limit 1
             """,
            connection);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new ReconciliationRun(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<Instant>(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetBoolean(6))
            : null;
    }

    /// <summary>What the policy corrects by itself. One that cannot be corrected waits for a person.</summary>
    private async Task Correct(ReconciliationRun run, CancellationToken stopping)
    {
        var planned = new List<int>();
        await using (var connection = await database.OpenConnectionAsync(stopping))
        {
            await using var command = new NpgsqlCommand($"select n from {ReconciliationTables.Drifts} where run = $1 and planned order by n", connection);
            command.Parameters.AddWithValue(run.Id);
            await using var reader = await command.ExecuteReaderAsync(stopping);
            while (await reader.ReadAsync(stopping))
            {
                planned.Add(reader.GetInt32(0));
            }
        }

        foreach (var n in planned)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                await correct.Correct(run.Id, n, Settlement.Policy, "within the limit for automatic correction", Actor.OfProduct("reconciliation"), stopping);
            }
            catch (RequestRefused refused)
            {
                log.LogInformation("Drift {N} of run {Run} waits for a person: {Reason}", n, run.Id, refused.Message);
            }
        }
    }

    private async Task GiveUpOrTryAgain(ReconciliationRun run, Exception failure)
    {
        var isFinal = failure is ReconciliationFailedException;
        var isAway = failure is NpgsqlException { IsTransient: true } or Lanes.LaneFullException or Lanes.LaneUnavailableException;
        log.LogWarning(failure, "Run {Run} of {System} could not be carried on", run.Id, run.System);
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"""
             update {ReconciliationTables.Runs} set attempts = attempts + $2, retry_at = $3, error = $4,
               state = case when $5 or attempts + $2 >= {MostAttempts} then '{ReconciliationRun.Failed}' else state end,
               finished_at = case when $5 or attempts + $2 >= {MostAttempts} then $6 end
             where id = $1 returning state
             """,
            connection);
        command.Parameters.AddWithValue(run.Id);
        command.Parameters.AddWithValue(isAway ? 0 : 1);
        command.Parameters.AddWithValue(clock.GetCurrentInstant() + Duration.FromSeconds(2));
        command.Parameters.AddWithValue(isFinal ? failure.Message : "It could not be compared: see the log.");
        command.Parameters.AddWithValue(isFinal);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        if (await command.ExecuteScalarAsync() is ReconciliationRun.Failed)
        {
            await Execute(connection, ReconciliationTables.DropFor(run.Id));
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}
