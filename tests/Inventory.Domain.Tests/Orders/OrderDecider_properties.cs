using CsCheck;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

using static RetailSync.Inventory.Domain.Tests.Availability.AnySituation;

namespace RetailSync.Inventory.Domain.Tests.Orders;

/// <summary>What holds of stock and hold after any messages of an order, taken one by one in any order.</summary>
public sealed class OrderDecider_properties
{
    private static readonly Instant Morning = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly Sku Cup = Sku.Parse("cup");
    private static readonly string[] Locations = ["S001", "S002"];

    private static readonly Gen<OrderReport[]> Life = Gen.Select(
        OneOf(OrderMessageType.Change, OrderMessageType.Cancellation, OrderMessageType.Shipment, OrderMessageType.Shipment, OrderMessageType.ShipmentCancelled,
            OrderMessageType.Return, OrderMessageType.Refund, OrderMessageType.Ready, OrderMessageType.Ready, OrderMessageType.Collected,
            OrderMessageType.NotCollected),
        Gen.Int[0, 5], OneOf("", "S001", "S002"), Gen.Int[0, 6]).Array[0, 7].Select(Gen.Bool, (messages, isPickup) => (OrderReport[])
        [
            new OrderReport("m0", OrderMessageType.Order, Morning, 1)
            { Lines = [new OrderLine(Cup, 4) { Location = isPickup ? LocationId.Parse("S001") : null }], IsPickup = isPickup },
            .. messages.Select((message, index) => new OrderReport($"m{index + 1}", message.Item1, Morning + Duration.FromMinutes(index + 1), index + 2)
            {
                Revision = message.Item1 == OrderMessageType.Change ? index + 1 : null,
                IsPickup = message.Item1 == OrderMessageType.Change && message.Item4 > 3 ? message.Item4 < 6 : null,
                Lines = message.Item1 == OrderMessageType.ShipmentCancelled || (message.Item4 < 3 && message.Item1 is OrderMessageType.Cancellation
                    or OrderMessageType.Shipment or OrderMessageType.Ready or OrderMessageType.Collected or OrderMessageType.NotCollected) ? null
                    : [new OrderLine(Cup, message.Item2) { Location = message.Item3.Length == 0 ? null : LocationId.Parse(message.Item3), ComesBack = true }],
                Shipment = message.Item1 == OrderMessageType.ShipmentCancelled ? $"m{message.Item4}" : null,
            }),
        ]);

    [Fact]
    public void Stock_follows_the_lines_and_the_hold_what_is_open() => Gen.Select(Life, Gen.Int[0, 8], Gen.Int[0, 1_000_000]).Sample((life, there, seed) =>
    {
        var random = new Random(seed);
        var world = new World(there);
        List<OrderReport> known = [];
        foreach (var report in life.OrderBy(_ => random.Next()))
        {
            known.Add(report with { Arrival = known.Count + 1 });
            world.Settle(known);
            var before = world.Events;
            world.Settle(known);
            Assert.Equal(before, world.Events);
        }

        var line = OrderFold.Of(known).Lines.SingleOrDefault(line => line.Sku == Cup);
        var effects = OrderFold.Of(known).Effects;
        Assert.Equal(
            there * 2 - effects.Where(effect => effect.Kind == OrderEffectKind.Ship)
            .Sum(effect => effect.Quantity) + effects.Where(effect => effect.Kind == OrderEffectKind.Return).Sum(effect => effect.Quantity),
            world.Positions.Values.Sum(position => position.OnHand));
        Assert.Equal(world.Hold?.Open.Sum(units => units.Quantity) ?? 0, world.Positions.Values.Sum(position => position.Reserved));
        Assert.All(world.Positions.Values, position => Assert.True(position.Reserved >= 0));
        Assert.Equal(line?.SetAside ?? 0, world.Positions.Values.Sum(position => position.UnsellableTotal));
        Assert.True(world.Positions.Values.Sum(position => position.Reserved) + (line?.SetAside ?? 0) <= (line?.Open ?? 0));

        // Nothing stays free while something is missing.
        var free = world.Positions.Values.Sum(position => Math.Max(0, position.OnHand - position.UnsellableTotal - position.Reserved));
        Assert.True(free == 0 || line is null || line.Wanted.All(part => part.Location is not null)
            || world.Positions.Values.Sum(position => position.Reserved) + line.SetAside == line.Open);
    }, iter: 1_000);

