using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests.AdobeCommerce;

public class Telling_Adobe_Commerce
{
    private readonly AdobeCommerceSandbox _shop = new() { Sources = { ["A"] = (0, 0), ["B"] = (0, 0) } };

    [Fact]
    public async Task sets_what_is_there_with_what_its_own_orders_have_reserved()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var told = await channel.Tell([Number("A", 5.5m) with { InItsOrders = 2 }], default);
        await channel.Tell([Number("B", 0)], default);

        Assert.Equal(Verdict.Told, told.Replies.Single().Verdict);
        Assert.Equal(((7.5m, 1), (0m, 0)), (_shop.Sources["A"], _shop.Sources["B"]));
    }

    [Fact]
    public async Task of_a_product_that_it_does_not_know_hears_why_not()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var refused = (await channel.Tell([Number("nothing", 1)], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "Validation Failed"), (refused.Verdict, refused.Detail));
    }

    [Fact]
    public async Task of_many_changes_sends_a_bulk_and_reads_what_became_of_each()
    {
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Open("adobe-commerce", server);

        var reply = await channel.Tell([Number("A", 7), Number("nothing", 9), Number("B", 8)], default);
        var early = await channel.Ask(reply.Ticket!, default);
        _shop.IsBusy = false;
        var verdicts = (await channel.Ask(reply.Ticket!, default))!;

        Assert.All(reply.Replies, one => Assert.Equal(Verdict.Taken, one.Verdict));
        Assert.Null(early);
        Assert.Equal((Verdict.Told, Verdict.Refused, Verdict.Told), (verdicts("A").Verdict, verdicts("nothing").Verdict, verdicts("B").Verdict));
        Assert.Equal("Product does not exist", verdicts("nothing").Detail);
    }
}
