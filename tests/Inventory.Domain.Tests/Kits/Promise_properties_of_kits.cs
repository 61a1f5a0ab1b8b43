using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Tests.Availability;
using static RetailSync.Inventory.Domain.Tests.Availability.AnySituation;

namespace RetailSync.Inventory.Domain.Tests.Kits;

/// <summary>What holds for a kit of cups and plates, whatever there is of them and whatever the rules are.</summary>
public sealed class Promise_properties_of_kits
{
    private const int Times = 200;

    private static readonly Sku Set = Sku.Parse("set");
    private static readonly Sku Plate = Sku.Parse("plate");

    /// <summary>Units in one kit: some whole numbers, and a half.</summary>
    private static readonly Gen<decimal> Needed = OneOf(0.5m, 1, 1, 2, 3);

    [Fact]
    public void More_of_a_component_never_lowers_a_kit_from_anywhere() => Gen.Select(
        SomeStock, SomeStock, SomeRules([.. Units, Backorder, BackorderForAll, Publish]), Needed, Needed, Gen.Int[0, 3], Gen.Int[1, 9]).Sample(
        (cups, plates, rules, cup, plate, where, more) => NeverLower(cups, plates, rules, cup, plate, where, more, KitAssembly.Any),
        iter: Times);

    /// <summary>Where rules keep from all channels alike; the order of locations counts only where ring-fences of others bind at some of them.</summary>
    [Fact]
    public void More_of_a_component_never_lowers_a_kit_of_one_place() => Gen.Select(
        SomeStock, SomeStock, SomeRules([SafetyStock, NetworkSafetyStock, BufferForAll, Fence, Fence]), Needed, Needed, Gen.Int[0, 3], Gen.Int[1, 9]).Sample(
        (cups, plates, rules, cup, plate, where, more) => NeverLower(cups, plates, rules, cup, plate, where, more, KitAssembly.OneLocation),
        iter: Times);

    [Fact]
    public void Terms_add_up_and_the_least_component_limits() => Gen.Select(
        SomeStock, SomeStock, SomeStock, SomeRules(All), Needed, Needed, OneOf(KitAssembly.Any, KitAssembly.OneLocation)).Sample(
        (sets, cups, plates, rules, cup, plate, from) =>
        {
            var (stock, inForce) = Kit(cups, plates, rules, cup, plate, from, sets);
            foreach (var channel in Channels.Select(ChannelId.Parse))
            {
                var locations = stock.Kit!.Components.SelectMany(component => component.Locations).Select(location => location.Profile.Id);
                foreach (var at in locations.Select(location => (LocationId?)location).Append(null))
                {
                    var terms = PromiseBreakdown.Of(channel, stock, inForce, at);
                    Assert.Equal(ChannelPromise.Of(channel, stock, inForce, at).Quantity, terms.Sum(term => term.Quantity));
                    var components = terms.Single(term => term.Components is not null);
                    Assert.All(components.Components!, component => Assert.Equal(component.Available, component.Terms.Sum(term => term.Quantity)));
                    var least = components.Components!.Min(component => component.Kits);
                    Assert.All(components.Components!, component => Assert.Equal(component.Kits == least, component.Limits));
                    Assert.InRange(components.Quantity, 0, least);
                }
            }
        },
        iter: Times);

    /// <summary>All that is promised of a kit of one place can be taken there, of each component.</summary>
    [Fact]
    public void Kits_of_one_place_can_all_be_taken_at_their_places() => Gen.Select(SomeStock, SomeStock, SomeRules(All), Needed, Needed).Sample(
        (cups, plates, rules, cup, plate) =>
        {
            var (stock, inForce) = Kit(cups, plates, rules, cup, plate, KitAssembly.OneLocation);
            foreach (var channel in Channels.Select(ChannelId.Parse))
            {
                var parts = ChannelKit.Of(channel, stock.Kit!, inForce).Parts();
                Assert.All(parts, part => Assert.Equal(decimal.Floor(part.Quantity), part.Quantity));
                foreach (var (needed, component) in stock.Kit!.Kit.Components.Zip(stock.Kit.Components))
                {
                    var own = ChannelStock.Of(channel, component, inForce);
                    Assert.All(parts, part => Assert.Equal(part.Quantity * needed.Quantity, own.Take(part.Location, part.Quantity * needed.Quantity)));
                }
            }
        },
        iter: Times);

