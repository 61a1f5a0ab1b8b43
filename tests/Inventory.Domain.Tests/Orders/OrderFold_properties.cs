using CsCheck;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;

using static RetailSync.Inventory.Domain.Tests.Availability.AnySituation;

namespace RetailSync.Inventory.Domain.Tests.Orders;

/// <summary>What holds of any messages of an order.</summary>
public sealed class OrderFold_properties
{
    private static readonly Instant Morning = Instant.FromUtc(2026, 11, 23, 9, 0);

    private static readonly Kit Set = new(
        Sku.Parse("set"), [new KitComponent(Sku.Parse("cup"), 2), new KitComponent(Sku.Parse("saucer"), 1)], KitAssembly.Any);

    private static readonly Gen<OrderLine> AnyLine = Gen.Select(OneOf("cup", "plate", "set", "saucer"), Gen.Int[0, 5], OneOf("", "", "S001", "S002"), Gen.Bool)
        .Select((sku, quantity, location, back) => new OrderLine(Sku.Parse(sku), quantity)
        {
            Location = location.Length == 0 ? null : LocationId.Parse(location),
            ComesBack = back,
            Reference = sku,
            Kit = sku == "set" ? Set : null,
        });

    private static readonly Gen<OrderMessageType> AnyType = Gen.Frequency(
        (2, Gen.Const(OrderMessageType.Change)), (2, Gen.Const(OrderMessageType.Cancellation)), (3, Gen.Const(OrderMessageType.Shipment)),
        (1, Gen.Const(OrderMessageType.ShipmentCancelled)), (2, Gen.Const(OrderMessageType.Return)), (2, Gen.Const(OrderMessageType.Refund)),
        (1, Gen.Const(OrderMessageType.Edit)), (2, Gen.Const(OrderMessageType.Ready)), (2, Gen.Const(OrderMessageType.Collected)),
        (1, Gen.Const(OrderMessageType.NotCollected)));

    /// <summary>A life: each message has its own instant, as a channel that has a clock sends it.</summary>
    private static readonly Gen<OrderReport[]> Life =
        Gen.Select(AnyType, AnyLine.Array[1, 3], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[-3, 3]).Array[0, 8]
        .Select(Gen.Int[0, 1]).Select((messages, placed) => (OrderReport[])
        [
            .. placed == 1 ? [new OrderReport("m0", OrderMessageType.Order, Morning, 1)
                { Lines = [new OrderLine(Sku.Parse("cup"), 4) { Reference = "cup" }, new OrderLine(Sku.Parse("plate"), 3),
                    new OrderLine(Set.Sku, 2) { Kit = Set, Reference = "set" }] }] : Array.Empty<OrderReport>(),
            .. messages.Select((message, index) => Report(index + 1, message.Item1, message.Item2, message.Item3, message.Item4, message.Item5)),
        ]);

    [Fact]
    public void Messages_in_any_order_and_repeated_end_the_same() => Gen.Select(Life, Gen.Int[0, 1_000_000]).Sample((life, seed) =>
    {
        var random = new Random(seed);
        var shuffled = life.OrderBy(_ => random.Next()).Select((report, index) => report with { Arrival = index + 1 }).ToList();

        Assert.Equal(Text(OrderFold.Of(life)), Text(OrderFold.Of(shuffled)));
    }, iter: 5_000);

    [Fact]
    public void Lines_always_add_up() => Life.Sample(
        life =>
        {
            var state = OrderFold.Of(life);
            foreach (var line in state.Lines)
            {
                Assert.Equal(Math.Max(0, line.Ordered - line.Cancelled - line.Shipped), line.Wanted.Sum(part => part.Quantity));
                Assert.All(line.Wanted, part => Assert.True(part.Quantity > 0));
                Assert.True(line is { Ordered: >= 0, Cancelled: >= 0, Shipped: >= 0, Returned: >= 0, SetAside: >= 0 } && line.SetAside <= line.Open);
                Assert.True(state.Pickup is null ? line.SetAside == 0 : line.Wanted.All(part => part.Location == state.Pickup));
            }

            foreach (var kit in state.Kits)
            {
                Assert.True(kit is { Ordered: >= 0, Cancelled: >= 0, Shipped: >= 0, Returned: >= 0, SetAside: >= 0 } && kit.SetAside <= kit.Open);
                Assert.Equal(
                    kit.Components.Max(line => (decimal?)Math.Ceiling(line.Open / kit.Kit.Components.First(one => one.Sku == line.Sku).Quantity)) ?? 0,
                    kit.Open);
                Assert.Equal(kit.Open > 0, kit.Wanted.Count > 0);
            }

            // What is recorded of stock is what the lines say.
            foreach (var effects in state.Effects.GroupBy(effect => (effect.Sku, effect.Kit, effect.Kind)))
            {
                var line = state.Lines.FirstOrDefault(line => line.Sku == effects.Key.Sku && line.Kit == effects.Key.Kit);
                Assert.True(effects.Sum(effect => effect.Quantity) <= effects.Key.Kind switch
                {
                    OrderEffectKind.Ship => line?.Shipped ?? 0,
                    OrderEffectKind.Return => line?.Returned ?? 0,
                    _ => line?.SetAside ?? 0,
                });
            }
        },
        iter: 5_000);

