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

    public Promised Of(ChannelId channel, Kit kit, Plan plan)
    {
        var isKnown = _known.TryGetValue((channel, kit.Sku), out var known) && ReferenceEquals(known.Plan, plan);
        if (isKnown && known!.Now() == known.State)
        {
            return known.Promised;
        }

        // Its state is read before anything else: what changes meanwhile is computed again.
        var entries = isKnown ? known!.Entries : [page(kit.Sku), .. kit.Components.Select(component => page(component.Sku))];
        var next = new Known(default, 0, plan, entries);
        next = next with { State = next.Now() };
        next = next with { Promised = Compute(channel, kit, plan, entries) };
        _known[(channel, kit.Sku)] = next;
        return next.Promised;
    }

    /// <summary>The kit with what there is of its components.</summary>
    public KnownStock Stock(Kit kit, Plan plan)
    {
        var (own, components) = (page(kit.Sku).Stock(plan), kit.Components.Select(component => page(component.Sku).Stock(plan)).ToList());
        return new KnownStock(
            own.Stock with { Kit = new KitStock(kit, components.ConvertAll(component => component.Stock)) },
            own.Version + components.Sum(component => component.Version));
    }

    private static Promised Compute(ChannelId channel, Kit kit, Plan plan, SkuEntry[] entries)
    {
        var own = entries[0].Usable(channel, plan);
        var (version, recordedAt, kits) = (own.Version, own.RecordedAt, decimal.MaxValue);
        for (var index = 1; index < entries.Length; index++)
        {
            var component = entries[index].Usable(channel, plan);
            kits = Math.Min(kits, ChannelKit.WholeKits(component.Stock, kit.Components[index - 1]));
            version += component.Version;
            recordedAt = recordedAt is null || component.RecordedAt > recordedAt ? component.RecordedAt ?? recordedAt : recordedAt;
        }

        if (kits > 0 && (kit.From == KitAssembly.OneLocation || !entries.Skip(1).Any(entry => entry.MaySell(channel, kit.Sku, plan))))
        {
            var stock = new KitStock(kit, [.. entries.Skip(1).Select(entry => entry.Stock(plan).Stock)]);
            kits = ChannelKit.Of(channel, stock, plan.Rules).Everywhere();
        }

        return new Promised(ChannelPromise.Of(channel, kit.Sku, own.Stock + own.Beyond + kits, plan.Rules), version, recordedAt);
    }
}
