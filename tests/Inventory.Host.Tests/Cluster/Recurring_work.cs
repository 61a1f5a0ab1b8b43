using Microsoft.Extensions.Configuration;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests.Cluster;

public sealed class Recurring_work
{
    /// <summary>What is not here is done by nobody, however well its handler is tested.</summary>
    [Fact]
    public void Is_scheduled_by_these_names()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Reconciliation:Sources:erp:Url"] = "https://erp.example/counts",
        }).Build();
        var options = new WolverineOptions();

        options.AddSchedules(configuration);

        Assert.Equal(
            ["apply-retention", "compare-reservations", "find-alerts", "pull-counts-erp", "sample-cluster", "sign-checkpoint", "verify-sample"],
            options.Schedules.Select(schedule => schedule.Name).Order(StringComparer.Ordinal));
    }
}
