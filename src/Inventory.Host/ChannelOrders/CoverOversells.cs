using System.Collections.Concurrent;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>
/// Holds stock that arrives for orders that miss it, by priority, then oldest. Whoever wrote what made units free is answered after that, so nobody who comes later on this host
/// gets them; what other hosts write, and what becomes free by the clock, is found within a second.
/// </summary>
public sealed class CoverOversells(OversellBook oversells, WriteLanes lanes, NpgsqlDataSource database, IServiceProvider services, TimeProvider time, ILogger<CoverOversells> log)
    : BackgroundService
{
    /// <summary>Who looks for what this host was not told of.</summary>
    private static readonly Provenance OwnDoing = new("product/cover-oversells", Actor.OfProduct("cover-oversells"));

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Orders of a SKU that are looked at for one arrival.</summary>
    private const int AtMost = 1_000;

    /// <summary>After so many orders of a channel in a row that got nothing of a SKU, nothing of it is left for those of that channel that follow.</summary>
    private const int MostInVain = 20;

    /// <summary>With the number of the look before which each was noticed: one that a look did not find may have been noticed meanwhile.</summary>
    private readonly ConcurrentDictionary<Sku, long> _missing = [];
    private Dictionary<string, decimal> _versions = [];
    private long _looks;

    /// <summary>An order misses some of these.</summary>
    public void Watch(IEnumerable<Sku> skus)
    {
        foreach (var sku in skus)
        {
            _missing[sku] = Interlocked.Read(ref _looks);
        }
    }

    /// <summary>Called once something of these SKUs was written.</summary>
    public Task Written(IEnumerable<Sku> skus, Provenance provenance, CancellationToken cancellation)
    {
        if (_missing.IsEmpty)
        {
            return Task.CompletedTask;
        }

        var missing = skus.Where(_missing.ContainsKey).Distinct().ToList();
        return missing.Count == 0 ? Task.CompletedTask : Cover(missing, provenance, cancellation);
    }

    /// <summary>Looks for what this host was not told of.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var missing = await oversells.MissingSkus(cancellation);
        var look = Interlocked.Increment(ref _looks);
        Watch(missing);
        foreach (var old in _missing.Where(one => one.Value < look - 1).ToList())
        {
            _missing.TryRemove(old);
        }

        var versions = await Versions(missing, cancellation);
        var moved = missing.FindAll(sku => versions.TryGetValue(sku.Value, out var version) && _versions.GetValueOrDefault(sku.Value) != version);
        if (moved.Count == 0 || await Cover(moved, OwnDoing, cancellation))
        {
            _versions = versions;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lanes.Written = Written;
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Orders that miss stock could not be looked at ({Reason}); trying again", failure.Message);
            }
        }
    }

    /// <returns>False where one of them has to be looked at again.</returns>
    private async Task<bool> Cover(IReadOnlyCollection<Sku> skus, Provenance provenance, CancellationToken cancellation)
    {
        var orders = services.GetRequiredService<ChannelOrderProcessor>();
        try
        {
            foreach (var sku in skus)
            {
                // Units that one channel may not have, another may.
                Dictionary<ChannelId, int> inVain = [];
                foreach (var (channel, order) in await oversells.Missing([sku], AtMost, cancellation))
                {
                    if (inVain.GetValueOrDefault(channel) < MostInVain)
                    {
                        var (_, moved) = await orders.Settle(channel, order, null, provenance, cancellation);
                        inVain[channel] = moved.Contains(sku) ? 0 : inVain.GetValueOrDefault(channel) + 1;
                    }
                }
            }

            return true;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // What was written stands, and its writer is not to hear of this: it is looked at again.
            log.LogWarning("Orders that miss stock could not be settled ({Reason}); trying again", failure.Message);
            return false;
        }
    }

    /// <summary>Numbers that change when anything of a SKU with free units does.</summary>
    private async Task<Dictionary<string, decimal>> Versions(IReadOnlyCollection<Sku> skus, CancellationToken cancellation)
    {
        Dictionary<string, decimal> versions = [];
        if (skus.Count == 0)
        {
            return versions;
        }

        await using var command = database.CreateCommand($"""
            select sku, sum(version) from {Projections.InventorySchema.Name}.{PositionTable.Name} where sku = any($1)
            group by sku having sum(greatest(on_hand - unsellable - reserved, 0)) > 0
            """);
        command.Parameters.AddWithValue(skus.Select(sku => sku.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            versions.Add(reader.GetString(0), reader.GetDecimal(1));
        }

        return versions;
    }
}
