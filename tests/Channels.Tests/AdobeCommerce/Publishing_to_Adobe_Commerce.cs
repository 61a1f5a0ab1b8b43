using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests.AdobeCommerce;

public class Publishing_to_Adobe_Commerce
{
    private readonly AdobeCommerceSandbox _shop = new() { Sources = { ["A"] = (0, 0), ["B"] = (0, 0) } };

    [Fact]
    public async Task sets_what_is_there_with_what_its_own_orders_have_reserved()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var told = await channel.Publish([Number("A", 5.5m) with { OpenOrderUnits = 2 }], default);
        await channel.Publish([Number("B", 0)], default);

        Assert.Equal(Verdict.Accepted, told.Replies.Single().Verdict);
        Assert.Equal(((7.5m, 1), (0m, 0)), (_shop.Sources["A"], _shop.Sources["B"]));
    }

    [Fact]
    public async Task of_a_product_that_it_does_not_know_hears_why_not()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var refused = (await channel.Publish([Number("nothing", 1)], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "Validation Failed"), (refused.Verdict, refused.Detail));
    }

    [Fact]
    public async Task of_many_changes_sends_a_bulk_and_reads_what_became_of_each()
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
    public async Task tells_each_source_its_own_number_with_what_orders_keep_there()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        var placed = Number("A", 7.5m)
            with
        {
            Places = [new PlacedQuantity("north", 5.5m, null) { OpenOrderUnits = 2 }, new PlacedQuantity("default", 2, null),
                new PlacedQuantity("south", 0, null)]
        };

        var told = await channel.Publish([placed], default);
        var again = await channel.Publish([placed], default);
        var bulk = await channel.Publish(
            [placed, Number("B", 3) with { Places = [new PlacedQuantity("south", 3, null)] },
                Number("nothing", 1) with { Places = [new PlacedQuantity("south", 1, null)] }], default);
        _shop.IsBusy = false;
        var results = (await channel.Poll(bulk.Ticket!, default))!;

        Assert.Equal((Verdict.Accepted, Verdict.Accepted), (told.Replies.Single().Verdict, again.Replies.Single().Verdict));
        Assert.Equal(((7.5m, 1), (2m, 1), (0m, 0)), (_shop.Elsewhere[("A", "north")], _shop.Sources["A"], _shop.Elsewhere[("A", "south")]));
        Assert.Equal((Verdict.Accepted, Verdict.Accepted, Verdict.Refused), (results.Of("A").Verdict, results.Of("B").Verdict, results.Of("nothing").Verdict));
        Assert.Equal((3m, 1), _shop.Elsewhere[("B", "south")]);
    }

    [Fact]
    public async Task of_a_source_that_is_left_says_that_there_is_nothing()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        (_shop.Sources["A"], _shop.Elsewhere[("A", "north")]) = ((4, 1), (3, 1));

        var told = await channel.Publish([Number("A", 2) with { Places = [new PlacedQuantity("south", 2, null)], Leaving = ["", "north"] }], default);

        Assert.Equal(Verdict.Accepted, told.Replies.Single().Verdict);
        Assert.Equal(((0m, 0), (0m, 0), (2m, 1)), (_shop.Sources["A"], _shop.Elsewhere[("A", "north")], _shop.Elsewhere[("A", "south")]));
    }

    [Fact]
    public async Task of_a_source_that_it_does_not_know_takes_no_part_for_the_whole()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var refused = (await channel.Publish(
            [Number("A", 7) with { Places = [new PlacedQuantity("default", 4, null), new PlacedQuantity("moon", 3, null)] }], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "Validation Failed"), (refused.Verdict, refused.Detail));
        Assert.Equal((0, 0), _shop.Sources["A"]);
    }

    [Fact]
    public async Task shows_each_source_that_is_asked_about_over_as_many_pages_as_it_takes()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);
        await channel.Publish(
            [
                Number("A", 7) with { Places =
                    [new PlacedQuantity("default", 4, null), new PlacedQuantity("north", 3, null), new PlacedQuantity("south", 0, null)] }], default);
        await channel.Publish([Number("B", 2) with { Places = [new PlacedQuantity("north", 2, null)] }], default);
        _shop.MostOnPage = 2;

        var shown = await channel.ReadBack(["A", "B"], ["north", "south"], default);

        Assert.Equal([("A", "north", 3m), ("A", "south", 0m), ("B", "north", 2m)],
            shown.Quantities.Select(one => (one.Key.Theirs, one.Key.Place, one.Value)).Order());
        Assert.Equal((3, false), (shown.Calls, shown.Failed));
        Assert.Equal((20, 20, 1, 1),
            (channel.MaxReadBackSizeAt(0), channel.MaxReadBackSizeAt(15), channel.MaxReadBackSizeAt(250), channel.MaxReadBackSizeAt(400)));
    }
}
