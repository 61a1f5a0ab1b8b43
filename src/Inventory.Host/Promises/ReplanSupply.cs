using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Promises;

/// <summary>
/// Finds, each second, what no receipt and no announcement of the document itself says: days that have ended, rules that have changed, stock and other supply
/// for promises that are at risk. Several hosts may do it at once: version checks make it idempotent.
/// </summary>
public sealed class ReplanSupply(
    NpgsqlDataSource database, WriteLanes lanes, PlanCache planning, RecordPromiseChanges changes, IClock clock, TimeProvider time,
    ILogger<ReplanSupply> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The number of SKUs that are queued in the lanes at once.</summary>
    private const int AtOnce = 500;

    private Dictionary<string, decimal> _versions = [];
    private Plan? _plan;
    private Instant _quarter = Instant.MinValue;

    /// <summary>Looks once.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var awaited = await Awaited(cancellation);
        var (plan, quarter) = (planning.Now(), Quarter(clock.GetCurrentInstant()));
        var isAnyDue = !ReferenceEquals(plan, _plan) || quarter != _quarter;
        var versions = await Versions([.. awaited.Where(one => one.IsAtRisk).Select(one => one.Sku)], cancellation);
        var due = awaited.Where(one => isAnyDue || (one.IsAtRisk && versions.GetValueOrDefault(one.Sku) != _versions.GetValueOrDefault(one.Sku)));
        foreach (var skus in due.Select(one => Sku.Parse(one.Sku)).Chunk(AtOnce))
        {
            await lanes.ReplanSupply(skus, new Provenance($"supply-{Guid.CreateVersion7():n}", Actor.OfProduct("supply")));
            cancellation.ThrowIfCancellationRequested();
        }

        (_versions, _plan, _quarter) = (versions, plan, quarter);
        await changes.Run(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Promises against supply could not be planned again ({Reason}); retrying", failure.Message);
            }
        }
    }

    /// <summary>A day begins with a quarter of an hour, in every time zone.</summary>
    private static Instant Quarter(Instant now) => Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 900 * 900);

    private async Task<List<(string Sku, bool IsAtRisk)>> Awaited(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.OnlyIndexes));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.SelectAwaited));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        List<(string Sku, bool IsAtRisk)> awaited = [];
        while (await reader.ReadAsync(cancellation))
        {
            awaited.Add((reader.GetString("sku"), reader.GetBoolean("at_risk")));
        }

        return awaited;
    }

    private async Task<Dictionary<string, decimal>> Versions(string[] skus, CancellationToken cancellation)
    {
        if (skus.Length == 0)
        {
            return [];
        }

        await using var command = database.CreateCommand(
            $"select sku, sum(version) as version from {Projections.InventorySchema.Name}.{PositionTable.Name} where sku = any($1) group by sku");
        command.Parameters.AddWithValue(skus);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        Dictionary<string, decimal> versions = [];
        while (await reader.ReadAsync(cancellation))
        {
            versions.Add(reader.GetString("sku"), reader.GetDecimal("version"));
        }

        return versions;
    }
}
