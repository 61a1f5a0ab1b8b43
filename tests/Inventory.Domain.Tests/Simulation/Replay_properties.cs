using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Simulation;

/// <summary>What holds for any history that the real deciders have written under any rules.</summary>
public sealed class Replay_properties
{
    private static readonly LocationId[] Places = [LocationId.Parse("S001"), LocationId.Parse("S002"), LocationId.Parse("S003")];
    private static readonly Gen<LocationId> Place = Gen.Int[0, 2].Select(index => Places[index]);
    private static readonly Gen<ChannelId> Channel = Gen.Int[0, 1].Select(index => Story.Channels[index]);

    private static readonly Gen<Rule> Body = Gen.OneOf<Rule>(
        Gen.Select(Gen.Int[0, 6], Place).Select((units, place) => (Rule)new SafetyStockRule(null, place, null, units, null, SafetyStockLevel.Location)),
        Gen.Int[0, 60].Select(percent => (Rule)new SafetyStockRule(null, null, null, null, percent, SafetyStockLevel.Location)),
        Gen.Int[0, 6].Select(units => (Rule)new SafetyStockRule(null, null, null, units, null, SafetyStockLevel.Network)),
        Gen.Select(Channel, Gen.Int[0, 6]).Select((channel, units) => (Rule)new BufferRule(channel, null, null, null, units)),
        Gen.Select(Channel, Place).Select((channel, place) => (Rule)new EligibilityRule(channel, null, place, null, Allowed: false)),
        Gen.Select(Channel, Gen.Int[0, 9], Gen.Bool, Gen.Bool).Select((channel, amount, fixedUnits, borrow) =>
            (Rule)new AllocationRule(channel, Story.Cup, fixedUnits ? AllocationMode.Fixed : AllocationMode.Percent, amount, borrow, 0, null)),
        Gen.Int[0, 5].Select(limit => (Rule)new BackorderRule(null, null, limit)));

    private static readonly Gen<(Rule Body, int From, int? Lasts)[]> Rules =
        Gen.Select(Body, Gen.Int[0, 30], Gen.Int[0, 30]).Select((body, from, lasts) => (body, from, lasts == 0 ? (int?)null : lasts)).Array[0, 4];

    private static readonly Gen<Action<RealCourse>> Step = Gen.Frequency(
        (3, Gen.Select(Place, Gen.Int[1, 9]).Select((place, units) => (Action<RealCourse>)(course => course.Receive(place, units)))),
        (2, Gen.Select(Place, Gen.Int[1, 4]).Select((place, units) => (Action<RealCourse>)(course => course.WalkIn(place, units)))),
        (6, Gen.Select(Channel, Gen.Int[1, 8], Gen.Bool)
            .Select((channel, units, backorder) => (Action<RealCourse>)(course => course.Hold(channel, units, backorder)))),
        (3, Gen.Select(Gen.Int[0, 9], Gen.Int[1, 8], Gen.Bool).Select(
            (order, units, backorder) => (Action<RealCourse>)(course => course.Take(order, id => new ChangeReservation(id, [Line(units, backorder)]))))),
        (1, Gen.Int[0, 9].Select(order => (Action<RealCourse>)(course => course.Take(order, id => new ConfirmReservation(id, null, null))))),
        (2, Gen.Int[0, 9].Select(order => (Action<RealCourse>)(course => course.Take(order, id => new FulfilReservation(id, null, null))))),
        (1, Gen.Select(Gen.Int[0, 9], Gen.Int[1, 3])
            .Select((order, units) => (Action<RealCourse>)(course => course.Take(order, id => new FulfilReservation(id, null, [Line(units, false)]))))),
        (2, Gen.Int[0, 9].Select(order => (Action<RealCourse>)(course => course.Take(order, id => new ReleaseReservation(id, null))))));

    private static readonly Gen<(Action<RealCourse>[] Steps, (Rule Body, int From, int? Lasts)[] Rules)> History = Gen.Select(Step.Array[1, 40], Rules);

    [Fact]
    public void The_rules_that_were_in_force_change_nothing() => History.Sample(history =>
    {
        var real = RealCourse.Of(history);

        var again = real.Replay([
            .. real.Book.All.Select(rule => new ProposedRule(rule.Id, rule.Latest!.Body, rule.Latest.EffectiveFrom, rule.Latest.EffectiveTo))]);

        Assert.All(again, tally => Assert.Equal((0, 0, 0), (tally.UnitsWithheld, tally.SalesLost, tally.OversellsAvoided)));
        Assert.Equal(real.Replay([]).Select(tally => tally.Publications), again.Select(tally => tally.Publications));
    });

    [Fact]
    public void Sums_over_locations_are_what_the_formula_says() => History.Sample(history =>
    {
        // Safety stock of nothing for the network keeps nothing back, and has the whole formula asked each time.
        var real = RealCourse.Of(
            history with { Rules = [.. history.Rules.Where(rule => rule.Body is not SafetyStockRule { Level: SafetyStockLevel.Network })] });

        var whole = real.Replay([
            new ProposedRule(RuleId.Parse("whole"), new SafetyStockRule(null, null, null, 0, null, SafetyStockLevel.Network), null, null)]);

        Assert.All(whole, tally => Assert.Equal((0, 0, 0), (tally.UnitsWithheld, tally.SalesLost, tally.OversellsAvoided)));
        Assert.Equal(real.Replay([]).Select(tally => tally.Publications), whole.Select(tally => tally.Publications));
    });

