using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Attributes;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>Corrects the drifts of a compared run that the policy corrects automatically. With that the run is done.</summary>
[MessageIdentity("correct-drifts")]
public sealed record CorrectDrifts(Guid Run);

public static class CorrectDriftsHandler
{
    private const int AnHour = 3_600;

    public static void Configure(HandlerChain chain) => chain.TryAgain(last: new SetRunAside());

    [MessageTimeout(AnHour)]
    public static async Task Handle(
        CorrectDrifts message, ReconciliationRuns runs, CorrectDrift correct, NpgsqlDataSource database, IHostApplicationLifetime lifetime, IClock clock,
        ILogger log, CancellationToken cancellation)
    {
        await using var open = await runs.Open(message.Run, cancellation);
        if (open is not { Run.IsCompared: true })
        {
            return;
        }

        await lifetime.UntilStopping(Correct, cancellation);
        await RepeatedDrift.UpdateAlerts(database, clock.GetCurrentInstant(), cancellation);
        await open.Done();

        async Task Correct(CancellationToken untilStopping)
        {
            foreach (var n in await Planned(open.Connection, message.Run, untilStopping))
            {
                untilStopping.ThrowIfCancellationRequested();
                try
                {
                    await correct.Correct(
                        message.Run, n, Settlement.Policy, "within the limit for automatic correction", Actor.OfProduct("reconciliation"), untilStopping);
                }
                catch (ApiProblemException refused)
                {
                    log.LogInformation("Drift {N} of run {Run} waits for a person: {Reason}", n, message.Run, refused.Message);
                }
            }
        }
    }

    private static async Task<List<int>> Planned(NpgsqlConnection connection, Guid run, CancellationToken cancellation)
    {
        var planned = new List<int>();
        await using var command = new NpgsqlCommand($"select n from {ReconciliationTables.Drifts} where run = $1 and planned order by n", connection);
        command.Parameters.AddWithValue(run);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            planned.Add(reader.GetInt32(0));
        }

        return planned;
    }
}
