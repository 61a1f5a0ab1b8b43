using System.Collections.Concurrent;
using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <summary>
/// Holds stock that arrives for oversold orders, by priority, then oldest. The write that made units free is answered after that, so that no later request
/// to this host gets them. Units that become free by other hosts' writes, by expired holds or by rule changes are found by polling, within a second.
/// </summary>
public sealed class CoverOversells(
    OversellBook oversells, WriteLanes lanes, NpgsqlDataSource database, PlanCache planning, IServiceProvider services, TimeProvider time,
    ILogger<CoverOversells> log)
    : BackgroundService
{
    /// <summary>The provenance of what polling finds.</summary>
    private static readonly Provenance OwnDoing = new("product/cover-oversells", Actor.OfProduct("cover-oversells"));

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The most orders of a SKU that are examined for one arrival.</summary>
    private const int AtMost = 1_000;

    /// <summary>After this many consecutive orders of a channel that got nothing of a SKU, the channel's further orders are skipped.</summary>
    private const int MostInVain = 20;

    private static readonly HashSet<string> Nothing = [];
    private static readonly HashSet<Sku> NoComponents = [];

    /// <summary>With the number of the poll before which each was noticed: one that a poll did not find may have been noticed meanwhile.</summary>
    private readonly ConcurrentDictionary<Sku, long> _missing = [];
    private Dictionary<string, decimal> _versions = [];
    private Plan? _plan;
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
    public async Task Written(IEnumerable<Sku> skus, Provenance provenance, CancellationToken cancellation)
    {
        if (_missing.IsEmpty)
        {
            return;
        }

        var missing = skus.Where(_missing.ContainsKey).Distinct().ToList();
        if (missing.Count == 0)
        {
            return;
        }

        try
        {
            var versions = await Versions(missing, planning.Now().Rules, cancellation);
            await Cover(missing.FindAll(sku => versions.ContainsKey(sku.Value)), provenance, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // The write is committed and must not fail for this; polling retries it.
            log.LogWarning("Oversold orders could not be settled ({Reason}); retrying", failure.Message);
        }
    }

    /// <summary>Polls for units that became free without a write of this host.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var rules = planning.Now().Rules;
        var missing = (await oversells.MissingSkus(cancellation))
            .SelectMany(sku => (rules.Kits.EverNeeded(sku) ?? NoComponents).Prepend(sku)).Distinct().ToList(); // an order wants the kit as it was
        var look = Interlocked.Increment(ref _looks);
        Watch(missing);
        foreach (var old in _missing.Where(one => one.Value < look - 1).ToList())
        {
            _missing.TryRemove(old);
        }

        var plan = planning.Now();
        var versions = await Versions(missing, plan.Rules, cancellation);
        var isOtherPlan = !ReferenceEquals(plan, _plan);
        await Cover(
            missing.FindAll(sku => versions.TryGetValue(sku.Value, out var version) && (isOtherPlan || _versions.GetValueOrDefault(sku.Value) != version)),
            OwnDoing, cancellation);
        (_versions, _plan) = (versions, plan);
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
                log.LogWarning("Oversold orders could not be read ({Reason}); retrying", failure.Message);
            }
        }
    }

    private async Task Cover(IReadOnlyCollection<Sku> skus, Provenance provenance, CancellationToken cancellation)
    {
        var orders = services.GetRequiredService<ChannelOrderProcessor>();
        foreach (var sku in skus)
        {
            // Units that rules keep from one channel may be available to another.
            Dictionary<ChannelId, int> inVain = [];
            foreach (var (channel, order) in await oversells.Missing([sku, .. planning.Now().Rules.Kits.EverNeeding(sku)], AtMost, cancellation))
            {
                if (inVain.GetValueOrDefault(channel) == MostInVain)
                {
                    continue;
                }

                try
                {
                    var (_, moved, anywhere) = await orders.Apply(channel, order, Nothing, provenance, cancellation);

                    // An order that wants its units from one location says nothing about what the others may have.
                    inVain[channel] = moved.Contains(sku) ? 0 : inVain.GetValueOrDefault(channel) + (anywhere.Contains(sku) ? 1 : 0);
                }
                catch (ApiProblemException refused)
                {
                    log.LogWarning("Order {Order} of {Channel} misses {Sku} and cannot be settled: {Reason}", order, channel, sku, refused.Message);
                }
            }
        }
    }

    /// <summary>
    /// Numbers that change when anything does of a SKU of which something may be had: free units, or an allowance beyond stock, which an order that gives back
    /// makes free.
    /// </summary>
    private async Task<Dictionary<string, decimal>> Versions(IReadOnlyCollection<Sku> skus, RulesInForce rules, CancellationToken cancellation)
    {
        Dictionary<string, decimal> versions = [];
        if (skus.Count == 0)
        {
            return versions;
        }

        await using var command = database.CreateCommand($"""
            select sku, sum(version) as version from {Projections.InventorySchema.Name}.{PositionTable.Name} where sku = any($1)
            group by sku having sum(greatest(on_hand - unsellable - reserved, 0)) > 0 or sku = any($2)
            """);
        command.Parameters.AddWithValue(skus.Select(sku => sku.Value).ToArray());
        command.Parameters.AddWithValue(skus.Where(rules.AllowBackorders).Select(sku => sku.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            versions.Add(reader.GetString("sku"), reader.GetDecimal("version"));
        }

        return versions;
    }
}
