using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>
/// Whether a kit can be what a planner wants, beside all others and at every instant at which it would be in force: it needs itself nowhere, and no kit has
/// more than three levels, also none that needs it.
/// </summary>
public sealed class KitCheck
{
    /// <summary>A kit of kits of kits.</summary>
    public const int MostLevels = 3;

    /// <summary>Components that a kit names.</summary>
    public const int MostComponents = 100;

    /// <summary>Components that a kit needs in the end; those of kits within it are counted each time.</summary>
    public const int MostNeeded = 200;

    /// <summary>Units of one component; through three levels that stays below <see cref="Quantity.Max"/>.</summary>
    public const decimal MostUnits = 9_999;

    private static readonly string TooDeep = $"must not make a kit of more than {MostLevels} levels of kits";

    private readonly KitRule _kit;
    private readonly Span _window;
    private readonly Dictionary<Sku, List<(KitRule Rule, Span Span)>> _kits = [];
    private readonly Dictionary<Sku, List<(KitRule Rule, Span Span)>> _needing = [];

    private KitCheck(RuleBook book, KitRule kit, Instant from, Instant? to)
    {
        (_kit, _window) = (kit, new Span(from, to));
        foreach (var (rule, span) in book.Kits.Where(other => other.Id != RuleId.OfKit(kit.Sku)).SelectMany(InForce).Append((kit, _window)))
        {
            Add(rule, span);
        }
    }

    /// <summary>From an instant on, until another one; for ever where that is null.</summary>
    private readonly record struct Span(Instant From, Instant? To)
    {
        public bool IsEmpty => To <= From;

        public Span Within(Span other) => new(Instant.Max(From, other.From), To is null || other.To < To ? other.To : To);
    }

    /// <param name="book">All kits as they are known.</param>
    /// <param name="kit">What one of them is to be; quantities above 0.</param>
    /// <param name="from">From this instant on.</param>
    /// <param name="to">No longer from this instant on; null for ever.</param>
    /// <returns>Why not, as the end of a sentence about its components; null where it can be.</returns>
    public static string? Refusal(RuleBook book, KitRule kit, Instant from, Instant? to)
    {
        var check = new KitCheck(book, kit, from, to);
        return check.Upwards(kit.Sku, check._window, levelsAbove: 0, []);
    }

    private void Add(KitRule rule, Span span)
    {
        (_kits.TryGetValue(rule.Sku, out var versions) ? versions : _kits[rule.Sku] = []).Add((rule, span));
        foreach (var component in rule.Components)
        {
            (_needing.TryGetValue(component.Sku, out var kits) ? kits : _needing[component.Sku] = []).Add((rule, span));
        }
    }

    /// <summary>What a kit is while the one that is checked would be in force.</summary>
    private IEnumerable<(KitRule Rule, Span Span)> InForce(RuleVersions kit)
    {
        Instant[] cuts =
        [
            .. kit.All.SelectMany(version => new[] { version.EffectiveFrom, version.EffectiveTo }).OfType<Instant>()
                .Where(cut => !new Span(cut, null).Within(_window).IsEmpty && cut > _window.From).Append(_window.From).Distinct().Order(),
        ];
        for (var index = 0; index < cuts.Length; index++)
        {
            if (kit.InForceAt(cuts[index])?.Body is KitRule rule)
            {
                yield return (rule, new Span(cuts[index], index + 1 < cuts.Length ? cuts[index + 1] : _window.To));
            }
        }
    }

    /// <summary>Looks from this kit, and from every one that needs it, at all that is needed.</summary>
    private string? Upwards(Sku sku, Span span, int levelsAbove, HashSet<(Sku, Span)> seen)
    {
        if (!seen.Add((sku, span)))
        {
            return null;
        }

        if (levelsAbove >= MostLevels)
        {
            return TooDeep;
        }

        foreach (var (rule, whole) in _kits.GetValueOrDefault(sku, []))
        {
            var both = whole.Within(span);
            if (!both.IsEmpty && Downwards(rule, both, 1, isWithin: false, out var needed) is var refusal && (refusal is not null || needed > MostNeeded))
            {
                return refusal ?? $"must not be more than {MostNeeded} in the end, as of {rule.Sku}";
            }
        }

        foreach (var (rule, whole) in _needing.GetValueOrDefault(sku, []))
        {
            var both = whole.Within(span);
            if (!both.IsEmpty && Upwards(rule.Sku, both, levelsAbove + 1, seen) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <param name="isWithin">Whether the kit that is checked is on the way here.</param>
    /// <param name="needed">Components in the end, at the instant at which they are most.</param>
    private string? Downwards(KitRule rule, Span span, int level, bool isWithin, out int needed)
    {
        needed = 0;
        if (level > MostLevels)
        {
            return TooDeep;
        }

        isWithin |= ReferenceEquals(rule, _kit);
        foreach (var component in rule.Components)
        {
            if (isWithin && component.Sku == _kit.Sku)
            {
                return "must not need the kit itself";
            }

            var most = 1;
            foreach (var (nested, whole) in _kits.GetValueOrDefault(component.Sku, []))
            {
                var both = whole.Within(span);
                if (both.IsEmpty)
                {
                    continue;
                }

                if (component.Quantity != decimal.Truncate(component.Quantity))
                {
                    return FormattableString.Invariant($"must be whole where they are kits: {rule.Sku} needs {component.Quantity} of {component.Sku}");
                }

                if (Downwards(nested, both, level + 1, isWithin, out var more) is { } refusal)
                {
                    return refusal;
                }

                most = Math.Max(most, more);
            }

            needed += most;
        }

        return null;
    }
}
