using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Simulation;

/// <summary>A set is two cups and a plate.</summary>
public sealed class Replaying_kits
{
    private static readonly Sku Set = Sku.Parse("set");
    private static readonly Sku Plate = Sku.Parse("plate");
    private static readonly ChannelId Web = ChannelId.Parse("web");
    private static readonly LocationId[] Places = [LocationId.Parse("S001"), LocationId.Parse("S002")];

    private static readonly Gen<Sku?> SomeSku = Gen.Int[0, 4].Select(index => index switch { 0 => Story.Cup, 1 => Plate, 2 => Set, _ => (Sku?)null });
    private static readonly Gen<LocationId> Place = Gen.Int[0, 1].Select(index => Places[index]);

    private static readonly Gen<Rule> Body = Gen.OneOf<Rule>(
        Gen.Select(SomeSku, Place, Gen.Int[0, 6])
            .Select((sku, place, units) => (Rule)new SafetyStockRule(sku, place, null, units, null, SafetyStockLevel.Location)),
        Gen.Select(SomeSku, Gen.Int[0, 6]).Select((sku, units) => (Rule)new SafetyStockRule(sku, null, null, units, null, SafetyStockLevel.Network)),
        Gen.Select(SomeSku, Gen.Int[0, 6]).Select((sku, units) => (Rule)new BufferRule(Web, sku, null, null, units)),
        Gen.Select(SomeSku, Place).Select((sku, place) => (Rule)new EligibilityRule(Web, sku, place, null, Allowed: false)),
        Gen.Select(SomeSku, Gen.Int[0, 5], Gen.Bool).Select(
            (sku, units, borrow) => (Rule)new AllocationRule(Story.Channels[1], sku, AllocationMode.Fixed, units, borrow, 0, null)),
        Gen.Select(SomeSku, Gen.Int[0, 3]).Select((sku, limit) => (Rule)new BackorderRule(null, sku, limit)),
        Gen.Select(SomeSku, Gen.Int[0, 6]).Select((sku, cap) => (Rule)new PublishRule(Web, sku, 1, cap, null, [])),
        Gen.Bool.Select(isOne => (Rule)Kit(isOne ? KitAssembly.OneLocation : KitAssembly.Any, 1)));

    private static readonly Gen<(Rule Body, int From, int? Lasts)[]> Rules = Gen.Select(Body, Gen.Int[0, 20], Gen.Int[0, 20])
        .Select((body, from, lasts) => (body, from, lasts == 0 ? (int?)null : lasts)).Array[0, 4];

    private static readonly Gen<(Sku Sku, LocationId Place, int Change)[]> Events =
        Gen.Select(Gen.Int[0, 2], Place, Gen.Int[-4, 9]).Select((sku, place, change) => (((Sku[])[Story.Cup, Plate, Set])[sku], place, change)).Array[1, 25];

    [Fact]
    public void Rules_of_a_component_change_the_kit_too()
    {
        var result = Replay([(Story.Cup, 10), (Plate, 4)], new SafetyStockRule(Story.Cup, null, null, 4, null, SafetyStockLevel.Location));

        Assert.Equal([(Story.Cup, 4m, 1L), (Set, 1m, 1L)], result.Skus.Select(one => (one.Sku, one.Tally.UnitsWithheld, one.Tally.Publications)));
    }

    [Fact]
    public void The_kits_own_rules_count_for_what_is_assembled()
    {
        var result = Replay([(Story.Cup, 10), (Plate, 4), (Set, 1)], new PublishRule(Web, Set, null, 2, null, []));

        Assert.Equal([(Set, 3m)], result.Skus.Select(one => (one.Sku, one.Tally.UnitsWithheld)));
        Assert.Equal(0, Replay([(Story.Cup, 10)], new PublishRule(Web, Set, null, 2, null, [])).Channels[0].Tally.Publications);
    }

    [Fact]
    public void Another_kit_can_be_tried()
    {
        var result = Replay([(Story.Cup, 10), (Plate, 4)], Kit(KitAssembly.Any, 5));

        Assert.Equal([(Set, 2m)], result.Skus.Select(one => (one.Sku, one.Tally.UnitsWithheld)));
    }

    [Fact]
    public void What_is_held_of_a_component_is_promised_in_no_kit()
    {
        var (book, from) = (Book([]), Story.Morning + Duration.FromMinutes(2));
        var replay = new HistoryReplay(new Scenario(book, [], from, from + Duration.FromHours(1), [Web], Story.NoPlaces));
        replay.Add(Story.Cup, Received(Places[0], 10, 1));
        replay.Add(Plate, Received(Places[0], 9, 1));
        replay.Add(Story.Cup, ReplayedEvent.Of(Places[0], Minute(3), new StockReserved("h", 6, "web", Minute(9))));
        replay.Add(Plate, ReplayedEvent.Of(Places[0], Minute(3), new StockReserved("h", 3, "web", Minute(9))));

        // Cups, plates and sets: 10, 9 and 5 before, 4, 6 and 2 while it is held, and back when the hold has expired.
        Assert.Equal(6, replay.Finish().Channels[0].Tally.Publications);
    }