    /// <summary>Also beyond stock, where a line asks for that: the promise is what can be held, to the last whole kit.</summary>
    [Fact]
    public void All_that_is_promised_can_be_held_and_no_more() => Gen.Select(
        SomeStock, SomeStock, SomeStock, SomeRules(All), SomeRules(SafetyStock, BufferForAll, Backorder, Eligibility), Needed, Needed, Gen.Bool).Sample(
        (sets, cups, plates, all, atLocations, cup, plate, isOne) =>
        {
            // Of one location the promise goes through locations by id, and holds to where most is: ring-fences make these differ.
            var rules = isOne ? atLocations : all;
            var (stock, inForce) = Kit(cups, plates, rules, cup, plate, isOne ? KitAssembly.OneLocation : KitAssembly.Any, sets);
            foreach (var channel in Channels.Select(ChannelId.Parse))
            {
                var own = ChannelStock.Of(channel, stock, inForce);
                var promised = decimal.Floor(own.Everywhere()) + ChannelKit.Of(channel, stock.Kit!, inForce).Everywhere() + decimal.Floor(own.Backorder);
                Assert.True(promised == 0 || Hold(promised) is null, $"{promised} of {channel}: {Hold(promised)}");
                Assert.NotNull(Hold(promised + 1));

                ReservationRefusal? Hold(decimal kits)
                {
                    var line = new RequestedLine(Set, kits, null, AllowBackorder: true)
                    {
                        Kit = stock.Kit!.Kit,
                        SoldAt = stock.Kit.Components.SelectMany(one => one.Locations).Select(one => one.Profile)
                            .Where(profile => inForce.MaySell(channel, Set, profile)).Select(profile => profile.Id).ToHashSet(),
                    };
                    var free = stock.Kit.Components.Append(stock).ToDictionary(one => one.Sku, one => ChannelStock.Of(channel, one, inForce));
                    return ReservationDecider.Hold(
                        new HoldStock("a", channel, HoldStock.DefaultHold, [line]), null, free, Instant.FromUtc(2026, 11, 23, 9, 0)).Refusal;
                }
            }
        },
        iter: Times);

    private static void NeverLower(
        string cups, string plates, string rules, decimal cup, decimal plate, int where, int more, KitAssembly from)
    {
        var (before, inForce) = Kit(cups, plates, rules, cup, plate, from);
        foreach (var component in (int[])[0, 1])
        {
            var components = before.Kit!.Components.ToList();
            var locations = components[component].Locations.ToList();
            locations[where % locations.Count] = locations[where % locations.Count] with { OnHand = locations[where % locations.Count].OnHand + (more / 2m) };
            components[component] = components[component] with { Locations = locations };
            var after = before with { Kit = before.Kit with { Components = components } };
            Assert.All(Channels.Select(ChannelId.Parse), channel => Assert.True(
                ChannelPromise.Of(channel, after, inForce).Quantity >= ChannelPromise.Of(channel, before, inForce).Quantity, channel.Value));
        }
    }

    /// <summary>Rules are about all SKUs, cups or plates. A location is the same for all of them: as it is written first.</summary>
    /// <param name="sets">Prepacked stock; null for none.</param>
    private static (SkuStock Stock, RulesInForce Rules) Kit(
        string cups, string plates, string rules, decimal cup, decimal plate, KitAssembly from, string? sets = null)
    {
        var (ofCups, ofPlates) = (Situation.Of(cups, rules), Situation.Of(plates, rules).Stock with { Sku = Plate });
        var prepacked = Situation.Of(sets ?? "", rules).Stock with { Sku = Set };
        var profiles = ofCups.Stock.Locations.Concat(ofPlates.Locations).Concat(prepacked.Locations).Select(location => location.Profile)
            .DistinctBy(profile => profile.Id).ToDictionary(profile => profile.Id);
        var rule = new KitRule(Set, [new KitComponent(Situation.Cup, cup), new KitComponent(Plate, plate)], from);
        var book = ofCups.Book.With(RuleVersions.None(RuleId.OfKit(Set)).Evolve(
            new RuleSet("planner", null, rule, Instant.MinValue, null), Instant.MinValue));
        var inForce = book.InForceAt(ofCups.Now);
        var components = new KitStock(inForce.Kit(Set)!, [InNetwork(ofCups.Stock), InNetwork(ofPlates)]);
        return (InNetwork(prepacked) with { Kit = components }, inForce);

        SkuStock InNetwork(SkuStock stock) => stock with { Locations = [.. stock.Locations.Select(one => one with { Profile = profiles[one.Profile.Id] })] };
    }
}