    [Fact]
    public void Losses_stay_within_orders_and_savings_within_refusals() => Gen.Select(History, Body).Sample((history, body) =>
    {
        var real = RealCourse.Of(history);

        var tallies = real.Replay([new ProposedRule(RuleId.Parse("tried"), body, null, null)]);

        Assert.All(Story.Channels.Zip(tallies), summary =>
        {
            Assert.InRange(summary.Second.SalesLost, 0, real.Ordered(summary.First));
            Assert.InRange(summary.Second.OversellsAvoided, 0, real.Ordered(summary.First));
            Assert.True(summary.Second.UnitsWithheld >= 0);
        });
    });

    private static RequestedLine Line(decimal units, bool backorder) => new(Story.Cup, units, null, backorder);

    /// <summary>The lanes without a database: decides by the rules in force, and records.</summary>
    private sealed class RealCourse(RuleBook book)
    {
        private readonly Dictionary<LocationId, StockPosition> _positions = [];
        private readonly List<Reservation> _reservations = [];
        private readonly Dictionary<ChannelId, decimal> _ordered = [];
        private readonly List<ReplayedEvent> _events = [];
        private Instant _now = Story.Morning;

        public RuleBook Book => book;

        private RulesInForce InForce => book.InForceAt(_now);

        public static RealCourse Of((Action<RealCourse>[] Steps, (Rule Body, int From, int? Lasts)[] Rules) history)
        {
            var rules = history.Rules.Select((rule, index) => RuleVersions.None(RuleId.Parse($"r{index}")).Evolve(
                new RuleSet("planner", null, rule.Body, Minute(rule.From), rule.Lasts is { } lasts ? Minute(rule.From + lasts) : null), Story.Morning));
            var course = new RealCourse(new RuleBook(rules));
            foreach (var step in history.Steps)
            {
                course._now += Duration.FromMinutes(1);
                step(course);
            }

            return course;
        }

        public IReadOnlyList<Tally> Replay(IReadOnlyList<ProposedRule> proposed)
        {
            var replay = new SkuReplay(Story.Cup, new Scenario(book, proposed, Minute(3), _now + Duration.FromMinutes(1), Story.Channels, Story.NoPlaces));
            _events.ForEach(happened => replay.Add(happened));
            return replay.Finish();
        }

        public decimal Ordered(ChannelId channel) => _ordered.GetValueOrDefault(channel);

        public void Receive(LocationId place, decimal units) => Record(place, new StockReceived("wms", $"{_now}", _now, units));

        public void WalkIn(LocationId place, decimal units) => Record(place, new StockSold("pos", $"{_now}", _now, units));

        public void Hold(ChannelId channel, decimal units, bool backorder)
        {
            var request = new HoldStock($"order-{_reservations.Count}", channel, Duration.FromMinutes(5), [Line(units, backorder)]);
            Settle(ReservationDecider.Hold(request, null, Free(channel, null), _now), channel, units);
        }

        public void Take(int number, Func<string, ReservationStep> step)
        {
            if (_reservations.Count > 0)
            {
                var reservation = _reservations[number % _reservations.Count];
                var free = step(reservation.Id) is ChangeReservation ? Free(reservation.Channel, reservation) : [];
                Settle(ReservationDecider.Step(step(reservation.Id), reservation, free, _now), reservation.Channel, 8);
            }
        }

        private static Instant Minute(int minute) => Story.Morning + Duration.FromMinutes(minute) + Duration.FromSeconds(30);

        private void Settle(ReservationDecision decision, ChannelId channel, decimal ordered)
        {
            if (decision.Events.Count == 0)
            {
                return;
            }

            _ordered[channel] = Ordered(channel) + ordered;
            _reservations.RemoveAll(reservation => reservation.Id == decision.Reservation!.Id);
            _reservations.Add(decision.Reservation!);
            foreach (var (key, happened) in decision.Events)
            {
                Record(key.Location, happened);
            }
        }

        private void Record(LocationId place, StockEvent happened)
        {
            var position = _positions.GetValueOrDefault(place, StockPosition.Empty);
            var recorded = happened is StockFact fact ? StockDecider.Decide(position, fact, []).Happened! : happened;
            _positions[place] = StockPosition.Evolve(position, recorded);
            _events.Add(ReplayedEvent.Of(place, _now, recorded));
        }

        private Dictionary<Sku, ChannelStock> Free(ChannelId channel, Reservation? kept)
        {
            var live = _reservations.Where(reservation => reservation.StateAt(_now) != ReservationState.Expired).ToList();
            var use = _reservations
                .SelectMany(reservation => (reservation with { State = reservation.StateAt(_now) }).FencedUse)
                .GroupBy(part => part.Rule, part => part.Units).ToDictionary(part => part.Key, part => part.Sum());
            var stock = _positions.Select(position => new LocationStock(
                Domain.Rules.LocationProfile.Unregistered(position.Key), position.Value.OnHand, position.Value.UnsellableTotal, Open(live, position.Key), [],
                kept is null || !live.Contains(kept) ? 0 : Open([kept], position.Key)));
            return new() { [Story.Cup] = ChannelStock.Of(channel, new SkuStock(Story.Cup, [.. stock], use), InForce) };
        }

        private static decimal Open(IEnumerable<Reservation> reservations, LocationId place) =>
            reservations.SelectMany(reservation => reservation.Open).Where(units => units.Key.Location == place).Sum(units => units.Quantity);
    }
}
