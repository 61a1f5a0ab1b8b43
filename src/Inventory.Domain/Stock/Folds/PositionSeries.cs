using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>A position over a stretch of time.</summary>
/// <param name="End">The stretch begins after the end of the one before and includes this instant.</param>
/// <param name="Position">As <see cref="PositionAsOf"/> has it at the end.</param>
/// <param name="Least">The least on-hand at any instant from the end of the stretch before to the end.</param>
/// <param name="Most">The most on-hand at any of these instants.</param>
public readonly record struct PositionStretch(Instant End, StockPosition Position, decimal Least, decimal Most);

/// <summary>
/// A position over time: what <see cref="PositionAsOf"/> says of each of many instants, from one pass over its events. It is given the same events in the
/// same order, and keeps those that it is given.
/// </summary>
/// <remarks>
/// What is known now of an instant is the beginning of the history that is known now, since a correction acts at the instant of what it corrects: that
/// history is put in order once, and continued from one instant to the next.
/// </remarks>
public sealed class PositionSeries(Knowledge knowledge) : IPositionFold
{
    private readonly List<(RecordedEvent Recorded, long Version)> _events = [];
    private PositionCheckpoint _recorded = PositionCheckpoint.Beginning;
    private PositionCheckpoint _known = PositionCheckpoint.Beginning;

    public void GoOnFromRecorded(PositionCheckpoint balance) => _recorded = balance;

    public void GoOnFromKnown(PositionCheckpoint balance) => _known = balance;

    public void Add(RecordedEvent recorded, long version) => _events.Add((recorded, version));

    /// <param name="from">Where the first stretch begins.</param>
    /// <param name="ends">Where the stretches end, ascending, none before <paramref name="from"/>.</param>
    public IEnumerable<PositionStretch> Over(Instant from, IReadOnlyList<Instant> ends)
    {
        var recorded = new RecordedCourse(_recorded, _events);
        var known = knowledge == Knowledge.Now
            ? new KnownCourse(_known, [.. _events.Where(happened => happened.Version > _known.Version).Select(happened => happened.Recorded.Happened)]) : null;
        var onHand = new Bounds();
        Advance(from);
        foreach (var end in ends)
        {
            onHand = new Bounds(known?.Position.OnHand ?? recorded.OnHand);
            Advance(end);
            var then = recorded.At(end);
            yield return new PositionStretch(end, known is null ? then : PositionAsOf.WithFacts(then, known.Position), onHand.Least, onHand.Most);
        }

        void Advance(Instant until)
        {
            recorded.Advance(until, known is null ? onHand : new Bounds());
            known?.Advance(until, onHand);
        }
    }

    private sealed class Bounds(decimal begin = 0)
    {
        public decimal Least { get; private set; } = begin;

        public decimal Most { get; private set; } = begin;

        public void Take(decimal onHand) => (Least, Most) = (Math.Min(Least, onHand), Math.Max(Most, onHand));
    }

    /// <summary>What was recorded, from one instant to the next.</summary>
    private sealed class RecordedCourse(PositionCheckpoint begin, IEnumerable<(RecordedEvent Recorded, long Version)> events)
    {
        // A stable sort: events of one instant keep their order.
        private readonly (RecordedEvent Recorded, long Version)[] _events =
            [.. events.Where(happened => happened.Version > begin.Version).OrderBy(happened => happened.Recorded.RecordedAt)];

        private StockPosition _position = begin.Position;
        private HoldExpiryTracker _held = new(begin.Holds);
        private long _newest;
        private int _next;

        public decimal OnHand => _position.OnHand;

        public StockPosition At(Instant instant) => PositionAsOf.WithoutExpired(_position, _held, instant);

        public void Advance(Instant until, Bounds onHand)
        {
            while (_next < _events.Length && _events[_next].Recorded.RecordedAt is var instant && instant <= until)
            {
                for (; _next < _events.Length && _events[_next].Recorded.RecordedAt == instant; _next++)
                {
                    Take(_events[_next]);
                }

                onHand.Take(OnHand);
            }
        }

        private void Take((RecordedEvent Recorded, long Version) happened)
        {
            if (happened.Version > _newest)
            {
                _newest = happened.Version;
                Fold(happened.Recorded);
                return;
            }

            // Clocks of several hosts differ a little: an event that was recorded later by its clock, and earlier by its version, is folded where it belongs.
            (_position, _held) = (begin.Position, new HoldExpiryTracker(begin.Holds));
            foreach (var (recorded, _) in _events.Take(_next + 1).OrderBy(one => one.Version))
            {
                Fold(recorded);
            }
        }

        private void Fold(RecordedEvent recorded)
        {
            _position = StockPosition.Evolve(_position, recorded.Happened);
            _held.Follow(recorded);
        }
    }

    /// <summary>What is known now, from one instant to the next.</summary>
    private sealed class KnownCourse(PositionCheckpoint begin, IReadOnlyList<StockEvent> happened)
    {
        private readonly IReadOnlyList<(StockFact Fact, decimal Quantity)> _history = History.Effective([.. happened.OfType<StockFact>()]);
        private int _next;

        public StockPosition Position { get; private set; } = begin.Position;

        public void Advance(Instant until, Bounds onHand)
        {
            while (_next < _history.Count && _history[_next].Fact.OccurredAt is var instant && instant <= until)
            {
                for (; _next < _history.Count && _history[_next].Fact.OccurredAt == instant; _next++)
                {
                    Position = Position.Apply(_history[_next].Fact, _history[_next].Quantity);
                }

                onHand.Take(Position.OnHand);
            }
        }
    }
}
