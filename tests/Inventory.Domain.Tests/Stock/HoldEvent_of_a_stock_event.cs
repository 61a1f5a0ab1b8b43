using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class HoldEvent_of_a_stock_event
{
    private static readonly Instant At = Instant.FromUtc(2026, 11, 23, 10, 0);
    private static readonly StockSold Sale = new("pos", "1", At, 5);

    public static TheoryData<StockEvent, HoldEvent?, bool> Events => new()
    {
        { new StockReserved("R", 3, "web", At), new HoldEvent(HoldEffect.Held, "web", "R", 3, At), false },
        { new ReservationChanged("R", -1, "web"), new HoldEvent(HoldEffect.Changed, "web", "R", -1, null), false },
        { new ReservationConfirmed("R", -1, "web"), new HoldEvent(HoldEffect.Confirmed, "web", "R", -1, null), true },
        { new ReservationReleased("R", -2, "web"), new HoldEvent(HoldEffect.Released, "web", "R", -2, null), true },
        { new ReservationExpired("R", -2, "web"), new HoldEvent(HoldEffect.Expired, "web", "R", -2, null), true },
        { ReservationFulfilled.Of("R", At, 2, "web"), new HoldEvent(HoldEffect.Shipped, "web", "R", -2, null), false },

        // Events of an older build, which stored no channel: the shipment itself confirmed the hold.
        { ReservationFulfilled.Of("R", At, 2), new HoldEvent(HoldEffect.Shipped, null, "R", -2, null), true },
        { new ReservationExpired("R", -2), new HoldEvent(HoldEffect.Expired, null, "R", -2, null), true },

        // A sale ships what was held for it, which may be less than it sold.
        { Sale with { Reservation = "R", Fulfilled = 2, Channel = "web" }, new HoldEvent(HoldEffect.Shipped, "web", "R", -2, null), false },
        { Sale with { Reservation = "R", Fulfilled = 2 }, new HoldEvent(HoldEffect.Shipped, null, "R", -2, null), true },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void Says_what_became_of_the_held_units(StockEvent happened, HoldEvent? expected, bool endsExpiry)
    {
        var hold = HoldEvent.Of(happened);
        Assert.Equal(expected, hold);
        Assert.Equal(endsExpiry, hold!.Value.EndsExpiry);
    }

    [Fact]
    public void A_sale_that_ships_nothing_held_is_about_no_hold()
    {
        Assert.Null(HoldEvent.Of(Sale));
        Assert.Null(HoldEvent.Of(Sale with { Reservation = "R" }));
        Assert.Null(HoldEvent.Of(Sale with { Fulfilled = 2 }));
    }

    [Fact]
    public void Every_other_movement_is_about_no_hold() => Assert.All(
        typeof(StockFact).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(StockFact)) && type != typeof(StockSold) && type != typeof(ReservationFulfilled)),
        type => Assert.Null(HoldEvent.Of((StockEvent)Activator.CreateInstance(type, "wms", "1", At, 5m)!)));

    [Fact]
    public void Every_event_of_a_reservation_is_covered_here() => Assert.Empty(
        typeof(ReservationEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ReservationEvent)))
            .Except(Events.Select(row => ((StockEvent)row[0]).GetType())));
}
