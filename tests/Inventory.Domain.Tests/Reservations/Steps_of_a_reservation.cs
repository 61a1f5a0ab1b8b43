using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>Confirm, fulfil and release, in any state. A step that is refused leaves everything as it was.</summary>
public sealed class Steps_of_a_reservation
{
    private readonly ReservationBook _book = new ReservationBook().Stock("cup", "S001", 3).Stock("cup", "S002", 2).Stock("plate", "S001", 9);

    public Steps_of_a_reservation() => _book.Hold("order-1", Line("cup", 4), Line("plate", 2, "S001"));

    /// <summary>What was done before, what is asked then, and the answer.</summary>
    [Theory]
    [InlineData("", "change", "done")]
    [InlineData("", "confirm", "done")]
    [InlineData("", "fulfil", "done")]
    [InlineData("", "release", "done")]
    [InlineData("", "fulfil a cup", "done")]
    [InlineData("", "fulfil five cups", "more-than-held")]
    [InlineData("", "fulfil a spoon", "more-than-held")]
    [InlineData("", "fulfil a plate of S002", "more-than-held")]
    [InlineData("", "confirm a cup", "done")]
    [InlineData("", "confirm five cups", "more-than-held")]
    [InlineData("confirm", "confirm", "as before")]
    [InlineData("confirm", "confirm a cup", "reservation-already-confirmed")]
    [InlineData("confirm a cup", "confirm a cup", "as before")]
    [InlineData("confirm", "change", "reservation-already-confirmed")]
    [InlineData("confirm", "fulfil", "done")]
    [InlineData("confirm", "release", "done")]
    [InlineData("confirm a cup", "fulfil a plate", "more-than-held")]
    [InlineData("fulfil a cup", "fulfil a cup", "as before")]
    [InlineData("fulfil a cup", "fulfil a plate", "done")]
    [InlineData("fulfil a cup", "fulfil", "done")]
    [InlineData("fulfil a cup", "release", "done")]
    [InlineData("fulfil a cup", "change", "reservation-already-confirmed")]
    [InlineData("fulfil", "fulfil", "as before")]
    [InlineData("fulfil", "fulfil a cup", "reservation-already-fulfilled")]
    [InlineData("fulfil a cup, fulfil", "fulfil a cup", "as before")]
    [InlineData("fulfil", "confirm", "reservation-already-fulfilled")]
    [InlineData("fulfil", "release", "reservation-already-fulfilled")]
    [InlineData("fulfil", "change", "reservation-already-fulfilled")]
    [InlineData("release", "release", "as before")]
    [InlineData("release", "confirm", "reservation-already-released")]
    [InlineData("release", "fulfil", "reservation-already-released")]
    [InlineData("release", "change", "reservation-already-released")]
    [InlineData("fulfil a cup, release", "fulfil a cup", "reservation-already-released")]
    [InlineData("expire", "confirm", "reservation-expired")]
    [InlineData("expire", "fulfil", "reservation-expired")]
    [InlineData("expire", "release", "reservation-expired")]
    [InlineData("expire", "change", "reservation-expired")]
    [InlineData("expire, sweep", "confirm", "reservation-expired")]
    [InlineData("confirm, expire", "fulfil", "done")]
    [InlineData("confirm, expire, sweep", "fulfil", "done")]
    [InlineData("fulfil a cup, expire, sweep", "fulfil", "done")]
    public void A_step_is_answered_by_the_state(string before, string asked, string answer)
    {
        foreach (var step in before.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            Ask("order-1", step);
        }

        var (reservation, appended) = (_book["order-1"], _book.Appended.Count);
        Assert.Equal(answer, Ask("order-1", asked));
        if (answer != "done")
        {
            Assert.Equal(reservation, _book["order-1"]);
            Assert.Equal(appended, _book.Appended.Count);
        }
    }

    [Theory]
    [InlineData("change")]
    [InlineData("confirm")]
    [InlineData("fulfil")]
    [InlineData("release")]
    public void A_step_of_an_unknown_reservation_is_refused(string asked) => Assert.Equal("unknown-reservation", Ask("order-2", asked));