    /// <summary>A kit of two cups and a saucer, prepacked or not; lines of the kit, of cups, and messages about saucers.</summary>
    private static readonly Kit Set = new(
        Sku.Parse("set"), [new KitComponent(Cup, 2), new KitComponent(Sku.Parse("saucer"), 1)], KitAssembly.Any);

    private static readonly Gen<OrderReport[]> LifeOfKits = Gen.Select(
        OneOf(OrderMessageType.Change, OrderMessageType.Cancellation, OrderMessageType.Shipment, OrderMessageType.Shipment, OrderMessageType.ShipmentCancelled,
            OrderMessageType.Return, OrderMessageType.Refund, OrderMessageType.Ready, OrderMessageType.Collected, OrderMessageType.NotCollected),
        Gen.Int[0, 3], OneOf("S001", "S002"), Gen.Int[0, 6], OneOf("set", "set", "cup", "saucer"), Gen.Int[0, 2])
        .Array[0, 6].Select(Gen.Bool, Gen.Bool, Gen.Bool, (messages, isPickup, hasCups, isComplete) =>
        {
            var set = isComplete ? Set with { From = KitAssembly.OneLocation } : Set;
            LocationId? store = isPickup ? LocationId.Parse("S001") : null;
            return (OrderReport[])
            [
                new OrderReport("m0", OrderMessageType.Order, Morning, 1)
                {
                    Lines = [new OrderLine(Set.Sku, 3) { Kit = set, Location = store }, new OrderLine(Cup, hasCups ? 1 : 0) { Location = store }],
                    IsPickup = isPickup,
                },
                .. messages.Select((message, index) => new OrderReport($"m{index + 1}", message.Item1, Morning + Duration.FromMinutes(index + 1), index + 2)
                {
                    Revision = message.Item1 == OrderMessageType.Change ? index + 1 : null,
                    Lines = message.Item1 == OrderMessageType.ShipmentCancelled || (message.Item4 < 3 && message.Item1 is OrderMessageType.Cancellation
                        or OrderMessageType.Shipment or OrderMessageType.Ready or OrderMessageType.Collected or OrderMessageType.NotCollected) ? null
                        : [new OrderLine(Sku.Parse(Stated(message.Item1, message.Item5)), message.Item2)
                        {
                            // What happens names its place: what has none goes by where units are held, and so by the order of arrival.
                            Location = message.Item1 == OrderMessageType.Change ? store : LocationId.Parse(message.Item3),
                            ComesBack = true,
                            Kit = Stated(message.Item1, message.Item5) == "set" ? set : null,
                        }],
                    Shipment = message.Item1 == OrderMessageType.ShipmentCancelled ? $"m{message.Item4}" : null,
                }),
            ];
        });

