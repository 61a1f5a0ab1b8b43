using System.Collections.Concurrent;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// Promises of kits, computed once for each state of all that they are made of. A component that many kits need is computed once for each of its states, so
/// that a kit costs little more than a few comparisons. For many threads.
/// </summary>
internal sealed class KitPromises(Func<Sku, SkuEntry> page)
{
    private readonly ConcurrentDictionary<(ChannelId Channel, Sku Kit), Known> _known = [];

    /// <param name="State">The sum of all states: each only ever rises.</param>
    private sealed record Known(Promised Promised, long State, Plan Plan, SkuEntry[] Entries)
    {
        public long Now()
        {
            long state = 0;
            foreach (var entry in Entries)
            {
                state += entry.State;
            }

            return state;
        }
    }

    /// <param name="sku">Is or was a kit, or will be.</param>
    public Promised Of(ChannelId channel, Sku sku, Plan plan)
    {
        var isKnown = _known.TryGetValue((channel, sku), out var known) && ReferenceEquals(known.Plan, plan);
        if (isKnown && known!.Now() == known.State)
        {
            return known.Promised;
        }

        // Its state is read before anything else: what changes meanwhile is computed again.
        var kit = plan.Rules.Kit(sku);
        var entries = isKnown ? known!.Entries : Entries(sku, kit, plan);
        var next = new Known(default, 0, plan, entries);
        next = next with { State = next.Now() };
        next = next with { Promised = Compute(channel, sku, kit, plan, entries) };
        _known[(channel, sku)] = next;
        return next.Promised;
    }

    /// <summary>The SKU, and while it is a kit what there is of its components.</summary>
    public KnownStock Stock(Sku sku, Plan plan)
    {
        var kit = plan.Rules.Kit(sku);
        var entries = Entries(sku, kit, plan);
        var version = entries.Sum(entry => entry.Version);
        var own = entries[0].Stock(plan).Stock;
        return new KnownStock(
            kit is null ? own : own with { Kit = new KitStock(kit, [.. entries.Skip(1).Take(kit.Components.Count).Select(entry => entry.Stock(plan).Stock)]) },
            version);
    }

    /// <summary>
    /// The SKU, its components in their order, then all else that it is ever made of: these count for the version alone, which must not decrease where the kit
    /// changes to other components.
    /// </summary>
    private SkuEntry[] Entries(Sku sku, Kit? kit, Plan plan)
    {
        List<Sku> components = [.. (kit?.Components ?? []).Select(component => component.Sku)];
        return [page(sku), .. components.Concat((plan.Rules.Kits.EverNeeded(sku) ?? new HashSet<Sku>()).Except(components)).Select(page)];
    }

    private static Promised Compute(ChannelId channel, Sku sku, Kit? kit, Plan plan, SkuEntry[] entries)
    {
        // Versions come before the units that they are of.
        var version = entries.Sum(entry => entry.Version);
        var units = Array.ConvertAll(entries[..(1 + (kit?.Components.Count ?? 0))], entry => entry.Usable(channel, plan));
        var kits = kit is null ? 0 : ChannelKit.Everywhere(
            channel, kit, plan.Rules, index => units[index + 1].Stock,
            () => entries.Skip(1).Take(kit.Components.Count).Any(entry => entry.MaySell(channel, sku, plan)),
            index => entries[index + 1].Stock(plan).Stock);
        return new Promised(
            ChannelPromise.Of(channel, sku, units[0].Stock + units[0].Beyond + kits, plan.Rules), version, units.Max(one => one.RecordedAt));
    }
}