    [Fact]
    public void Confirming_less_than_held_releases_the_rest()
    {
        _book.Confirm("order-1", lines: [Line("cup", 1, "S002"), Line("plate", 2)]);
        Assert.Equal(["cup S002 1", "plate S001 2"], _book.Allocations("order-1"));
        Assert.Equal((0, 1, 2), (_book.At("cup", "S001").Reserved, _book.At("cup", "S002").Reserved, _book.At("plate", "S001").Reserved));
    }

    [Fact]
    public void Fulfilling_takes_units_off_on_hand_and_reserved()
    {
        _book.Fulfil("order-1");
        Assert.Equal((0, 0), (_book.At("cup", "S001").OnHand, _book.At("cup", "S001").Reserved));
        Assert.Equal((1, 0), (_book.At("cup", "S002").OnHand, _book.At("cup", "S002").Reserved));
        Assert.Equal((7, 0), (_book.At("plate", "S001").OnHand, _book.At("plate", "S001").Reserved));
        Assert.Equal(ReservationState.Fulfilled, _book["order-1"].State);
    }

    [Fact]
    public void Fulfilling_a_part_confirms_the_rest_first()
    {
        _book.Fulfil("order-1", lines: [Line("cup", 1)]);
        Assert.Equal(ReservationState.Confirmed, _book["order-1"].State);
        Assert.Equal(["cup S001 3/1", "cup S002 1", "plate S001 2"], _book.Allocations("order-1"));
        Assert.Equal(3, _book.Appended.Count(pair => pair.Happened is ReservationConfirmed { Change: 0 }));
        Assert.IsType<ReservationFulfilled>(_book.Appended[^1].Happened);
    }

    [Fact]
    public void Releasing_after_a_part_has_shipped_releases_the_rest()
    {
        _book.Fulfil("order-1", lines: [Line("plate", 1)]);
        _book.Release("order-1");
        Assert.Equal(ReservationState.Released, _book["order-1"].State);
        Assert.Equal((8, 0), (_book.At("plate", "S001").OnHand, _book.At("plate", "S001").Reserved));
        Assert.Equal((3, 0), (_book.At("cup", "S001").OnHand, _book.At("cup", "S001").Reserved));
    }

    [Fact]
    public void Two_equal_shipments_are_distinguished_by_their_ids()
    {
        Assert.Equal("done", _book.Fulfil("order-1", "parcel-1", Line("cup", 1)));
        Assert.Equal("as before", _book.Fulfil("order-1", "parcel-1", Line("cup", 1)));
        Assert.Equal("done", _book.Fulfil("order-1", "parcel-2", Line("cup", 1)));
        Assert.Equal("cup S001 3/2", _book.Allocations("order-1")[0]);
    }

    [Fact]
    public void Two_lines_of_one_SKU_cannot_ship_a_unit_twice()
    {
        Assert.Equal("more-than-held", _book.Fulfil("order-1", "parcel-1", Line("cup", 3), Line("cup", 2)));
        Assert.Equal("done", _book.Fulfil("order-1", "parcel-2", Line("cup", 3), Line("cup", 1)));
    }

    [Fact]
    public void Shipping_everything_again_under_another_id_changes_nothing()
    {
        Assert.Equal("done", _book.Fulfil("order-1", "parcel-1"));
        Assert.Equal("as before", _book.Fulfil("order-1", "parcel-2"));
    }

    [Fact]
    public void One_id_for_two_different_steps_is_refused()
    {
        _book.Fulfil("order-1", "parcel-1", Line("cup", 1));
        Assert.Equal("step-id-reused", _book.Fulfil("order-1", "parcel-1", Line("cup", 2)));
        Assert.Equal("step-id-reused", _book.Release("order-1", "parcel-1"));
    }

