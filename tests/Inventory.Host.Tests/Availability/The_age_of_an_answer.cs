using RetailSync.Inventory.Domain.Rules;
using AvailabilityInputs = RetailSync.Inventory.Host.Availability.AvailabilityInputs;
using Book = RetailSync.Inventory.Host.Availability.StockCache;

namespace RetailSync.Inventory.Host.Tests.Availability;

public sealed class The_age_of_an_answer
{
    private static readonly Instant Now = Instant.FromUtc(2026, 1, 5, 9, 0);

    [Theory]
    [InlineData(0, 300, "PT0.3S")]
    [InlineData(1_001, 5_000, "PT5S")]
    [InlineData(1_001, 900, "PT1.001S")] // committed by this host since it last read what others did
    [InlineData(1_001, null, "PT1.001S")]
    [InlineData(0, null, null)]
    public void Is_that_of_its_newest_fact_and_at_least_the_caches(int age, int? recorded, string? shown)
    {
        var basis = new AvailabilityInputs(new Book(), Plan.None, Now - Duration.FromMilliseconds(age), IsMemory: true, Age: Duration.FromMilliseconds(age));

        Assert.Equal(shown, basis.SourceAge(recorded is { } ago ? Now - Duration.FromMilliseconds(ago) : null));
    }
}
