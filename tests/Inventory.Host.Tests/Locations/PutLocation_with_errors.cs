using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Locations;

public sealed class PutLocation_with_errors
{
    [Theory]
    [InlineData("""{"type":"store"}""", "")]
    [InlineData("""{"type":"warehouse","timeZone":"Europe/Berlin","groups":["north","a.b:c-d_1"],"enabled":false}""", "")]
    [InlineData("""{}""", "type")]
    [InlineData("""{"type":"depot"}""", "type")]
    [InlineData("""{"type":"store","timeZone":"Europe/Atlantis"}""", "timeZone")]
    [InlineData("""{"type":"store","groups":"north"}""", "groups")]
    [InlineData("""{"type":"store","groups":["north",7]}""", "groups")]
    [InlineData("""{"type":"store","groups":["two words"]}""", "groups")]
    [InlineData("""{"type":"store","groups":[" north"]}""", "groups")]
    [InlineData("""{"type":"store","enabled":"no"}""", "enabled")]
    [InlineData("""{"type":"store","name":"Bath"}""", "name")]
    public void The_wrong_field_is_named(string body, string refused) => Assert.Equal(refused, ParsedRequest.Refused(() => Read(body)));

    [Fact]
    public void A_group_that_is_named_twice_counts_once() =>
        Assert.Equal(["north", "south"], Read("""{"type":"store","groups":["north","south","north"]}""").Groups);

    [Fact]
    public void Groups_are_100_at_most()
    {
        Assert.Equal(100, Read(InGroups(100)).Groups.Count);
        Assert.Equal("groups", ParsedRequest.Refused(() => Read(InGroups(101))));

        static string InGroups(int count) => $$"""{"type":"store","groups":[{{Names(count)}}]}""";

        static string Names(int count) => string.Join(',', Enumerable.Range(1, count).Select(number => $"\"g{number}\""));
    }

    private static Location Read(string body)
    {
        var fields = PutLocation.NewFields();
        Assert.True(fields.ReadJson(Encoding.UTF8.GetBytes(body)));
        return PutLocation.Read(fields, LocationId.Parse("S001"), ParsedRequest.Ops.Actor);
    }
}