    [Fact]
    public void A_repeated_step_gets_its_first_answer_whatever_came_later()
    {
        _book.Confirm("order-1", "c", Line("cup", 2));
        _book.Fulfil("order-1", "f", Line("cup", 1));
        _book.Release("order-1", "r");
        Assert.Equal("as before", _book.Confirm("order-1", "c", Line("cup", 2)));
        Assert.Equal("as before", _book.Fulfil("order-1", "f", Line("cup", 1)));
        Assert.Equal("as before", _book.Release("order-1", "r"));
    }

    /// <summary>What was done before, where how many cups are given back, the answer, and what is left.</summary>
    [Theory]
    [InlineData("", "S001", 2, "done", "cup S001 1, cup S002 1, plate S001 2", ReservationState.Held)]
    [InlineData("", "S001", 3, "done", "cup S002 1, plate S001 2", ReservationState.Held)]
    [InlineData("confirm", "S002", 1, "done", "cup S001 3, plate S001 2", ReservationState.Confirmed)]
    [InlineData("fulfil a cup", "S001", 1, "done", "cup S001 2/1, cup S002 1, plate S001 2", ReservationState.Confirmed)]
    [InlineData("fulfil a cup", "S001", 2, "done", "cup S001 1/1, cup S002 1, plate S001 2", ReservationState.Confirmed)]
    [InlineData("confirm a cup", "S001", 1, "done", "cup S001 1", ReservationState.Released)]
    [InlineData("", "S001", 4, "more-than-held", "cup S001 3, cup S002 1, plate S001 2", ReservationState.Held)]
    [InlineData("", "S003", 1, "more-than-held", "cup S001 3, cup S002 1, plate S001 2", ReservationState.Held)]
    [InlineData("fulfil a cup", "S001", 3, "more-than-held", "cup S001 3/1, cup S002 1, plate S001 2", ReservationState.Confirmed)]
    [InlineData("release", "S001", 1, "reservation-already-released", "cup S001 3, cup S002 1, plate S001 2", ReservationState.Released)]
    [InlineData("expire", "S001", 1, "reservation-expired", "cup S001 3, cup S002 1, plate S001 2", ReservationState.Held)]
    public void Releasing_units_at_one_location_leaves_the_others(string before, string location, int cups, string answer, string left, ReservationState state)
    {
        foreach (var step in before.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            Ask("order-1", step);
        }

        var back = new GiveBackUnits("order-1", "back", ReservationBook.Key("cup", location), cups);
        Assert.Equal(answer, _book.Take(back));
        Assert.Equal((left, state), (string.Join(", ", _book.Allocations("order-1")), _book["order-1"].State));
        if (answer == "done")
        {
            Assert.Equal("as before", _book.Take(back));
        }

        if (before is not "expire")
        {
            Assert.Equal(_book["order-1"].Open.Sum(units => units.Quantity), _book.Positions.Sum(position => position.Value.Reserved));
        }
    }

    [Theory]
    [InlineData("S001", 2, "cup S001 3/2, cup S002 1, plate S001 2", 1, 2)]
    [InlineData("S002", 3, "cup S001 3, cup S002 1/1, plate S001 2", 3, -1)]
    [InlineData("S001", 9, "cup S001 3/3, cup S002 1, plate S001 2", -6, 2)]
    [InlineData("S003", 1, "cup S001 3, cup S002 1, plate S001 2", 3, 2)]
    public void A_sale_ships_what_is_held_at_its_own_location(string location, int sold, string left, int first, int second)
    {
        var versions = _book.Positions.ToDictionary(position => position.Key, position => position.Value.Version);
        _book.Sell("order-1", "cup", location, sold);
        Assert.Equal(left, string.Join(", ", _book.Allocations("order-1")));
        Assert.Equal((first, second), (_book.At("cup", "S001").OnHand, _book.At("cup", "S002").OnHand));
        Assert.Equal(_book["order-1"].Open.Sum(units => units.Quantity), _book.Positions.Sum(position => position.Value.Reserved));
        Assert.All(_book.Positions.Where(position => position.Key.Location.Value != location),
            position => Assert.Equal(versions[position.Key], position.Value.Version));
    }

