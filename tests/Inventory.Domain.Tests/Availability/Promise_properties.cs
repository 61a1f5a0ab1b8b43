using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using static RetailSync.Inventory.Domain.Tests.Availability.AnySituation;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>What holds for any stock and any rules.</summary>
public sealed class Promise_properties
{
    private const int Times = 200;

    /// <summary>More than there ever is.</summary>
    private const decimal Everything = 1_000;

    [Fact]
    public void Terms_add_up_to_the_promise() => Gen.Select(SomeStock, SomeRules(All)).Sample(
        (stock, rules) =>
        {
            var situation = Situation.Of(stock, rules);
            foreach (var who in Askers(situation))
            {
                var terms = situation.Terms(who);
                Assert.Equal(situation.Quantity(who), terms.Sum(term => term.Quantity));
                Assert.All(terms, term => Assert.NotEqual(0, term.Quantity));

                // What is not a fact of a location, and not a cut at zero, is so because somebody wanted it.
                Assert.All(terms.Where(term => term.Location is null), term => Assert.NotNull(term.Rule));
            }
        },
        iter: Times);

    [Fact]
    public void Nothing_is_promised_beyond_stock_and_what_rules_allow() => Gen.Select(SomeStock, SomeRules(All)).Sample(
        (stock, rules) =>
        {
            var situation = Situation.Of(stock, rules);
            foreach (var who in Askers(situation))
            {
                var there = situation.Stock.Locations.Where(location => !who.Contains('@') || who.EndsWith($"@{location.Profile.Id}"))
                    .Sum(location => Math.Max(0, location.Sellable));
                var beyond = situation.Rules.Backorder(Situation.Channel(who), Situation.Cup)?.Body.Limit ?? 0;
                Assert.InRange(situation.Quantity(who), 0, there + beyond);
            }
        },
        iter: Times);

    [Fact]
    public void Nothing_is_promised_ahead_beyond_stock_and_firm_supply() => Gen.Select(
        SomeStock, SomeRules(All), Gen.Int[-1, 5], Gen.Int[0, 20], Gen.Int[0, 10], Gen.Int[0, 10]).Sample(
        (stock, rules, day, units, confidence, ruled) =>
        {
            var today = new LocalDate(2026, 11, 24);
            var document = FormattableString.Invariant(
                $"S1 expects {units} on {today.PlusDays(day).ToString("uuuu-MM-dd", null)} confidence {confidence / 10m}");
            var situation = Situation.Of($"{stock}, {document}", FormattableString.Invariant($"{rules}; supply confidence {ruled / 10m}"));
            foreach (var channel in Channels)
            {
                var days = situation.Ahead(channel, days: 5);
                var beyond = situation.Rules.Backorder(Situation.Channel(channel), Situation.Cup)?.Body.Limit ?? 0;
                foreach (var (then, promised) in days)
                {
                    var coming = day >= 0 && then >= today.PlusDays(day) ? units * confidence * ruled / 100m : 0;
                    Assert.InRange(promised, 0, situation.Stock.Locations.Sum(location => Math.Max(0, location.Sellable)) + coming + beyond);
                }

                // What is promised for a day is still there on every later one.
                Assert.Equal(days.Select(promise => promise.Quantity).Order(), days.Select(promise => promise.Quantity));
            }
        },
        iter: Times);

    [Fact]
    public void A_further_location_never_lowers_a_channel() => Gen.Select(SomeStock, SomeLocation, SomeRules([.. Units, Publish])).Sample(
        (stock, further, rules) =>
        {
            var (before, after) = (Situation.Of(stock, rules), Situation.Of($"{stock}, S9 {further}", rules));
            Assert.All(Channels, channel => Assert.True(after.Quantity(channel) >= before.Quantity(channel), channel));
        },
        iter: Times);

    [Fact]
    public void More_stock_never_lowers_a_channel() =>
    Gen.Select(SomeStock, SomeRules([.. Units, Backorder, BackorderForAll, Publish]), Gen.Int[0, 3], Gen.Int[1, 9]).Sample(
        (stock, rules, where, more) =>
        {
            var before = Situation.Of(stock, rules);
            var locations = before.Stock.Locations.ToList();
            var index = where % locations.Count;
            locations[index] = locations[index] with { OnHand = locations[index].OnHand + (more / 2m) };
            var after = before with { Stock = before.Stock with { Locations = locations } };
            Assert.All(Channels, channel => Assert.True(after.Quantity(channel) >= before.Quantity(channel), channel));
        },
        iter: Times);

