using Microsoft.Extensions.Configuration;
using NodaTime.Text;
using RetailSync.Inventory.Host.Configuration;
using Policy = RetailSync.Inventory.Host.Storage.RetentionPolicy;

namespace RetailSync.Inventory.Host.Tests.Retention;

public class Retention_policy
{
    [Fact]
    public void Every_class_has_a_default() => Assert.Equal(new Policy(), Of());

    [Fact]
    public void Periods_are_configured_in_days() =>
    Assert.Equal(new Policy { QuarantineDays = 7, AlertDays = 0 }, Of(("Retention:QuarantineDays", "7"), ("Retention:AlertDays", "0")));

    [Theory]
    [InlineData("Retention:PublicationDays", "-1")]
    [InlineData("Retention:DeadLetterDays", "36501")]
    [InlineData("Retention:ReconciliationDays", "soon")]
    [InlineData("Retention:ArchiveAfterYears", "-1")]
    [InlineData("Retention:ArchiveAfterYears", "101")]
    public void An_invalid_policy_stops_the_start(string name, string days) => Assert.Throws<SettingsException>(() => Of((name, days)));

    [Theory]
    [InlineData(1, "2027-12-31T23:59:59Z", "2026-01-01T00:00:00Z")]
    [InlineData(1, "2028-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData(3, "2028-06-30T12:00:00Z", "2025-01-01T00:00:00Z")]
    public void A_year_is_archived_after_the_configured_whole_years(int years, string now, string before) =>
        Assert.Equal(Instant(before), new Policy { ArchiveAfterYears = years }.ArchivedBefore(Instant(now)));

    [Fact]
    public void Nothing_is_archived_by_default() => Assert.Null(new Policy().ArchivedBefore(Instant("2028-01-01T00:00:00Z")));

    private static Instant Instant(string text) => InstantPattern.General.Parse(text).Value;

    private static Policy Of(params IReadOnlyList<(string Name, string Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build().Read<Policy>();
}
