using System.Text;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Settle;

public sealed class PutPolicy_with_errors
{
    [Theory]
    [InlineData("""{"rules":[]}""", "")]
    [InlineData("""{"grace":"P1D","rules":[{"system":"wms"},{"location":"S001"},{"system":"wms","location":"S001","tolerance":0.5}]}""", "")]
    [InlineData("""{}""", "rules")]
    [InlineData("""{"rules":{}}""", "rules")]
    [InlineData("""{"grace":"P1DT1S","rules":[]}""", "grace")]
    [InlineData("""{"grace":"-PT1S","rules":[]}""", "grace")]
    [InlineData("""{"grace":"an hour","rules":[]}""", "grace")]
    [InlineData("""{"rules":[{"system":"wms"},{"system":"wms"}]}""", "rules[1]")]
    [InlineData("""{"rules":[{"tolerance":-1,"correctUpTo":-0.5}]}""", "rules[0].tolerance rules[0].correctUpTo")]
    [InlineData("""{"rules":[{"correctUpToValue":"5"}]}""", "rules[0].correctUpToValue")]
    [InlineData("""{"rules":[{"secondPerson":1}]}""", "rules[0].secondPerson")]
    [InlineData("""{"rules":[{"location":"a b"}]}""", "rules[0].location")]
    public void Every_wrong_field_is_named(string body, string refused) => Assert.Equal(refused, ParsedRequest.Refused(() => Read(body)));

    [Fact]
    public void A_policy_of_1000_rules_is_taken_and_one_more_refused()
    {
        Assert.Equal(1_000, Read(OfRules(1_000)).Rules.Count);
        Assert.Equal("rules", ParsedRequest.Refused(() => Read(OfRules(1_001))));

        static string OfRules(int count) => $$"""{"rules":[{{Rules(count)}}]}""";

        static string Rules(int count) => string.Join(',', Enumerable.Range(1, count).Select(number => $$"""{"system":"s{{number}}"}"""));
    }

    private static PolicyDocument Read(string body)
    {
        var fields = PutPolicy.NewFields();
        Assert.True(fields.ReadJson(Encoding.UTF8.GetBytes(body)));
        return PutPolicy.Read(fields, ParsedRequest.Ops.Actor);
    }
}
