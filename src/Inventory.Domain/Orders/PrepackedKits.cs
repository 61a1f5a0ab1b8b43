using NodaTime;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>
/// An order's state has what its kits need of components. Where kits are prepacked they leave, come back and are set aside as units of their own SKU instead:
/// as many as were recorded as such before, and of further ones as many as are there. Of kits that did not leave after all, those of components come first,
/// so that it does not depend on the order in which messages arrive. Pure.
/// </summary>
internal static class PrepackedKits
{
    /// <summary>The plan with effects and lines of stock: one line for each SKU, whatever it is wanted for.</summary>
    /// <param name="existing">The order's hold as it is; null when there is none.</param>
    /// <param name="free">Prepacked kits at a position that nobody holds.</param>
    /// <param name="mostAvailable">Where a SKU is taken from that nobody says the place of; null when it is nowhere.</param>
    public static OrderPlan InStock(OrderPlan plan, Reservation? existing, Func<PositionKey, decimal> free, Func<Sku, LocationId?> mostAvailable)
    {
        var state = plan.State;
        if (state.Kits.Count == 0)
        {
            return plan;
        }

        var effects = state.Effects.Where(effect => !IsOfKit(effect)).ToList();
        Dictionary<(Sku Kit, OrderEffectKind Kind), decimal> prepacked = [];
        foreach (var kit in state.Kits)
        {
            var parts = new KitEffects(plan, kit, existing, free, mostAvailable);
            effects.AddRange(parts.Split(OrderEffectKind.Ship));
            effects.AddRange(parts.Split(OrderEffectKind.Return));
            effects.AddRange(parts.Split(OrderEffectKind.SetAside));
            foreach (var (kind, kits) in parts.Prepacked)
            {
                prepacked[(kit.Sku, kind)] = kits;
            }
        }

        // Recorded when it was not known yet that these units are a kit's: they are not recorded twice.
        var known = effects.Select(effect => effect.Key).ToHashSet();
        var ledger = existing?.Ledger ?? OrderLedger.Of(plan.Order);
        foreach (var (key, recorded) in ledger.Recorded.Where(one => !known.Contains(one.Key) && one.Value.Pieces.Count > 0))
        {
            var (piece, part) = (recorded.Pieces[0], key.IndexOf('\n', StringComparison.Ordinal));
            effects.Add(new OrderEffect(key[..part], key[(part + 1)..], piece.Kind, piece.Sku, 0, piece.Location, null, Instant.MinValue));
        }

        return plan with { State = state with { Effects = effects, Lines = [.. Lines(state, prepacked)], Stated = state.Lines } };
    }

    /// <summary>Of a line that states kits, and not one of their components.</summary>
    private static bool IsOfKit(OrderEffect effect) => effect.Kit is not null && effect.Part.Contains('\n', StringComparison.Ordinal);

    private static IEnumerable<OrderLineState> Lines(OrderState state, Dictionary<(Sku Kit, OrderEffectKind Kind), decimal> prepacked)
    {
        foreach (var lines in state.Lines.GroupBy(line => line.Sku))
        {
            var wanted = lines.SelectMany(line => line.Wanted).GroupBy(part => part.Location, part => part.Quantity)
                .Select(part => new WantedUnits(part.Key, part.Sum())).OrderBy(part => part.Location is null).ToList();
            yield return Line(lines.Key, lines.Sum(line => line.Open), lines.Sum(line => line.Shipped) - Units(lines.Key, OrderEffectKind.Ship),
                lines.Sum(line => line.SetAside) - Units(lines.Key, OrderEffectKind.SetAside), wanted) with
            {
                Returned = lines.Sum(line => line.Returned) - Units(lines.Key, OrderEffectKind.Return),
                Preferred = lines.Select(line => line.Preferred).FirstOrDefault(location => location is not null),
            };
        }

        foreach (var kit in state.Kits)
        {
            yield return Line(
                kit.Sku, kit.Open, Kits(kit.Sku, OrderEffectKind.Ship), Kits(kit.Sku, OrderEffectKind.SetAside), []) with
            {
                Returned = Kits(kit.Sku, OrderEffectKind.Return),
                Preferred = kit.Components.Select(line => line.Preferred).FirstOrDefault(location => location is not null),
            };
        }

        static OrderLineState Line(Sku sku, decimal open, decimal shipped, decimal setAside, IReadOnlyList<WantedUnits> wanted) =>
            new(sku, open + shipped, 0, shipped, 0, wanted) { SetAside = setAside };

        decimal Kits(Sku kit, OrderEffectKind kind) => prepacked.GetValueOrDefault((kit, kind));

        decimal Units(Sku component, OrderEffectKind kind) => state.Kits.Sum(
            kit => Kits(kit.Sku, kind) * (kit.Kit.Components.FirstOrDefault(one => one.Sku == component)?.Quantity ?? 0));
    }

