using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>
/// What a host resumes when it starts: runs without a lock are continued (an earlier version of the product left no message for them), systems that
/// are to be asked each hour and were not asked in this one are asked, and sheets whose receiver died are dropped. Each is idempotent, however often it
/// is asked for.
/// </summary>
public sealed class ResumeReconciliations(
    IConfiguration configuration, NpgsqlDataSource database, IWolverineRuntime messages, RetentionPolicy retention, IClock clock,
    ILogger<ResumeReconciliations> log)
    : BackgroundService
{
    private readonly MessageBus _bus = new(messages);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await DropAbandoned.Run(database, retention.DeadLettersSince(clock.GetCurrentInstant()), log, stoppingToken);
            await ResumeRuns(stoppingToken);
            foreach (var (system, source) in CountSource.Read(configuration).Where(source => source.Value.Url is not null))
            {
                await _bus.PublishAsync(new PullCounts(system, source.HourOf(clock.GetCurrentInstant())));
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogWarning(failure, "What was left of reconciliations could not be looked for; the next start tries again");
        }
    }

    private async Task ResumeRuns(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        foreach (var run in await Running(connection, stopping))
        {
            if (await SessionLock.TryTake(connection, $"{run}", stopping))
            {
                await SessionLock.GiveBack(connection, $"{run}");
                await _bus.PublishAsync(new CompareSheet(run));
            }
        }
    }

    private static async Task<List<Guid>> Running(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using var command = new NpgsqlCommand(
            $"select id from {ReconciliationTables.Runs} where state = '{ReconciliationRun.Running}' order by received_at", connection);
        await using var reader = await command.ExecuteReaderAsync(stopping);
        var runs = new List<Guid>();
        while (await reader.ReadAsync(stopping))
        {
            runs.Add(reader.GetGuid(0));
        }

        return runs;
    }
}