    /// <summary>Whatever comes, goes and changes: what is withheld and published of the kit is what the formula says of each half minute.</summary>
    [Fact]
    public void A_kits_numbers_are_those_of_the_formula() => Gen.Select(Events, Rules, Body).Sample(
        (events, rules, tried) =>
        {
            var book = Book(rules);
            var id = tried is KitRule ? RuleId.OfKit(Set) : RuleId.Parse("tried");
            var (from, to) = (Minute(events.Length / 2), Minute(events.Length + 25));
            var replay = new HistoryReplay(new Scenario(book, [new ProposedRule(id, tried, null, null)], from, to, [Web], Story.NoPlaces));
            var instead = book.With(new RuleVersions(
                id, [new RuleVersion(id, book.Find(id).Version + 1, tried, from, null, "proposed", null, Instant.MinValue)]));
            var stock = ((Sku[])[Story.Cup, Plate, Set]).ToDictionary(sku => sku, sku => new SkuStock(sku, [], SkuStock.NoUse));
            var (withheld, publications, published) = (0m, 0L, default(ChannelPromise?));
            for (var half = 0; half <= 2 * (events.Length + 25); half++)
            {
                var now = Story.Morning + Duration.FromSeconds(30 * half);
                if (half % 2 == 0 && half / 2 < events.Length)
                {
                    var (sku, place, change) = events[half / 2];
                    replay.Add(sku, Received(place, change, half / 2));
                    stock[sku] = With(stock[sku], place, change);
                }

                if (now >= from)
                {
                    var real = Promise(stock, book.KnownAt(now).InForceAt(now));
                    published ??= real;
                    var promise = Promise(stock, instead.KnownAt(now).InForceAt(now));
                    withheld = Math.Max(withheld, real.Quantity - promise.Quantity);
                    publications += promise == published ? 0 : 1;
                    published = promise;
                }
            }

            var tally = replay.Finish().Skus.SingleOrDefault(one => one.Sku == Set).Tally;
            Assert.Equal(withheld, tally.UnitsWithheld);
            if (withheld > 0)
            {
                Assert.Equal(publications, tally.Publications);
            }
        },
        iter: 500);

    private static ChannelPromise Promise(Dictionary<Sku, SkuStock> stock, RulesInForce rules) => ChannelPromise.Of(
        Web, stock[Set] with { Kit = rules.Kit(Set) is { } kit ? new KitStock(kit, [.. kit.Components.Select(one => stock[one.Sku])]) : null }, rules);

    private static SkuStock With(SkuStock stock, LocationId place, decimal change)
    {
        var before = stock.Locations.Where(one => one.Profile.Id == place).Sum(one => one.OnHand);
        var there = new LocationStock(LocationProfile.Unregistered(place), before + change, 0, 0, []);
        return stock with { Locations = [.. stock.Locations.Where(one => one.Profile.Id != place), there] };
    }

    private static ReplayResult Replay((Sku Sku, decimal Units)[] stock, Rule tried)
    {
        var id = tried is KitRule ? RuleId.OfKit(Set) : RuleId.Parse("tried");
        var replay = new HistoryReplay(new Scenario(
            Book([]), [new ProposedRule(id, tried, null, null)], Minute(9), Minute(20), [Web], Story.NoPlaces));
        foreach (var (sku, units) in stock)
        {
            replay.Add(sku, Received(Places[0], units, 1));
        }

        return replay.Finish();
    }

    private static RuleBook Book((Rule Body, int From, int? Lasts)[] rules) => new(
    [
        RuleVersions.None(RuleId.OfKit(Set)).Evolve(new RuleSet("planner", null, Kit(KitAssembly.Any, 2), Story.Morning, null), Instant.MinValue),
        .. rules.Where(rule => rule.Body is not KitRule).Select((rule, index) => RuleVersions.None(RuleId.Parse($"r{index}")).Evolve(
            new RuleSet("planner", null, rule.Body, Changed(rule.From), rule.Lasts is { } lasts ? Changed(rule.From + lasts) : null), Story.Morning)),
    ]);

    private static KitRule Kit(KitAssembly from, decimal cups) => new(Set, [new KitComponent(Story.Cup, cups), new KitComponent(Plate, 1)], from);

    private static ReplayedEvent Received(LocationId place, decimal units, int minute) =>
        ReplayedEvent.Of(place, Minute(minute), new StockReceived("wms", $"{minute}", Minute(minute), units) { Change = units });

    private static Instant Minute(int minute) => Story.Morning + Duration.FromMinutes(minute);

    private static Instant Changed(int minute) => Minute(minute) + Duration.FromSeconds(30);
}
