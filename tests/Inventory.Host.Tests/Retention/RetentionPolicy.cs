using Microsoft.Extensions.Configuration;
using Policy = RetailSync.Inventory.Host.Retention.RetentionPolicy;

namespace RetailSync.Inventory.Host.Tests.Retention;

public class A_retention_policy
{
    [Fact]
    public void has_a_default_for_every_class() => Assert.Equal(new Policy(), Of());

    [Fact]
    public void is_configured_by_days() => Assert.Equal(new Policy { QuarantineDays = 7, AlertDays = 0 }, Of(("Retention:QuarantineDays", "7"), ("Retention:AlertDays", "0")));

    [Theory]
    [InlineData("Retention:PublicationDays", "-1")]
    [InlineData("Retention:DeadLetterDays", "36501")]
    [InlineData("Retention:ReconciliationDays", "soon")]
    public void that_is_none_refuses_to_start(string name, string days) => Assert.Throws<InvalidOperationException>(() => Of((name, days)));

    private static Policy Of(params IReadOnlyList<(string Name, string Value)> settings) =>
        Policy.Of(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build());
}
