using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests.AdobeCommerce;

public class Publishing_to_Adobe_Commerce
{
    private readonly AdobeCommerceSandbox _shop = new() { Sources = { ["A"] = (0, 0), ["B"] = (0, 0) } };

    [Fact]
    public async Task Units_reserved_by_its_own_orders_are_added_to_the_quantity()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var published = await channel.Publish([Number("A", 5.5m) with { OpenOrderUnits = 2 }], default);
        await channel.Publish([Number("B", 0)], default);

        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
        Assert.Equal(((7.5m, 1), (0m, 0)), (_shop.Sources["A"], _shop.Sources["B"]));
    }

    [Fact]
    public async Task An_unknown_product_is_refused_with_the_reason()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var refused = (await channel.Publish([Number("nothing", 1)], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "Validation Failed"), (refused.Verdict, refused.Detail));
    }

    [Fact]
    public async Task Many_changes_go_as_a_bulk_whose_outcomes_are_read_back()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var reply = await channel.Publish([Number("A", 7), Number("nothing", 9), Number("B", 8)], default);
        var early = await channel.Poll(reply.Ticket!, default);
        _shop.IsBusy = false;
        var results = (await channel.Poll(reply.Ticket!, default))!;

        Assert.All(reply.Replies, one => Assert.Equal(Verdict.Pending, one.Verdict));
        Assert.Null(early);
        Assert.Equal((Verdict.Accepted, Verdict.Refused, Verdict.Accepted), (results.Of("A").Verdict, results.Of("nothing").Verdict, results.Of("B").Verdict));
        Assert.Equal("Product does not exist", results.Of("nothing").Detail);
    }

    [Fact]
    public async Task Each_source_gets_its_own_quantity_with_its_open_orders()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        var placed = Number("A", 7.5m)
            with
        {
            Locations = [new LocationQuantity("north", 5.5m, null) { OpenOrderUnits = 2 }, new LocationQuantity("default", 2, null),
                new LocationQuantity("south", 0, null)]
        };

        var published = await channel.Publish([placed], default);
        var again = await channel.Publish([placed], default);
        var bulk = await channel.Publish(
            [placed, Number("B", 3) with { Locations = [new LocationQuantity("south", 3, null)] },
                Number("nothing", 1) with { Locations = [new LocationQuantity("south", 1, null)] }], default);
        _shop.IsBusy = false;
        var results = (await channel.Poll(bulk.Ticket!, default))!;

        Assert.Equal((Verdict.Accepted, Verdict.Accepted), (published.Replies.Single().Verdict, again.Replies.Single().Verdict));
        Assert.Equal(((7.5m, 1), (2m, 1), (0m, 0)), (_shop.Elsewhere[("A", "north")], _shop.Sources["A"], _shop.Elsewhere[("A", "south")]));
        Assert.Equal((Verdict.Accepted, Verdict.Accepted, Verdict.Refused), (results.Of("A").Verdict, results.Of("B").Verdict, results.Of("nothing").Verdict));
        Assert.Equal((3m, 1), _shop.Elsewhere[("B", "south")]);
    }

    [Fact]
    public async Task A_removed_source_is_set_to_zero()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        (_shop.Sources["A"], _shop.Elsewhere[("A", "north")]) = ((4, 1), (3, 1));

        var published = await channel.Publish([Number("A", 2) with { Locations = [new LocationQuantity("south", 2, null)], Leaving = ["", "north"] }], default);

        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
        Assert.Equal(((0m, 0), (0m, 0), (2m, 1)), (_shop.Sources["A"], _shop.Elsewhere[("A", "north")], _shop.Elsewhere[("A", "south")]));
    }

    [Fact]
    public async Task An_unknown_source_fails_the_whole_publication()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var refused = (await channel.Publish(
            [Number("A", 7) with { Locations = [new LocationQuantity("default", 4, null), new LocationQuantity("moon", 3, null)] }], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "Validation Failed"), (refused.Verdict, refused.Detail));
        Assert.Equal((0, 0), _shop.Sources["A"]);
    }

    [Fact]
    public async Task Read_back_pages_through_the_sources_that_are_asked_for()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        await channel.Publish(
            [
                Number("A", 7) with { Locations =
                    [new LocationQuantity("default", 4, null), new LocationQuantity("north", 3, null), new LocationQuantity("south", 0, null)] }], default);
        await channel.Publish([Number("B", 2) with { Locations = [new LocationQuantity("north", 2, null)] }], default);
        _shop.MostOnPage = 2;

        var shown = await channel.ReadBack(["A", "B"], ["north", "south"], default);

        Assert.Equal([("A", "north", 3m), ("A", "south", 0m), ("B", "north", 2m)],
            shown.Quantities.Select(one => (one.Key.ExternalId, one.Key.Location, one.Value)).Order());
        Assert.Equal((3, false), (shown.Calls, shown.Failed));
        Assert.Equal((20, 20, 1, 1),
            (channel.MaxReadBackSizeAt(0), channel.MaxReadBackSizeAt(15), channel.MaxReadBackSizeAt(250), channel.MaxReadBackSizeAt(400)));
    }
}