    [Fact]
    public void Kits_are_held_whole_and_stock_follows_them() =>
        Gen.Select(LifeOfKits, Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 1_000_000]).Sample((life, cups, saucers, sets, seed) =>
        {
            var random = new Random(seed);
            var world = new World(cups, saucers, sets);
            List<OrderReport> known = [];
            foreach (var report in life.OrderBy(_ => random.Next()))
            {
                known.Add(report with { Arrival = known.Count + 1 });
                world.Settle(known);
                var before = world.Events;
                world.Settle(known);
                Assert.Equal(before, world.Events);
            }

            // In components, whether prepacked or not, stock is what the messages say.
            var state = OrderFold.Of(known);
            foreach (var (sku, there, perSet) in ((Sku, int, int)[])[(Cup, cups, 2), (Sku.Parse("saucer"), saucers, 1)])
            {
                var moved = state.Effects.Where(effect => effect.Sku == sku).Sum(effect => effect.Kind switch
                {
                    OrderEffectKind.Ship => -effect.Quantity,
                    OrderEffectKind.Return => effect.Quantity,
                    _ => 0,
                });
                Assert.Equal(
                    (2 * (there + (sets * perSet))) + moved,
                    world.Sum(sku, position => position.OnHand) + (perSet * world.Sum(Set.Sku, position => position.OnHand)));
                Assert.Equal(
                    state.Lines.Where(line => line.Sku == sku).Sum(line => line.SetAside),
                    world.Sum(sku, position => position.UnsellableTotal) + (perSet * world.Sum(Set.Sku, position => position.UnsellableTotal)));
            }

            foreach (var units in world.Positions)
            {
                Assert.Equal((world.Hold?.Open ?? []).Where(open => open.Key == units.Key).Sum(open => open.Quantity), units.Value.Reserved);
                Assert.True(units.Value.Reserved >= 0);
            }

            // Lines add up, and what is held is what whole kits and the other lines need.
            foreach (var kit in state.Kits)
            {
                var missing = OrderKitHolds.Missing(state, world.Hold)[kit.Sku];
                Assert.InRange(missing, 0, kit.Open);
            }
        }, iter: 3_000);

    [Fact]
    public void Kits_end_the_same_whatever_the_order_of_their_messages() =>
        Gen.Select(LifeOfKits.Where(life => !life.Any(HasNoPlace)), Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 1_000_000])
        .Sample((life, cups, saucers, sets, seed) =>
        {
            var random = new Random(seed);
            var (inOrder, shuffled) = (new World(cups, saucers, sets), new World(cups, saucers, sets));
            inOrder.Settle(life);
            List<OrderReport> known = [];
            foreach (var report in life.OrderBy(_ => random.Next()))
            {
                known.Add(report with { Arrival = known.Count + 1 });
                shuffled.Settle(known);
            }

            // What is held, and set aside of that, may differ, as with any units: they stay where they are kept.
            Assert.Equal(Shelves(inOrder), Shelves(shuffled));
        }, iter: 3_000);

    /// <summary>
    /// Ordered, cancelled, shipped, returned, set aside, held and oversold of each line, whatever messages arrive first. What happens names its place: where
    /// stock is short, it matters to what is left where units of no place are taken from. Nor does a kit come back: before it is known to have left, it does as
    /// its components, and a line that they are held for keeps them when it turns out to have been prepacked.
    /// </summary>
    [Fact]
    public void Lines_end_the_same_whatever_the_order_of_their_messages()
    {
        var (all, compared) = (0, 0);
        Gen.Select(
            Gen.OneOf(Life, LifeOfKits).Where(life => life.All(HasItsPlace) && !life.Any(IsReturnOfKit)), Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 2],
            Gen.Int[0, 1_000_000])
        .Sample((life, cups, saucers, sets, seed) =>
        {
            var random = new Random(seed);
            var (inOrder, shuffled) = (new World(cups, saucers, sets), new World(cups, saucers, sets));
            inOrder.Settle(life);
            List<OrderReport> known = [];
            foreach (var report in life.OrderBy(_ => random.Next()))
            {
                known.Add(report with { Arrival = known.Count + 1 });
                shuffled.Settle(known);
            }

            Interlocked.Increment(ref all);

            // What is held or set aside stays so where a shipment that arrives later takes the units under it: it goes by what had arrived by then.
            if (!inOrder.KeepsMoreThanThereIs && !shuffled.KeepsMoreThanThereIs)
            {
                Interlocked.Increment(ref compared);
                Assert.Equal(Numbers(life, inOrder), Numbers(known, shuffled));
            }
        }, iter: 3_000);

        Assert.True(compared * 2 > all, $"{compared} of {all} worlds were compared");
    }

    [Fact]
    public void Lines_always_add_up_with_what_is_held() =>
        Gen.Select(Gen.OneOf(Life, LifeOfKits), Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 1_000_000]).Sample((life, cups, saucers, sets, seed) =>
        {
            var random = new Random(seed);
            var world = new World(cups, saucers, sets);
            List<OrderReport> known = [];
            foreach (var report in life.OrderBy(_ => random.Next()))
            {
                known.Add(report with { Arrival = known.Count + 1 });
                world.Settle(known);

                // What is neither missing nor set aside is kept at positions: for lines, and as whole kits.
                var state = OrderFold.Of(known);
                var missing = Missing(state, world.Hold);
                Assert.All(Open(state), line => Assert.InRange(missing[line.Key], 0, line.Value));
                foreach (var (sku, perSet) in ((Sku, decimal)[])[(Cup, 2), (Sku.Parse("saucer"), 1)])
                {
                    var ofLine = state.Lines.Where(line => line.Sku == sku && line.Kit is null).Sum(line => line.Open - line.SetAside - missing[sku]);
                    var ofKits = state.Kits.Sum(kit => kit.Components.Where(line => line.Sku == sku)
                        .Sum(line => Math.Max(0, line.Open - line.SetAside - (missing[kit.Sku] * perSet))));
                    Assert.True(
                        ofLine + ofKits <= world.Sum(sku, position => position.Reserved) + (perSet * world.Sum(Set.Sku, position => position.Reserved)),
                        $"{ofLine} and {ofKits} of {sku} are shown as held");
                }
            }
        }, iter: 3_000);

    private static Dictionary<Sku, decimal> Open(OrderState state) => state.Lines.Where(line => line.Kit is null).Select(line => (line.Sku, line.Open))
        .Concat(state.Kits.Select(kit => (kit.Sku, kit.Open))).ToDictionary(line => line.Sku, line => line.Open);

    /// <summary>Units that are neither held nor set aside, by what the channel states.</summary>
    private static Dictionary<Sku, decimal> Missing(OrderState state, Reservation? hold)
    {
        var (kits, besideKits) = (OrderDecider.MissingKits(state, hold), OrderDecider.MissingByThemselves(state, hold));
        return state.Lines.Where(line => line.Kit is null)
            .Select(line => (line.Sku, besideKits.GetValueOrDefault(line.Sku, Math.Max(0, line.Open - line.SetAside - (hold?.Kept(line.Sku) ?? 0)))))
            .Concat(kits.Select(kit => (kit.Key, kit.Value))).ToDictionary(one => one.Item1, one => one.Item2);
    }

    private static IEnumerable<string> Numbers(IReadOnlyList<OrderReport> known, World world)
    {
        var state = OrderFold.Of(known);
        var missing = Missing(state, world.Hold);
        return state.Lines.Where(line => line.Kit is null)
            .Select(line => (line.Sku, line.Ordered, line.Cancelled, line.Shipped, line.Returned, line.SetAside, line.Open))
            .Concat(state.Kits.Select(kit => (kit.Sku, kit.Ordered, kit.Cancelled, kit.Shipped, kit.Returned, kit.SetAside, kit.Open)))
            .Select(line => FormattableString.Invariant(
                $"{line.Sku}: ordered {line.Ordered:0.##}, cancelled {line.Cancelled:0.##}, shipped {line.Shipped:0.##}, returned {line.Returned:0.##}, ")
                + FormattableString.Invariant(
                    $"set aside {line.SetAside:0.##}, held {line.Open - missing[line.Sku]:0.##}, oversold {missing[line.Sku]:0.##}"));
    }

    /// <summary>No message wants a component by itself: it would be what all messages about that component mean.</summary>
    private static string Stated(OrderMessageType type, string sku) => type == OrderMessageType.Change && sku == "saucer" ? "set" : sku;

    /// <summary>It goes by where units are held when it is settled.</summary>
    private static bool HasNoPlace(OrderReport report) => report.Type is OrderMessageType.Shipment or OrderMessageType.Collected && report.Lines is null;

    private static bool HasItsPlace(OrderReport report) =>
        report.Type is not (OrderMessageType.Shipment or OrderMessageType.Collected or OrderMessageType.Return or OrderMessageType.Refund)
        || report.Lines?.All(line => line.Location is not null) == true;

    private static bool IsReturnOfKit(OrderReport report) =>
        report.Type is OrderMessageType.Return or OrderMessageType.Refund && report.Lines?.Any(line => line.Kit is not null) == true;

    private static IEnumerable<string> Shelves(World world) => world.Positions
        .Where(position => position.Value.OnHand != 0).OrderBy(position => position.Key.ToString(), StringComparer.Ordinal)
        .Select(position => FormattableString.Invariant($"{position.Key} {position.Value.OnHand:0.##}"));

    /// <summary>Found by the property: less came back, and of that some still where nothing had left from.</summary>
    [Fact]
    public void A_cancelled_shipment_is_settled_in_one_step()
    {
        var world = new World(4);
        List<OrderReport> known =
        [
            new("m0", OrderMessageType.Order, Morning, 1) { Lines = [new OrderLine(Cup, 4)] },
            new("m1", OrderMessageType.Shipment, Morning + Duration.FromMinutes(1), 2)
            { Lines = [new OrderLine(Cup, 2) { Location = LocationId.Parse("S001") }] },
            new("m2", OrderMessageType.Shipment, Morning + Duration.FromMinutes(2), 3)
            { Lines = [new OrderLine(Cup, 3) { Location = LocationId.Parse("S002") }] },
            new("m4", OrderMessageType.Refund, Morning + Duration.FromMinutes(4), 4) { Lines = [new OrderLine(Cup, 4) { ComesBack = true }] },
        ];
        world.Settle(known);
        known.Add(new OrderReport("m3", OrderMessageType.ShipmentCancelled, Morning + Duration.FromMinutes(3), 5) { Shipment = "m1" });
        world.Settle(known);
        var (events, shelves) = (world.Events, world.Positions.Values.Select(position => position.OnHand).ToList());

        world.Settle(known);

        Assert.Equal(events, world.Events);
        Assert.Equal([4, 4], shelves);
    }

    /// <summary>
    /// Found by the property: a return with a location takes units from one without, after that one was settled.
    /// </summary>
    [Fact]
    public void A_return_with_a_location_is_settled_in_one_step()
    {
        var world = new World(3);
        List<OrderReport> known =
        [
            new("m2", OrderMessageType.Shipment, Morning + Duration.FromMinutes(2), 1)
            { Lines = [new OrderLine(Cup, 2) { Location = LocationId.Parse("S001") }] },
            new("m0", OrderMessageType.Order, Morning, 2) { Lines = [new OrderLine(Cup, 4)] },
            new("m1", OrderMessageType.Shipment, Morning + Duration.FromMinutes(1), 3) { Lines = [new OrderLine(Cup, 5)] },
            new("m6", OrderMessageType.Refund, Morning + Duration.FromMinutes(6), 4) { Lines = [new OrderLine(Cup, 4) { ComesBack = true }] },
            new("m3", OrderMessageType.Refund, Morning + Duration.FromMinutes(3), 5)
            { Lines = [new OrderLine(Cup, 4) { Location = LocationId.Parse("S001"), ComesBack = true }] },
        ];
        for (var count = 1; count <= known.Count; count++)
        {
            world.Settle(known[..count]);
        }

        var events = world.Events;
        world.Settle(known);

        Assert.Equal(events, world.Events);
    }

    /// <summary>
    /// Found by the property: a prepacked kit that had come back was held for what was still open, and then shipped beside the one that had been there.
    /// </summary>
    [Fact]
    public void A_prepacked_kit_that_came_back_is_not_shipped_again()
    {
        var set = Set with { From = KitAssembly.OneLocation };
        OrderReport Of(int minute, OrderMessageType type, OrderLine line) =>
            new($"m{minute}", type, Morning + Duration.FromMinutes(minute), minute + 1) { Lines = [line] };
        OrderLine Sets(decimal quantity, string location) => new(Set.Sku, quantity) { Location = LocationId.Parse(location), ComesBack = true, Kit = set };
        OrderReport[] life =
        [
            Of(0, OrderMessageType.Order, new OrderLine(Set.Sku, 3) { Kit = set }),
            Of(1, OrderMessageType.Ready, Sets(3, "S001")),
            Of(2, OrderMessageType.Collected, Sets(3, "S002")),
            Of(3, OrderMessageType.Shipment, Sets(1, "S001")),
            Of(4, OrderMessageType.Return, Sets(2, "S002")),
        ];
        var (inOrder, shuffled) = (new World(1, 2, 1), new World(1, 2, 1));
        inOrder.Settle(life);
        List<OrderReport> known = [];
        foreach (var message in (int[])[1, 3, 0, 4, 2])
        {
            known.Add(life[message] with { Arrival = known.Count + 1 });
            shuffled.Settle(known);
        }

        Assert.Equal(["cup@S001 1", "cup@S002 -3", "saucer@S001 2", "set@S002 2"], Shelves(inOrder));
        Assert.Equal(Shelves(inOrder), Shelves(shuffled));
    }

    /// <summary>SKUs at two locations, and the hold of one order.</summary>
    private sealed class World
    {
        private readonly Dictionary<PositionKey, List<StockFact>> _facts = [];
        private readonly HashSet<MovementId> _movements = [];

        /// <param name="cups">At each location; so are the others.</param>
        public World(decimal cups, decimal saucers = 0, decimal sets = 0)
        {
            foreach (var (sku, there) in (ReadOnlySpan<(string, decimal)>)[("cup", cups), ("saucer", saucers), ("set", sets)])
            {
                foreach (var location in Locations.Where(_ => sku == "cup" || there > 0))
                {
                    Append(new PositionKey(Sku.Parse(sku), LocationId.Parse(location)),
                        new StockReceived("wms", $"{sku} {location}", Morning - Duration.FromHours(1), there) { Change = there, OnHandAfter = there });
                }
            }
        }

        public bool KeepsMoreThanThereIs =>
            Positions.Values.Any(position => position.Reserved + position.UnsellableTotal > Math.Max(0, position.OnHand));

        public decimal Sum(Sku sku, Func<StockPosition, decimal> units) =>
            Positions.Where(position => position.Key.Sku == sku).Sum(position => units(position.Value));

        public Dictionary<PositionKey, StockPosition> Positions { get; } = [];

        public Reservation? Hold { get; private set; }

        public int Events { get; private set; }

        public void Settle(IReadOnlyList<OrderReport> known)
        {
            var now = Morning + Duration.FromHours(2);
            var plan = OrderDecider.InStock(
                new OrderPlan(ChannelId.Parse("web"), "1001", known.Count, OrderFold.Of(known)) { Source = "channel/web" }, Hold,
                key => Positions.TryGetValue(key, out var there) ? Math.Max(0, there.OnHand - there.UnsellableTotal - there.Reserved) : 0,
                _ => LocationId.Parse("S001"));
            var recorded = OrderDecider.Record(plan, Hold, _ => LocationId.Parse("S001"), now);
            foreach (var step in recorded.Steps)
            {
                Append(step);
            }

            var kept = recorded.Hold;
            var stock = Positions.GroupBy(position => position.Key.Sku).ToDictionary(positions => positions.Key, positions => ChannelStock.Of(
                plan.Channel,
                new SkuStock(positions.Key, [.. positions.Select(position => new LocationStock(
                    LocationProfile.Unregistered(position.Key.Location), position.Value.OnHand, position.Value.UnsellableTotal, position.Value.Reserved, [],
                    kept?.Open.Where(units => units.Key == position.Key).Sum(units => units.Quantity) ?? 0))], SkuStock.NoUse),
                Plan.None.Rules));
            var held = OrderDecider.Hold(plan, kept, isAdopted: false, stock, now);
            foreach (var step in held.Steps)
            {
                Append(step);
            }

            Hold = held.Hold ?? kept;
        }

        private void Append(OrderStep step)
        {
            if (step is HoldStep hold)
            {
                Append(hold.Key, hold.Happened);
                return;
            }

            var (movement, fulfilled) = (MovementStep)step;
            Assert.True(_movements.Add(movement.Name), $"{movement.Name} twice");
            var fact = StockDecider.Fact(movement, step.Key);
            var position = Positions.GetValueOrDefault(step.Key, StockPosition.Empty);
            var (happened, refusal) = StockDecider.Decide(position, fact, StockDecider.Need(position, fact).IsNothing ? [] : _facts[step.Key]);
            Assert.Null(refusal);
            Append(step.Key, happened is StockSold sold && fulfilled > 0 ? sold with { Fulfilled = fulfilled } : happened!);
        }

        private void Append(PositionKey key, StockEvent happened)
        {
            Events++;
            Positions[key] = StockPosition.Evolve(Positions.GetValueOrDefault(key, StockPosition.Empty), happened);
            if (happened is StockFact fact)
            {
                if (!_facts.TryGetValue(key, out var facts))
                {
                    _facts[key] = facts = [];
                }

                facts.Add(fact);
            }
        }
    }
}