    [Fact]
    public void The_order_of_locations_and_rules_does_not_matter() => Gen.Select(SomeStock, SomeRules(All)).Sample(
        (stock, rules) =>
        {
            var situation = Situation.Of(stock, rules);
            var turned = situation with { Stock = situation.Stock with { Locations = [.. situation.Stock.Locations.Reverse()] } };
            Assert.All(Askers(situation), who => Assert.Equal(situation.Quantity(who), turned.Quantity(who)));
            Assert.All(Channels, channel => Assert.Equal(situation.Own(channel).MostAvailable(), turned.Own(channel).MostAvailable()));
        },
        iter: Times);

    [Fact]
    public void Parts_of_locations_add_up_to_what_is_there() => Gen.Select(SomeStock, SomeRules(All)).Sample(
        (stock, rules) =>
        {
            var situation = Situation.Of(stock, rules);
            Assert.All(Channels, channel => Assert.Equal(situation.Own(channel).Everywhere(), situation.Own(channel).Parts().Sum(part => part.Quantity)));
        },
        iter: Times);

    [Fact]
    public void Exactly_the_promised_units_can_be_held_in_any_order() => Gen.Select(
        SomeStock, SomeRules([.. Units, .. Shares]), Gen.Shuffle(new[] { 0, 1, 2, 3 })).Sample(
        (stock, rules, order) =>
        {
            var situation = Situation.Of(stock, rules);
            var locations = order.Where(index => index < situation.Stock.Locations.Count).Select(index => situation.Stock.Locations[index].Profile.Id);
            Assert.All(Channels, channel => Assert.Equal(situation.Quantity(channel), situation.Hold(channel, Everything, locations).Held));
            Assert.All(Askers(situation).Where(who => who.Contains('@')), who =>
                Assert.Equal(situation.Quantity(who), situation.Hold(who.Split('@')[0], Everything, [LocationId.Parse(who.Split('@')[1])]).Held));
        },
        iter: Times);

    [Fact]
    public void No_unit_is_promised_twice() => Gen.Select(SomeStock, SomeRules([.. Units, .. Shares]), Gen.Shuffle(Channels)).Sample(
        (stock, rules, order) =>
        {
            var before = Situation.Of(stock, rules);
            var after = order.Aggregate(before, (now, channel) => now.Hold(channel, Everything).After);
            foreach (var (was, location) in before.Stock.Locations.Zip(after.Stock.Locations))
            {
                // No more is held at a location than could be sold there, and its safety stock is still there.
                var safety = before.Rules.SafetyStock(Situation.Cup, was.Profile, was.OnHand)?.Body.Of(was.OnHand) ?? 0;
                Assert.InRange(location.Reserved - was.Reserved, 0, Math.Max(0, was.Sellable - safety));
            }
        },
        iter: Times);

    [Fact]
    public void A_channels_holds_reduce_its_number_exactly() => Gen.Select(SomeStock, SomeRules(Fences), OneOf(Channels), Gen.Int[0, 30]).Sample(
        (stock, rules, channel, units) =>
        {
            var situation = Situation.Of(stock, rules);
            var (after, held) = situation.Hold(channel, units / 2m);
            Assert.Equal(situation.Quantity(channel) - held, after.Quantity(channel));
        },
        iter: Times);

    /// <summary>A share is of the current pool, so it shrinks with it; a number of units does not.</summary>
    [Fact]
    public void A_ring_fence_remains_when_others_have_taken_all_else() => Gen.Select(
        SomeStock, SomeRules(Fences), OneOf("web", "shop", "market"), Gen.Shuffle(Channels)).Sample(
        (stock, rules, owner, order) =>
        {
            // Without borrowing, the number is that of the ring-fence.
            var before = Situation.Of(stock, rules.Replace(" borrow", ""));
            if (before.Own(owner).RingFence is not null)
            {
                var after = order.Where(channel => channel != owner).Aggregate(before, (now, channel) => now.Hold(channel, Everything).After);
                Assert.Equal(before.Quantity(owner), after.Quantity(owner));
            }
        },
        iter: Times);

