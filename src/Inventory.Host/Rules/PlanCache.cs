using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>
/// A cache of rules and locations: this host's writes are in it at once, those of other hosts within a second. A rule that is
/// dated ahead comes into force by the clock. For many threads.
/// </summary>
public sealed class PlanCache(IClock clock)
{
    private readonly Lock _writing = new();
    private volatile Known _known = new(RuleBook.Empty, new Dictionary<LocationId, LocationProfile>());
    private volatile Current? _current;

    private sealed record Known(RuleBook Book, IReadOnlyDictionary<LocationId, LocationProfile> Locations);

    private sealed record Current(Known Of, Plan Plan, Instant From);

    public RuleBook Book => _known.Book;

    /// <summary>The same object until something changes.</summary>
    public Plan Now() => At(clock.GetCurrentInstant());

    public Plan At(Instant instant)
    {
        var known = _known;
        if (_current is { } current && ReferenceEquals(current.Of, known) && current.From <= instant && !(current.Plan.Rules.Until <= instant))
        {
            return current.Plan;
        }

        var plan = new Plan(known.Book.InForceAt(instant), known.Locations);
        _current = new Current(known, plan, instant);
        return plan;
    }

    /// <summary>The rules of a plan at its instant, and those of later ones as they are known now.</summary>
    /// <param name="now">The instant at which the plan's rules are in force.</param>
    public Func<Instant, RulesInForce> RulesAt(Plan plan, Instant now)
    {
        var book = Book;
        return instant => instant == now ? plan.Rules : book.InForceAt(instant);
    }

    /// <summary>
    /// The rules in force at a past instant: of those that were known by then, or that are known today. Places are those of today: they have no history.
    /// </summary>
    public Plan AsOf(Instant instant, Knowledge knowledge) =>
        new((knowledge == Knowledge.Then ? _known.Book.KnownAt(instant) : _known.Book).InForceAt(instant), _known.Locations);

    /// <summary>Takes a rule's versions over, unless newer ones are known.</summary>
    public void Put(RuleVersions rule)
    {
        lock (_writing)
        {
            if (rule.Version > _known.Book.Find(rule.Id).Version)
            {
                _known = _known with { Book = _known.Book.With(rule) };
            }
        }
    }

    public void Put(IReadOnlyDictionary<LocationId, LocationProfile> locations)
    {
        lock (_writing)
        {
            _known = _known with { Locations = locations };
        }
    }
}
