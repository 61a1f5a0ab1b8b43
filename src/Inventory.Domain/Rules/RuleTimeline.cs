using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>The rules in force over time. Made once for each stretch of time; not for two threads.</summary>
public sealed class RuleTimeline
{
    private readonly RuleBook _book;
    private readonly Knowledge _knowledge;
    private readonly Instant[] _changes;
    private readonly RulesInForce?[] _inForce;

    /// <param name="book">The rules with their history.</param>
    /// <param name="knowledge">At each instant of those that were known by then, or of all that are known today.</param>
    public RuleTimeline(RuleBook book, Knowledge knowledge)
    {
        (_book, _knowledge) = (book, knowledge);
        var changes =
            from version in book.All.SelectMany(rule => rule.All)
            from change in (Instant?[])[version.RecordedAt, version.EffectiveFrom, version.EffectiveTo, (version.Body as AllocationRule)?.ReleaseAt]
            where change is not null
            select change.Value;
        _changes = [Instant.MinValue, .. changes.Where(change => change > Instant.MinValue).Distinct().Order()];
        _inForce = new RulesInForce?[_changes.Length];
    }

    /// <summary>The same object for the whole of a stretch.</summary>
    public RulesInForce At(Instant instant) => InStretch(StretchOf(instant));

    /// <summary>The first instant after this one at which there may be a change; null when there is none.</summary>
    public Instant? NextChange(Instant after) => StretchOf(after) + 1 is var next && next < _changes.Length ? _changes[next] : null;

    private RulesInForce InStretch(int stretch) =>
        _inForce[stretch] ??= (_knowledge == Knowledge.Then ? _book.KnownAt(_changes[stretch]) : _book).InForceAt(_changes[stretch]);

    private int StretchOf(Instant instant) => Array.BinarySearch(_changes, instant) is var found && found >= 0 ? found : ~found - 1;
}
