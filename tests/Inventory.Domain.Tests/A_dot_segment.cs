using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests;

/// <summary>What is named . or .. drops out of every path that asks for it.</summary>
public class A_dot_segment
{
    [Theory]
    [InlineData(".", false)]
    [InlineData(" .. ", false)]
    [InlineData("...", true)]
    [InlineData(".a", true)]
    public void Is_a_name_only_if_a_path_keeps_it(string text, bool isName)
    {
        Assert.Equal(isName, Sku.TryParse(text, out _));
        Assert.Equal(isName, LocationId.TryParse(text, out _));
        Assert.Equal(isName, ChannelId.TryParse(text, out _));
        Assert.Equal(isName, RuleId.TryParse(text, out _));
        Assert.Equal(isName, Identifier.TryParseName(text, out _));
    }

    [Fact]
    public void Is_an_identifier_where_no_path_has_it() => Assert.True(Identifier.TryParse(".", out _));

    [Fact]
    public void Stays_readable_where_it_was_recorded_before() => Assert.Equal("..@.", PositionKey.Parse("..@.").ToString());
}