    /// <summary>The effects of one kit while they are divided into prepacked ones and components.</summary>
    private sealed class KitEffects(OrderPlan plan, OrderKitState kit, Reservation? existing, Func<PositionKey, decimal> free,
        Func<Sku, LocationId?> mostAvailable)
    {
        private readonly OrderHold _hold = new(existing);
        private readonly OrderLedger _ledger = existing?.Ledger ?? OrderLedger.Of(plan.Order);
        private readonly Dictionary<PositionKey, decimal> _taken = [];

        /// <summary>Kits that are units of their own SKU, by what happens to them.</summary>
        public Dictionary<OrderEffectKind, decimal> Prepacked { get; } = [];

        /// <summary>The part of a message that states kits: its effects on each component, and how many whole kits these are.</summary>
        private sealed record Stated(string Part, IReadOnlyList<OrderEffect> Effects, decimal Kits, decimal WerePrepacked, decimal WereAssembled)
        {
            public OrderEffect First => Effects[0];

            public string Prepacked => $"{Part}\n{First.Kit}";
        }

        public IEnumerable<OrderEffect> Split(OrderEffectKind kind)
        {
            var all = plan.State.Effects.Where(effect => IsOfKit(effect) && effect.Kit == kit.Sku && effect.Kind == kind)
                .GroupBy(effect => (effect.Message, Part: effect.Part[..effect.Part.LastIndexOf('\n')])).Select(Of).ToList();
            var total = 0m;
            foreach (var there in all.GroupBy(stated => kind == OrderEffectKind.Return ? null : stated.First.Location).OrderBy(there => there.Key is null))
            {
                var left = kind == OrderEffectKind.Return
                    ? Math.Min(Prepacked.GetValueOrDefault(OrderEffectKind.Ship), there.Sum(stated => stated.Kits))
                    : InAll([.. there], there.Key, kind);
                total += left;
                foreach (var stated in there)
                {
                    var kits = Math.Min(left, stated.Kits);
                    left -= kits;
                    foreach (var effect in stated.Effects)
                    {
                        yield return effect with { Quantity = effect.Quantity - (kits * PerKit(effect.Sku)) };
                    }

                    if (kits > 0 || stated.WerePrepacked > 0)
                    {
                        yield return stated.First with { Part = stated.Prepacked, Sku = kit.Sku, Quantity = kits };
                    }
                }
            }

            Prepacked[kind] = total;
        }

        /// <summary>How many of the kits at a location are prepacked ones.</summary>
        private decimal InAll(IReadOnlyList<Stated> stated, LocationId? location, OrderEffectKind kind)
        {
            var (kits, were) = (stated.Sum(one => one.Kits), stated.Sum(one => one.WerePrepacked));
            if (kind == OrderEffectKind.SetAside)
            {
                // Those that ship now are no longer set aside.
                were -= Math.Min(were, _taken.GetValueOrDefault(new PositionKey(kit.Sku, location!.Value)));
            }

            var more = Math.Max(0, kits - were - stated.Sum(one => one.WereAssembled));
            return Math.Min(kits, were + Take(location, more, ofSetAside: kind == OrderEffectKind.Ship));
        }

        /// <summary>
        /// Prepacked kits that the order holds, has set aside or could have there, at most so many. What it has sent back is not taken again, so that it makes
        /// no difference when that is reported.
        /// </summary>
        private decimal Take(LocationId? location, decimal atMost, bool ofSetAside)
        {
            var setAside = ofSetAside ? Recorded(OrderEffectKind.SetAside) : [];
            var returned = Recorded(OrderEffectKind.Return);
            var otherwise = location ?? kit.Components.Select(line => line.Preferred).FirstOrDefault(wanted => wanted is not null)
                ?? _hold.LastLocation(kit.Sku) ?? mostAvailable(kit.Sku);
            var from = location is null ? _hold.Locations(kit.Sku).Select(units => units.Location).Union(setAside.Keys) : [];
            var taken = 0m;
            foreach (var key in from.Union(otherwise is { } rest ? [rest] : []).Select(at => new PositionKey(kit.Sku, at)).ToList())
            {
                // Below 0 where it holds units that it has sent back, for what is still open of it.
                var unheld = free(key) - returned.GetValueOrDefault(key.Location);
                var there = decimal.Floor(_hold.Open(key) + (key.Location == otherwise ? unheld : Math.Min(0, unheld)));
                var kits = Math.Clamp(Math.Max(0, there) + setAside.GetValueOrDefault(key.Location) - _taken.GetValueOrDefault(key), 0, atMost - taken);
                _taken[key] = _taken.GetValueOrDefault(key) + kits;
                taken += kits;
            }

            return taken;
        }

        private Dictionary<LocationId, decimal> Recorded(OrderEffectKind kind) => _ledger.Recorded.Values.SelectMany(recorded => recorded.Pieces)
            .Where(piece => piece.Kind == kind && piece.Sku == kit.Sku)
            .GroupBy(piece => piece.Location, piece => piece.Quantity).ToDictionary(at => at.Key, at => at.Sum());

        private Stated Of(IGrouping<(string Message, string Part), OrderEffect> effects)
        {
            var parts = effects.ToList();
            var isWhole = parts.Count == kit.Kit.Components.Count;
            return new Stated(
                effects.Key.Part, parts, isWhole ? parts.Min(effect => decimal.Floor(effect.Quantity / PerKit(effect.Sku))) : 0,
                Recorded($"{effects.Key.Message}\n{effects.Key.Part}\n{kit.Sku}"),
                isWhole ? parts.Min(effect => decimal.Floor(Recorded(effect.Key) / PerKit(effect.Sku))) : 0);
        }

        private decimal Recorded(string key) => _ledger.Recorded.TryGetValue(key, out var recorded) ? recorded.Pieces.Sum(piece => piece.Quantity) : 0;

        private decimal PerKit(Sku component) => kit.Kit.Components.First(one => one.Sku == component).Quantity;
    }
}