    /// <summary>It keeps what it has or gives it up for other units, at whichever locations.</summary>
    [Fact]
    public void A_changed_hold_takes_nothing_of_others_ring_fences() => Gen.Select(
        SomeStock, SomeRules(Fences), Gen.Int[0, 30], Gen.Shuffle(new[] { 0, 1, 2, 3 }), Gen.Int[0, 16].Array[4]).Sample(
        (stock, rules, units, order, wanted) =>
        {
            var empty = Situation.Of(stock, rules);
            var before = empty.Hold("web", units / 2m).After;
            var kept = before.Stock.Locations.Zip(empty.Stock.Locations, (now, was) => now.Reserved - was.Reserved).ToList();
            var keeping = before.Stock with { Locations = [.. before.Stock.Locations.Select((location, index) => location with { Kept = kept[index] })] };
            var own = ChannelStock.Of(Situation.Channel("web"), keeping, before.Rules);
            var change = order.Where(index => index < kept.Count).Select(index => (before.Stock.Locations[index].Profile.Id, index))
                .Select(at => (at.Id, Units: own.Take(at.Id, wanted[at.index] / 2m) - kept[at.index]));
            var after = before.Reserve(change.ToDictionary(part => part.Id, part => part.Units), own.CountedIn);

            Assert.All(after.Stock.Locations.Zip(empty.Stock.Locations),
                pair => Assert.InRange(pair.First.Reserved - pair.Second.Reserved, 0, Math.Max(0, pair.Second.Sellable)));
            foreach (var owner in new[] { "shop", "market" })
            {
                // Without borrowing, the number is that of the ring-fence.
                var rulesAlone = rules.Split("; ").Select(rule => rule.StartsWith($"allocation {owner}") ? rule.Replace(" borrow", "") : rule);
                var alone = Situation.Of(stock, string.Join("; ", rulesAlone)).Book;
                if ((before with { Book = alone }).Own(owner).RingFence is not null)
                {
                    Assert.True((after with { Book = alone }).Quantity(owner) >= (before with { Book = alone }).Quantity(owner), owner);
                }
            }
        },
        iter: Times);

    [Fact]
    public void Safety_stock_remains_when_all_but_ring_fences_is_taken() => Gen.Select(
        SomeStock, SomeRules([NetworkSafetyStock, NetworkSafetyShare, SafetyStock]), Gen.Shuffle(Channels)).Sample(
        (stock, rules, order) =>
        {
            var before = Situation.Of(stock, rules);
            var after = order.Aggregate(before, (now, channel) => now.Hold(channel, Everything).After);
            var left = RingFences.Units(after.Stock, after.Rules).Sum();
            var kept = Math.Min(RingFences.NetworkSafetyStock(before.Stock, before.Rules)?.Units ?? 0, RingFences.Units(before.Stock, before.Rules).Sum());
            Assert.Equal(kept, left);
        },
        iter: Times);

    [Fact]
    public void Own_units_are_used_before_borrowed_ones_and_returned_last() => Gen.Select(
        Gen.Int[0, 20], Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[1, 24]).Sample(
        (stock, own, others, units) =>
        {
            var situation = Situation.Of($"S1 {stock}", $"allocation web fixed {own} borrow; allocation market fixed {others}");
            var pool = situation.Quantity("shop");
            var fence = Math.Min(own, stock);
            var (held, count) = situation.Hold("web", units);
            Assert.Equal(pool - Math.Max(0, count - fence), held.Quantity("shop"));

            // One by one: first the borrowed ones are the pool's again, then its own are its own again, and no one else's.
            for (var left = count - 1; left >= 0; left--)
            {
                held = held.Reserve(new Dictionary<LocationId, decimal> { [LocationId.Parse("S1")] = -1 }, held.Own("web").CountedIn);
                Assert.Equal(pool - Math.Max(0, left - fence), held.Quantity("shop"));
                Assert.Equal(situation.Quantity("web") - left, held.Quantity("web"));
                Assert.Equal(situation.Quantity("market"), held.Quantity("market"));
            }
        },
        iter: Times);

    /// <summary>Rules that keep numbers of units, and keep them from all channels alike.</summary>
    private static Gen<string>[] Fences => [SafetyStock, NetworkSafetyStock, Eligibility, Eligibility, BufferForAll, Fence, Fence, Fence];

    /// <summary>Every channel, everywhere and at each location.</summary>
    private static IEnumerable<string> Askers(Situation situation) =>
        Channels.SelectMany(channel => situation.Stock.Locations.Select(location => $"{channel}@{location.Profile.Id}")
            .Prepend(channel).Append($"{channel}@S99"));
}