    /// <summary>What is left elsewhere expires at its instant, as its location shows it; what is left at the sale's own location is confirmed by it.</summary>
    [Fact]
    public void A_sale_confirms_the_rest_unless_it_is_elsewhere()
    {
        _book.Sell("order-1", "cup", "S001", 2);
        Assert.Equal(ReservationState.Held, _book["order-1"].State);
        Assert.Equal("reservation-already-confirmed", _book.Change("order-1", Line("cup", 1)));
        _book.Sell("order-1", "cup", "S002", 1);
        Assert.Equal(ReservationState.Held, _book["order-1"].State);
        _book.Sell("order-1", "cup", "S001", 1);
        Assert.Equal(ReservationState.Confirmed, _book["order-1"].State);
        _book.Sell("order-1", "plate", "S001", 2);
        Assert.Equal(ReservationState.Fulfilled, _book["order-1"].State);
        Assert.All(_book.Positions, position => Assert.Equal(0, position.Value.Reserved));
    }

    [Fact]
    public void The_rest_elsewhere_is_free_once_the_hold_has_expired()
    {
        _book.Sell("order-1", "cup", "S001", 3);
        Ask("order-1", "expire");
        Ask("order-1", "sweep");
        Assert.Equal(ReservationState.Expired, _book["order-1"].State);
        Assert.Equal((0, 0), (_book.At("cup", "S002").Reserved, _book.At("plate", "S001").Reserved));
    }

    [Fact]
    public void Confirming_less_after_a_sale_keeps_what_has_shipped()
    {
        _book.Sell("order-1", "cup", "S001", 2);
        Assert.Equal("done", _book.Confirm("order-1", lines: [Line("cup", 1), Line("plate", 1)]));
        Assert.Equal(["cup S001 3/2", "plate S001 1"], _book.Allocations("order-1"));
        Assert.Equal((1, 0, 1), (_book.At("cup", "S001").Reserved, _book.At("cup", "S002").Reserved, _book.At("plate", "S001").Reserved));
    }

    [Fact]
    public void A_sale_that_two_channels_hold_ships_from_neither()
    {
        var web = _book["order-1"];
        var app = web with { Channel = ChannelId.Parse("app") };
        var sold = ReservationDecider.Sell([web, app], ReservationBook.Key("cup", "S001"), 1, _book.Now);
        Assert.Equal((null, 0, 2), (sold.After, sold.Shipped, sold.Holding.Count));
        Assert.Equal("app", ReservationDecider.Sell(
            [web with { State = ReservationState.Released }, app], ReservationBook.Key("cup", "S001"), 1, _book.Now).After!.Channel.Value);
    }

    [Fact]
    public void A_sale_that_names_an_expired_hold_is_an_ordinary_sale()
    {
        Ask("order-1", "expire");
        _book.Sell("order-1", "cup", "S001", 1);
        Assert.Equal(2, _book.At("cup", "S001").OnHand);
        Assert.Equal(ReservationState.Expired, _book["order-1"].StateAt(_book.Now));
    }

    private string Ask(string id, string step)
    {
        switch (step)
        {
            case "expire":
                _book.Pass(HoldStock.DefaultHold);
                return "";
            case "sweep":
                _book.Sweep();
                return "";
        }

        RequestedLine[] lines = step.Split(' ', 2) is [_, var what]
            ? [what switch { "a cup" => Line("cup", 1), "five cups" => Line("cup", 5), "a plate" =>
                Line("plate", 1), "a plate of S002" => Line("plate", 1, "S002"), _ => Line("spoon", 1) }]
            : [];
        return step.Split(' ')[0] switch
        {
            "change" => _book.Change(id, Line("cup", 1)),
            "confirm" => _book.Confirm(id, lines: lines),
            "fulfil" => _book.Fulfil(id, lines: lines),
            _ => _book.Release(id),
        };
    }
}