    [Theory]
    [InlineData(12, -1)]
    [InlineData(36, 1)]
    [InlineData(24, -2, 2)]
    public void An_edit_is_in_the_unit_of_its_line(int ordered, params int[] changes)
    {
        var line = new OrderLine(Sku.Parse("cup"), 24) { Reference = "cup", AsStated = new AsStated("10614141000019", 2, null) };
        var placed = new OrderReport("m0", OrderMessageType.Order, Morning, 1) { Lines = [line] };
        var edits = changes.Select((change, index) => Report(index + 1, OrderMessageType.Edit, [], 0, 0, change));

        Assert.Equal(ordered, Assert.Single(OrderFold.Of([placed, .. edits]).Lines).Ordered);
    }

    [Fact]
    public void A_component_that_comes_back_leaves_the_kit_open()
    {
        var state = OrderFold.Of(
        [
            new OrderReport("m0", OrderMessageType.Order, Morning, 1) { Lines = [new OrderLine(Set.Sku, 3) { Kit = Set }] },
            Report(1, OrderMessageType.Shipment, [new OrderLine(Set.Sku, 2) { Kit = Set }], 0, 1, 0),
            Report(2, OrderMessageType.Return, [new OrderLine(Sku.Parse("cup"), 2)], 0, 1, 0),
        ]);
        var kit = Assert.Single(state.Kits);
        Assert.Equal((3, 0, 2, 0, 1), (kit.Ordered, kit.Cancelled, kit.Shipped, kit.Returned, kit.Open));
        Assert.Equal(2, kit.Components.Single(line => line.Sku.Value == "cup").Returned);
    }

    [Fact]
    public void Components_that_ship_one_by_one_make_a_kit()
    {
        var state = OrderFold.Of(
        [
            new OrderReport("m0", OrderMessageType.Order, Morning, 1) { Lines = [new OrderLine(Set.Sku, 2) { Kit = Set }] },
            Report(1, OrderMessageType.Shipment, [new OrderLine(Sku.Parse("cup"), 3)], 0, 1, 0),
            Report(2, OrderMessageType.Shipment, [new OrderLine(Sku.Parse("saucer"), 1)], 0, 1, 0),
            Report(3, OrderMessageType.Cancellation, [new OrderLine(Sku.Parse("saucer"), 1)], 0, 1, 0),
        ]);
        var kit = Assert.Single(state.Kits);
        Assert.Equal((2, 0, 1, 1), (kit.Ordered, kit.Cancelled, kit.Shipped, kit.Open));
        Assert.Equal([1, 0], state.Lines.Select(line => line.Open));
    }

    [Fact]
    public void An_edit_of_a_kit_changes_all_of_its_components()
    {
        var placed = new OrderReport("m0", OrderMessageType.Order, Morning, 1) { Lines = [new OrderLine(Set.Sku, 2) { Kit = Set, Reference = "set" }] };
        var edit = Report(1, OrderMessageType.Edit, [], 0, 9, -1);
        Assert.Equal((1, 1), (OrderFold.Of([placed, edit]).Kits[0].Ordered, OrderFold.Of([placed, edit]).Kits[0].Open));
    }

    private static OrderReport Report(int number, OrderMessageType type, OrderLine[] lines, int revision, int variant, int change) =>
        new($"m{number}", type, Morning + Duration.FromMinutes(number), number + 1)
        {
            Revision = revision == 0 ? null : revision,
            Lines = type is OrderMessageType.Edit or OrderMessageType.ShipmentCancelled
            || (variant == 0 && type is OrderMessageType.Cancellation or OrderMessageType.Shipment or OrderMessageType.Ready or OrderMessageType.Collected
                or OrderMessageType.NotCollected) ? null : lines,
            IsPickup = type == OrderMessageType.Change && variant < 6 ? variant < 4 : null,
            Shipment = type == OrderMessageType.ShipmentCancelled ? $"m{variant}" : null,
            Edits = type == OrderMessageType.Edit ? [new LineEdit(variant < 5 ? "cup" : "set", change)] : null,
            IsTotal = variant > 6 && type is OrderMessageType.Shipment or OrderMessageType.Return or OrderMessageType.Refund && variant > 6,
        };

    private static string Text(OrderState state) => string.Join(
        '\n',
        state.Lines.Select(line => $"{line with { Wanted = [] }} {string.Join(' ', line.Wanted)}")
            .Concat(state.Effects.OrderBy(effect => effect.Key, StringComparer.Ordinal).Select(effect => $"{effect}"))
            .Concat(state.Kits.Select(
                kit => $"{kit.Sku} {kit.Ordered} {kit.Cancelled} {kit.Shipped} {kit.Returned} {kit.SetAside} {string.Join(' ', kit.Wanted)}"))
            .Concat(state.Fates.OrderBy(fate => fate.Key, StringComparer.Ordinal).Select(fate => $"{fate}"))
            .Prepend($"{state.Revision} {state.IsKnown} {state.Pickup}"));
}
